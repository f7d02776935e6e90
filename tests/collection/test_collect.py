"""Every row of a file ends in just one way; a file sent again changes nothing; what was known stays readable."""

from __future__ import annotations

import random
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import a_code, a_licence, a_penalty, a_registration, collected
from xinyun.archive import queries
from xinyun.archive.models import Record, Subject
from xinyun.base.identifiers import USCC_PLACEHOLDER
from xinyun.collection import queries as batches
from xinyun.collection.models import Batch, Returned
from xinyun.collection.operations import NotYours, Outcome
from xinyun.law import NotInForce, UnknownNorm
from xinyun.plumbing import feed

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)

GOOD = ("存续", "注销", "")
BAD = {"name": "甲", "code": "1", "state": "倒闭", "day": "1900-00-00"}
rows_of_a_file = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(GOOD), st.sampled_from([None, None, None, *BAD])),
    min_size=1,
    max_size=14,
)


def fates(outcome: Outcome) -> tuple[int, int, int, int]:
    return outcome.accepted, outcome.unchanged, outcome.revised, outcome.rejected


def write(folder: Path, titles: list[str], rows: list[dict[str, str]]) -> Path:
    path = folder / "rows.csv"
    path.write_text(
        "\n".join([",".join(titles), *(",".join(row[t] for t in titles) for row in rows)]), "utf-8"
    )
    return path


def expected(rows: list[tuple[str, str]], known: dict[str, str]) -> tuple[int, int, int, int]:
    """By hand: what good rows (code, state) are against what the archive knows, which is brought up to date."""
    count = {"accepted": 0, "unchanged": 0, "revised": 0, "conflict": 0}
    for code in dict.fromkeys(code for code, _ in rows):
        told = [state for c, state in rows if c == code]
        if len(set(told)) > 1:
            count["conflict"] += len(told)
            continue
        fate = "accepted" if code not in known else "unchanged" if known[code] == told[0] else "revised"
        count[fate] += 1
        count["unchanged"] += len(told) - 1
        known[code] = told[0]
    return count["accepted"], count["unchanged"], count["revised"], count["conflict"]


def test_rows_are_accepted_unchanged_revised_or_rejected_and_again_changes_nothing():
    codes = [a_code() for _ in range(5)]
    known: dict[str, str] = {}

    def row(number: int, state: str, bad: str | None) -> dict[str, str]:
        good = {
            "名称": f"贵州演示{number}号公司",
            "统一社会信用代码": codes[number],
            "登记状态": state,
            "成立日期": "2015-06-01",
        }
        spoilt = {"name": "名称", "code": "统一社会信用代码", "state": "登记状态", "day": "成立日期"}
        return good | ({spoilt[bad]: BAD[bad]} if bad else {})

    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
    @given(rows_of_a_file, st.randoms(use_true_random=False))
    def every_file(told: list[tuple[int, str, str | None]], chance: random.Random) -> None:
        good = [(codes[number], state) for number, state, bad in told if not bad]
        rows = [row(*one) for one in told]
        titles = list(rows[0])
        shuffled = titles.copy()
        chance.shuffle(shuffled)  # draws: an example may be given up here, so nothing is collected before it
        with tempfile.TemporaryDirectory() as folder:
            first = collected(write(Path(folder), titles, rows))
            after = feed.head(), Record.objects.count()
            again = collected(write(Path(folder), shuffled, rows))

        assert first.received == len(told) == sum(fates(first))
        accepted, unchanged, revised, conflicts = expected(good, known)
        assert fates(first) == (accepted, unchanged, revised, len(told) - len(good) + conflicts)
        assert fates(again) == (0, len(good) - conflicts, 0, first.rejected)
        assert (feed.head(), Record.objects.count()) == after
        assert again.seq == feed.head()
        assert {code: queries.subject(code).status for code in known} == known

    every_file()


def test_what_a_file_says_twice_counts_once(submit):
    code = a_code()
    rows = [a_registration(code, 名称="贵州演示公司") for _ in range(3)]

    sent = submit([rows[0], a_registration(), *rows[1:]])

    assert fates(sent.outcome) == (2, 2, 0, 0)
    assert Record.objects.filter(subject__code=code).count() == 1


def test_rows_that_say_different_things_about_one_record_are_all_returned_each_naming_the_others(submit):
    code, name = a_code(), "贵州演示公司"
    states = ["存续", "存续", "歇业", "注销"]

    sent = submit([a_registration(), *(a_registration(code, 名称=name, 登记状态=state) for state in states)])

    assert fates(sent.outcome) == (1, 0, 0, 4)
    assert {fault["row"]: (fault["rule"], fault["value"]) for fault in sent.faults} == {
        "2": ("conflict", "3"),
        "3": ("conflict", "2"),
        "4": ("conflict", "2、3"),
        "5": ("conflict", "2、3、4"),
    }
    assert queries.subject(code) is None
    assert [(row.row, row.place) for row in Returned.objects.order_by("row")] == [
        (2, "2"), (3, "3"), (4, "4"), (5, "5"),
    ]  # fmt: skip


def test_a_changed_record_keeps_its_revision_and_the_past_reads_as_it_was_known(submit):
    row = a_registration()
    code = row["统一社会信用代码"]
    first = submit([row]).outcome
    second = submit(
        [row | {"名称": "贵州演示改名有限公司", "登记状态": "注销", "成立日期": "2015-06-02"}]
    ).outcome

    then, now = queries.subject(code, as_of=first.seq), queries.subject(code)

    assert fates(second) == (0, 0, 1, 0)
    assert (then.name, then.status, str(then.established_on)) == (row["名称"], "存续", "2015-06-01")
    assert (now.name, now.status, str(now.established_on)) == ("贵州演示改名有限公司", "注销", "2015-06-02")
    assert queries.subject(code, as_of=first.seq - 1) is None
    assert queries.subject(code, as_of=second.seq) == now
    assert [r.revision for r in queries.records_of(now.id)] == [2]
    assert [r.revision for r in queries.records_of(now.id, as_of=first.seq)] == [1]
    assert queries.records_of(now.id, as_of=first.seq)[0].content["name"] == row["名称"]


def test_the_past_does_not_learn_what_was_told_later(submit):
    full = a_registration()
    code = full["统一社会信用代码"]
    sparse = {title: full[title] for title in ("名称", "统一社会信用代码")}
    penalty = a_penalty(code, CF_XDR_MC="贵州演示旧名公司")
    at_penalty = submit([penalty], "penalty").outcome.seq
    at_sparse = submit([sparse]).outcome.seq
    submit([full | {"登记状态": "注销"}])

    assert queries.subject(code).status == "注销"
    assert queries.subject(code, as_of=at_sparse).status == ""
    assert queries.subject(code, as_of=at_sparse).established_on is None
    assert queries.subject(code, as_of=at_penalty).name in {"贵州演示旧名公司", code}


def test_the_key_of_a_penalty_is_its_document_and_its_subject(submit):
    one, other = a_penalty(), a_penalty()
    head = submit([one, other | {"CF_WSH": one["CF_WSH"]}], "penalty").outcome

    changed = submit([one | {"CF_NR": "罚款二万元", "CF_NR_FK": "2"}], "penalty").outcome

    assert fates(head) == (2, 0, 0, 0)
    assert fates(changed) == (0, 0, 1, 0)
    assert queries.counts()["penalty"] == 2


def test_items_do_not_touch_each_others_records(submit):
    code = a_code()
    submit([a_registration(code)])
    submit([a_penalty(code)], "penalty")
    submit([a_licence(code), a_licence(code)], "licence")
    subject = queries.subject(code)

    assert queries.record_counts([subject.id]) == {
        subject.id: {"registration": 1, "penalty": 1, "licence": 2}
    }
    assert len(queries.records_of(subject.id, items=("licence",))) == 2


def test_a_subject_first_known_from_a_penalty_is_described_by_its_registration_later(submit):
    code = a_code()
    submit([a_penalty(code, CF_XDR_MC="贵州演示旧名公司")], "penalty")
    assert queries.subject(code).content == {}

    submit([a_registration(code, 名称="贵州演示新名公司")])
    submit([a_penalty(code, CF_XDR_MC="贵州演示别名公司")], "penalty")

    assert queries.subject(code).name == "贵州演示新名公司"
    assert Subject.objects.get(code=code).name == "贵州演示新名公司"
    assert Subject.objects.filter(code=code).count() == 1


def test_the_placeholder_of_old_individual_businesses_makes_no_subject(submit):
    told = {"CF_XDR_LB": "个体工商户", "CF_XDR_GSZC": ""}
    submit([a_penalty(USCC_PLACEHOLDER, **told), a_penalty(USCC_PLACEHOLDER, **told)], "penalty")

    assert queries.subject(USCC_PLACEHOLDER) is None
    assert not Subject.objects.filter(code=USCC_PLACEHOLDER).exists()


def test_the_kind_of_a_subject_is_told_by_its_code(submit):
    shop, union, strange = a_code("92"), a_code("N2"), a_code("C7")
    submit([a_registration(code) for code in (shop, union, strange)])

    assert (queries.subject(shop).kind, queries.subject(shop).category) == (
        "individual-business",
        "个体工商户",
    )
    assert (queries.subject(union).kind, queries.subject(union).category) == (
        "organisation",
        "村级集体经济组织",
    )
    assert (queries.subject(strange).kind, queries.subject(strange).category) == ("organisation", "")


def test_a_dry_run_tells_everything_and_writes_nothing(submit, settings):
    def files() -> dict[str, int]:
        return {
            str(p): p.stat().st_size
            for p in settings.XINYUN.home.rglob("*")
            if p.is_file() and "sqlite3" not in p.name
        }

    submit([a_registration()])
    before = feed.head(), queries.counts(), Batch.objects.count(), files()

    sent = submit([a_registration(), a_registration(名称="甲")], dry_run=True)

    assert fates(sent.outcome) == (1, 0, 0, 1)
    assert sent.outcome.batch is None
    assert sent.rules == [("2", "name", "organisation-name")]
    assert (feed.head(), queries.counts(), Batch.objects.count(), files()) == before


def test_what_an_office_may_not_furnish_is_refused_with_those_who_may(submit):
    with pytest.raises(NotYours) as refused:
        submit([a_registration()], office="520100.tax")

    assert "贵阳" in refused.value.what.zh
    assert "market-regulation" in refused.value.remedy.zh
    assert refused.value.basis
    assert queries.counts() == {"subjects": 0}


def test_an_unknown_item_or_office_or_a_day_before_the_catalogue_is_refused(submit):
    for given_ in ({"item": "horoscope"}, {"office": "52.horoscopes"}):
        with pytest.raises(UnknownNorm):
            submit([a_registration()], **given_)
    with pytest.raises(NotInForce):
        submit([a_registration()], on=date(2014, 1, 1))


def test_a_batch_is_on_record_with_its_counts_and_leaves_one_change_in_the_feed(submit):
    before = feed.head()
    sent = submit([a_registration(), a_registration(), a_registration(名称="甲")])

    (batch,) = batches.latest(5)
    assert (batch.received, batch.accepted, batch.rejected, batch.faults) == (
        3,
        2,
        1,
        {"organisation-name": 1},
    )
    assert (batch.item, batch.office, batch.actor, str(batch.collected_on)) == (
        "registration",
        "52.market-regulation",
        "test",
        "2026-11-20",
    )
    (change,) = feed.since(before)
    assert (change.seq, change.kind, change.actor) == (sent.outcome.seq, "records.accepted", "test")
    assert change.payload["batch"] == batch.id == sent.outcome.batch
    assert batches.totals() == {"received": 3, "rejected": 1}
    assert len(list(queries.records_of_change("registration", sent.outcome.seq))) == 2


def test_a_file_of_bad_rows_only_is_a_batch_without_a_change(submit):
    before = feed.head()

    assert fates(submit([a_registration(名称="甲")]).outcome) == (0, 0, 0, 1)
    assert feed.head() == before
    assert batches.totals() == {"received": 1, "rejected": 1}


def test_text_that_looks_like_data_is_stored_as_it_was_written(submit):
    scope = '","status":null,"x":{"a\\u0000b"},}\t😀 𠮷 %s \'; DROP TABLE x; --'
    code = a_code()

    assert submit([a_registration(code, 经营范围=scope)]).outcome.accepted == 1
    assert queries.subject(code).content["business_scope"] == scope
    assert (
        submit([a_registration(code, 经营范围=scope, 名称=queries.subject(code).name)]).outcome.unchanged == 1
    )


def test_progress_is_told_as_rows_are_read(submit):
    told: list[int] = []

    submit([a_registration() for _ in range(3)], progress=told.append)

    assert told[-1] == 3


def test_an_optional_column_that_a_file_lacks_is_an_empty_one(submit):
    certificate = ("XK_XKZS", "XK_XKBH")
    without = {title: text for title, text in a_licence().items() if title not in certificate}

    first = submit([without], "licence")
    again = submit([without | dict.fromkeys(certificate, "")], "licence")

    assert fates(first.outcome) == (1, 0, 0, 0)
    assert fates(again.outcome) == (0, 1, 0, 0)


def test_a_column_of_identity_numbers_without_one_of_their_kind_is_read(submit):
    sent = submit([a_licence(XK_XDR_ZJHM="")], "licence")

    assert fates(sent.outcome) == (1, 0, 0, 0)


@pytest.mark.parametrize(("told", "until"), [("2030-05-31", "2030-06-01"), ("2099-12-31", None)])
def test_the_end_of_a_registration_is_kept_as_written_and_ends_the_day_after(submit, told, until):
    code = a_code()

    submit([a_registration(code, 营业期限自="2020-01-01", 营业期限至=told)])

    subject = queries.subject(code)
    (record,) = queries.records_of(subject.id)
    assert subject.content["valid_until"] == told
    assert record.valid.end == (until and date.fromisoformat(until))
