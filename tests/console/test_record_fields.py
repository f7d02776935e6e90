"""The form of a record is the catalogue's: every field of every item has a control that gives back what it holds."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from tests.conftest import DAY
from xinyun import law
from xinyun.base import Text
from xinyun.console.record_fields import JOIN, Control, Proposed, Told, controls, read
from xinyun.law import Item

NOW = law.rulebook().on(DAY)

pytestmark = pytest.mark.one_store


def posted(found: tuple[Control, ...]) -> QueryDict:
    """What a browser sends for these controls."""
    sent = QueryDict(mutable=True)
    for one in found:
        known = {option.value for option in one.options}
        if one.form.startswith("choices"):
            sent.setlist(one.name, [value for value in one.values if value in known] + [one.others])
        else:
            sent[one.name] = one.text
    return sent


def values_of(item: Item) -> dict[str, str]:
    """Something for every field: the first labels of its list, a day, a number, or a text."""
    found = {}
    for field in item.fields:
        codes = NOW.codes(field.codes) if field.codes else None
        if codes and codes.several:
            found[field.name] = JOIN.join([*codes.labels[:2], f"{codes.open_prefix or '其他-'}演示"])
        elif codes:
            found[field.name] = codes.labels[0]
        else:
            by_type = {"date": "2026-05-10", "end-date": "2099-12-31", "decimal": "1.5", "integer": "3"}
            found[field.name] = by_type.get(field.type, "演示")
    return found


def test_every_field_of_every_item_gives_back_what_its_control_holds() -> None:
    for item in NOW.items():
        values = values_of(item)

        found = controls(item, NOW, values)

        assert read(item, posted(found)) == values, item.id
        assert [one.name for one in found] == [field.name for field in item.fields]


def control(name: str, value: str, item: str = "penalty", **given: object) -> Control:
    found = controls(NOW.item(item), NOW, {name: value}, **given)  # type: ignore[arg-type]
    return next(one for one in found if one.name == name)


def test_what_stands_in_a_day_and_is_none_stays_to_be_seen() -> None:
    assert control("decision_date", "2026-05-10").form == "day"
    assert control("decision_date", "").form == "day"
    broken = control("decision_date", "2026-02-30")
    assert (broken.form, broken.text) == ("line", "2026-02-30")


def test_a_label_that_the_list_does_not_know_is_offered_as_it_was_sent() -> None:
    one = control("counterparty_class", "公司")

    assert one.form == "choice"
    assert one.options[0].value == "公司"
    assert "不在列表中" in one.options[0].said.zh


def test_a_fault_and_a_proposal_stand_at_their_field() -> None:
    told = Told(Text("不对", "wrong"), Text("请改", "mend it"))
    one = control(
        "uscc", "x", faults={"uscc": (told,)}, proposals={"uscc": Proposed("y", Text("像", "alike"))}
    )

    assert one.faults == (told,)
    assert one.proposal is not None
    assert one.described_by == "fault-uscc hint-uscc"


def test_conditions_are_said_by_the_titles_of_fields() -> None:
    hints = control("fine_10k_yuan", "").hints

    assert Text("「处罚类别」为罚款时必填", "Required when “class of penalty” is 罚款") in hints
