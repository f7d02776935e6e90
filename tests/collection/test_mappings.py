"""Column mappings: a likeness is proposed, and counts when a clerk of the office has confirmed it."""

from __future__ import annotations

import json
from datetime import date

import pytest
from cyclopts import App
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import DAY
from tests.factories import a_code, a_registration
from xinyun.collection.collecting import NotYours
from xinyun.collection.columns import MissingColumns, SameColumnTwice
from xinyun.collection.confirming import OtherUnit, UnknownColumns, confirm_mapping
from xinyun.collection.mappings import layout, mapping_of, mappings, propose
from xinyun.law import UnknownNorm, rulebook
from xinyun.plumbing import feed
from xinyun.site.cli import templating

NOW = rulebook().on(DAY)
REGISTRATION, PENALTY = NOW.item("registration"), NOW.item("penalty")
OFFICE = "52.market-regulation"
TITLES = ["序号", "企业名称全称", "统一社会信用代码号", "成立日期", "经营者/负责人"]


def by_title(found):
    return {one.title: (one.field, one.how) for one in found}


def confirmed(**given):
    given = {
        "office": OFFICE,
        "item": "registration",
        "titles": TITLES,
        "columns": {"企业名称全称": "name", "统一社会信用代码号": "uscc", "序号": ""},
        "actor": "test",
        "on": DAY,
    } | given
    return confirm_mapping(**given)


@pytest.mark.one_store
def test_titles_that_the_catalogue_knows_are_found_and_others_proposed_by_likeness():
    found = by_title(propose(REGISTRATION, TITLES, None))

    assert found["成立日期"] == ("established_on", "title")
    assert found["企业名称全称"] == ("name", "alike")
    assert found["统一社会信用代码号"] == ("uscc", "alike")
    assert found["序号"] == (None, "none")


@pytest.mark.one_store
def test_what_was_confirmed_goes_before_what_the_catalogue_says():
    saved = {"成立日期": "approved_on", "序号": ""}
    found = by_title(propose(REGISTRATION, TITLES, saved))

    assert found["成立日期"] == ("approved_on", "saved")
    assert found["序号"] == (None, "saved")


@pytest.mark.one_store
def test_an_amount_in_another_unit_is_never_alike():
    for title in ("罚款金额(元)", "罚款的金额（元）"):
        assert by_title(propose(PENALTY, [title], None))[title] == (None, "none")
    assert by_title(propose(PENALTY, ["罚款的金额（万元）"], None))["罚款的金额（万元）"] == (
        "fine_10k_yuan",
        "alike",
    )


@pytest.mark.one_store
def test_our_own_columns_are_no_fields_and_no_part_of_the_layout():
    ours = ["退回编号", "问题", "建议", "确认无误"]

    assert [one.how for one in propose(PENALTY, ours, None)] == ["none"] * 4
    assert layout(["退回编号", *TITLES, *ours[1:]]) == layout(TITLES)


@pytest.mark.one_store
@settings(deadline=None, max_examples=40)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([title for field in PENALTY.fields for title in field.titles]),
            st.text("行政处罚决定日期文书号机关名称代码（）1", min_size=1, max_size=12),
        ),
        unique=True,
        max_size=20,
    )
)
def test_no_two_columns_are_one_field_whatever_the_titles(titles):
    found = propose(PENALTY, titles, None)
    fields = [one.field for one in found if one.field]

    assert [one.title for one in found] == titles
    assert len(fields) == len(set(fields))
    assert all((one.field is None) == (one.how == "none") for one in found)


@pytest.mark.one_store
def test_a_layout_is_its_titles_in_order_whatever_their_width_case_and_blanks():
    assert layout(["CF_WSH", "罚款金额(万元)"]) == layout(["ｃｆ_wsh ", "*罚款金额（万元）"])
    assert layout(["甲", "乙"]) != layout(["乙", "甲"])
    assert layout(["甲乙"]) != layout(["甲", "乙"])


@pytest.mark.django_db
def test_a_confirmed_mapping_is_found_for_the_same_layout_alone():
    confirmed()

    assert mapping_of(OFFICE, "registration", TITLES) == {
        "企业名称全称": "name",
        "统一社会信用代码号": "uscc",
        "序号": "",
    }
    assert mapping_of(OFFICE, "registration", ["*序号", *TITLES[1:]])["*序号"] == ""
    assert mapping_of(OFFICE, "registration", TITLES[:-1]) is None
    assert mapping_of(OFFICE, "penalty", TITLES) is None
    assert mapping_of("520100.market-regulation", "registration", TITLES) is None


@pytest.mark.django_db
def test_the_newest_word_counts_and_the_older_one_stays():
    confirmed()
    confirmed(
        columns={
            "企业名称全称": "name",
            "统一社会信用代码号": "uscc",
            "经营者/负责人": "legal_representative",
        }
    )

    assert mapping_of(OFFICE, "registration", TITLES)["经营者/负责人"] == "legal_representative"
    assert [one.columns for one in mappings(office=OFFICE)] == [mapping_of(OFFICE, "registration", TITLES)]
    assert mappings(item="penalty") == []


@pytest.mark.django_db
def test_confirming_is_a_change_that_the_feed_tells():
    before = feed.head()
    digest = confirmed(actor="clerk")

    (change,) = feed.since(before)

    assert (change.kind, change.actor) == ("mapping.confirmed", "clerk")
    assert change.payload["layout"] == digest
    assert change.payload["columns"]["统一社会信用代码号"] == "uscc"


NAME, CODE = "企业名称全称", "统一社会信用代码号"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"columns": {NAME: "name", CODE: "uscc_code"}}, UnknownColumns),
        ({"columns": {NAME: "name", CODE: "uscc", "没有这一列": "type"}}, UnknownColumns),
        ({"columns": {NAME: "name"}}, MissingColumns),
        ({"columns": {NAME: "name", CODE: "uscc", "成立日期": ""} | {"序号": "name"}}, SameColumnTwice),
        ({"office": "52.tax"}, NotYours),
        ({"office": "52.nowhere"}, UnknownNorm),
        ({"item": "no-such-item"}, UnknownNorm),
        ({"item": "penalty", "titles": ["罚金(元)"], "columns": {"罚金(元)": "fine_10k_yuan"}}, OtherUnit),
    ],
)
def test_a_mapping_that_cannot_be_right_is_refused_and_nothing_is_kept(given, refusal):
    before = feed.head()

    with pytest.raises(refusal):
        confirmed(**given)

    assert feed.head() == before
    assert mappings() == []


@pytest.fixture
def run(capsys):
    """Run a command in this process; gives what it printed, as JSON."""
    app = App(name="xinyun")
    templating.register(app)

    def go(*arguments: str):
        capsys.readouterr()
        app([*map(str, arguments), "--json"], exit_on_error=False, result_action="return_value")
        return json.loads(capsys.readouterr().out)

    return go


@pytest.mark.django_db
def test_the_commands_propose_confirm_and_show(run, write_csv):
    path = write_csv([{"单位全称": "贵州演示公司", "统一社会信用代码号": a_code(), "备用": ""}])

    first = run("mapping", "propose", "registration", path, "--from", OFFICE)
    run(
        "mapping", "confirm", "registration", path, "--from", OFFICE,
        "--column", "单位全称=name", "--column", "统一社会信用代码号=uscc", "--column", "备用=",
    )  # fmt: skip
    second = run("mapping", "propose", "registration", path, "--from", OFFICE)
    (shown,) = run("mapping", "show")

    assert [one["how"] for one in first if one["title"] == "备用"] == ["none"]
    assert [(one["field"], one["how"]) for one in second] == [
        ("name", "saved"),
        ("uscc", "saved"),
        (None, "saved"),
    ]
    assert shown["columns"] == {"单位全称": "name", "统一社会信用代码号": "uscc", "备用": ""}
    assert date.fromisoformat(shown["confirmed_on"])


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["name", "=name", ""])
def test_a_column_without_title_or_sign_is_refused(run, write_csv, column):
    path = write_csv([a_registration()])

    with pytest.raises(templating.NotAColumn):
        run("mapping", "confirm", "registration", path, "--from", OFFICE, "--column", column)


@pytest.mark.one_store
def test_the_template_command_writes_a_workbook_and_never_over_our_own_data(run, tmp_path):
    from django.conf import settings as own

    from xinyun.plumbing.writing import WouldOverwrite

    told = run("template", "penalty", "--out", tmp_path / "penalty.xlsx")

    assert (tmp_path / "penalty.xlsx").read_bytes()[:2] == b"PK"
    assert told["fields"] == len(PENALTY.fields)
    with pytest.raises(WouldOverwrite):
        run("template", "penalty", "--out", own.XINYUN.home / "keys" / "template.xlsx")
