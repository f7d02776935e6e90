"""The rulebook as it ships, asked about days before, in and after its editions."""

from __future__ import annotations

from datetime import date

import pytest

from xinyun import law
from xinyun.law import NotInForce, RulebookFaults, UnknownNorm

DAY = date(2026, 5, 10)
BOOK = law.rulebook()
NOW = BOOK.on(DAY)
CITIES = {"520100", "520200", "520300", "520400", "520500", "520600", "522300", "522600", "522700"}


def test_the_rulebook_that_ships_loads_with_what_this_platform_needs():
    assert {"registration", "licence", "penalty", "abnormal", "serious", "honour", "commitment"} <= set(
        BOOK.ids("item")
    )
    assert {"wage-arrears", "serious-tax-violation", "judgment-defaulter", "tax-a"} <= set(BOOK.ids("list"))
    assert {"tender-registration", "procurement-qualification", "licence-approval"} <= set(BOOK.ids("scene"))


def test_the_rulebook_is_as_full_as_a_province_needs():
    assert len(NOW.items()) >= 120
    assert len(NOW.lists()) >= 15
    assert {one.polarity for one in NOW.lists()} == {"adverse", "favourable", "watch"}
    assert len(NOW.scenes()) >= 20
    assert {one.measure_class for one in NOW.measures()} == {"by-law", "management", "market", "incentive"}
    assert len(BOOK.cases()) >= 100


def test_every_item_has_fields_a_provider_a_retention_and_a_chapter():
    chapters = NOW.codes("catalogue-chapter").labels

    for item in NOW.items():
        assert len(item.fields) >= 6, item.id
        assert item.providers
        assert item.retention
        assert item.chapter in chapters
        assert item.display.title in {field.name for field in item.fields}
    assert {item.chapter for item in NOW.items()} == set(chapters)


def test_a_person_is_never_scored_and_what_persons_agreed_to_stays_with_those_who_may_see_it():
    for item in NOW.items():
        if "person" in item.subjects:
            assert item.category != "evaluation", item.id
            assert not [field for field in item.fields if "信用分" in field.title or "评分" in field.title], (
                item.id
            )


def test_both_regulations_of_repair_are_there_with_papers_clocks_and_grounds():
    before, after = (
        BOOK.on(day).procedure("penalty-repair") for day in (date(2026, 3, 31), date(2026, 4, 1))
    )

    assert before.since != after.since
    for procedure in (before, after):
        assert procedure.documents
        assert procedure.conditions
        assert procedure.clocks
        assert procedure.refusals
    assert {"dual-publicity", "hearing-request", "rectification"} <= set(BOOK.ids("clock"))
    assert NOW.clock("dual-publicity").due(date(2026, 9, 28)) == date(2026, 10, 13)


def test_every_edition_of_every_norm_cites_an_instrument_that_the_rulebook_has():
    known = set(BOOK.sources)

    for norm in (*NOW.items(), *NOW.lists(), *NOW.scenes()):
        assert norm.basis
        assert {basis.source for basis in norm.basis} <= known
    for measure in NOW.measures():
        for listed in measure.lists:
            assert measure.basis_for(listed)
            assert {basis.source for basis in measure.basis_for(listed)} <= known


def test_a_measure_cites_for_a_list_that_lists_articles_and_what_is_common_to_all():
    measure = NOW.measure("careful-credit")

    assert [str(basis) for basis in measure.basis_for("serious-tax-violation")] == [
        "sat-54-2021 第二条",
        "ndrc-measures-2025 从严审慎授信（条次待核）",
    ]
    assert "reg-wage-payment" not in {basis.source for basis in measure.basis_for("judgment-defaulter")}


def test_what_is_cited_in_a_year_was_in_force_in_that_year():
    cited = {
        year: {basis.source for basis in BOOK.on(date(year, 6, 1)).measure("publish").basis}
        for year in (2022, 2023, 2024, 2026)
    }

    assert cited == {
        2022: {"ndrc-measures-2021"},
        2023: {"ndrc-measures-2022"},
        2024: {"ndrc-measures-2024"},
        2026: {"ndrc-measures-2025"},
    }


def test_a_list_may_be_extended_only_as_its_norm_says():
    decided = date(2025, 2, 20)

    assert NOW.list("judgment-defaulter").latest_end(decided) == date(2030, 2, 21)
    assert NOW.list("wage-arrears").latest_end(decided) == date(2028, 2, 21)


def test_adverse_information_about_persons_is_kept_for_five_years_by_its_article():
    kept = NOW.item("penalty").retention_of_persons

    assert (kept.years, [str(basis) for basis in kept.basis]) == (5, ["reg-credit-reporting 第十六条"])
    assert NOW.item("licence").retention_of_persons is None


def test_a_time_of_update_that_no_article_sets_has_no_basis():
    timed = {item.id for item in NOW.items() if item.update_basis}

    assert {"licence", "penalty"} <= timed
    assert not {"registration", "honour", "serious"} & timed


def test_the_edition_of_the_day_answers():
    assert BOOK.on(date(2025, 6, 30)).list("tax-a").since == date(2014, 10, 1)
    assert BOOK.on(date(2025, 7, 1)).list("tax-a").since == date(2025, 7, 1)
    assert BOOK.on(date(2026, 3, 31)).norm("repair", "publicity-terms")["since"] == "2023-05-01"
    assert BOOK.on(date(2026, 4, 1)).norm("repair", "publicity-terms")["since"] == "2026-04-01"


def test_before_its_first_day_a_norm_is_not_in_force_and_the_refusal_says_from_when():
    with pytest.raises(NotInForce, match="2014-10-01"):
        BOOK.on(date(2014, 9, 30)).list("tax-a")

    assert "tax-a" not in {one.id for one in BOOK.on(date(2014, 9, 30)).lists()}
    assert BOOK.on(date(1949, 10, 1)).items() == ()


@pytest.mark.parametrize("kind", ["item", "list", "measure", "scene", "codes", "office", "source"])
def test_what_the_rulebook_does_not_know_is_refused_with_what_it_knows(kind):
    with pytest.raises(UnknownNorm) as refused:
        getattr(NOW, kind)("no-such-thing")

    assert refused.value.remedy.zh
    assert refused.value.status == 404


def test_a_norm_of_any_kind_can_be_read_as_written():
    assert NOW.norm("limit", "forbidden-about-persons")["forbidden"][0] == "宗教信仰"
    with pytest.raises(UnknownNorm):
        NOW.norm("limit", "no-such-thing")


def test_a_departments_offices_are_one_of_the_province_and_one_of_each_of_nine_cities():
    tax = {
        office.id: office
        for office in NOW.offices()
        if office.department == "tax" and not office.id.startswith("cn.")
    }

    assert set(tax) == {"52.tax"} | {f"{city}.tax" for city in CITIES}
    assert tax["520100.tax"].title == "国家税务总局贵阳市税务局"
    assert tax["52.tax"].title == "国家税务总局贵州省税务局"
    assert NOW.office("520100.procuratorate").title == "贵州省贵阳市人民检察院"
    assert NOW.office("520100.staffing-commission").title == "中共贵阳市委机构编制委员会办公室"
    assert (tax["52.tax"].division, tax["520100.tax"].division) == ("520000", "520100")


def test_there_are_at_least_thirty_departments_and_no_title_has_a_gap_left_in_it():
    provincial = [office for office in NOW.offices() if office.division == "520000"]

    assert len(provincial) >= 30
    assert all(office.title and "{}" not in office.title for office in NOW.offices())
    assert len({office.title for office in NOW.offices()}) == len(NOW.offices())


def test_a_national_office_belongs_to_no_province():
    assert NOW.office("cn.supreme-court").division == "100000"


def test_a_retired_division_still_resolves_and_names_its_successor():
    retired = NOW.division("520114")

    assert (retired.title, retired.retired, retired.successor) == ("小河区", True, "520111")
    assert retired.period.end == date(2012, 11, 15)
    assert not NOW.division("520111").retired
    assert NOW.division("999999") is None


def test_every_division_has_a_parent_and_every_successor_is_in_force():
    for division in BOOK.divisions.values():
        assert not division.parent or division.parent in BOOK.divisions
        assert not division.successor or not BOOK.divisions[division.successor].retired


def test_a_code_list_accepts_its_labels_their_other_spellings_and_its_open_value():
    kinds = NOW.codes("id-type")

    assert kinds.accepts("身份证")
    assert kinds.accepts("居民身份证")
    assert kinds.accepts("其他-军官证")
    assert not kinds.accepts("图书证")
    assert kinds.spellings["01"] == "身份证"
    assert NOW.codes("counterparty-class").kinds["自然人"] == "person"


def test_an_items_fields_are_found_by_name_and_say_under_which_titles_they_come():
    field = NOW.item("penalty").field("decision_no")

    assert field.titles[:3] == ("行政处罚决定书文号", "CF_WSH", "decision_no")
    assert field.required == "yes"
    with pytest.raises(KeyError):
        NOW.item("penalty").field("no_such_field")


def test_who_may_furnish_an_item_is_the_catalogues_word():
    assert NOW.item("registration").admits("market-regulation")
    assert not NOW.item("registration").admits("tax")
    assert NOW.item("penalty").admits("tax")


def test_the_hash_follows_the_content_and_not_the_place(draft):
    same = draft.load().hash
    draft.mend("cn/lists/tax-a.yaml", "term: {years: 1}", "term: {years: 2}")

    assert same == BOOK.hash
    assert draft.load().hash != same
    assert len(same) == 64


def test_the_hash_follows_tables_too(draft):
    draft.mend("cn-52/codes/divisions.csv", "520102,南明区", "520102,南明新区")

    assert draft.load().hash != BOOK.hash


def test_a_norm_that_is_repealed_holds_until_the_day_of_its_repeal(draft):
    path = draft.folder / "cn/measures/green-channel.yaml"
    path.write_text(path.read_text("utf-8") + "  2026-06-01: null\n", "utf-8")
    book = draft.load()

    assert book.on(date(2026, 5, 31)).measure("green-channel").id == "green-channel"
    with pytest.raises(NotInForce):
        book.on(date(2026, 6, 1)).measure("green-channel")
    assert "green-channel" not in {measure.id for measure in book.on(date(2026, 6, 1)).measures()}


def test_a_later_edition_is_added_without_touching_the_earlier(draft):
    path = draft.folder / "cn/lists/judgment-defaulter.yaml"
    head, _, edition = path.read_text("utf-8").partition("values:\n")
    first, _, body = edition.partition("\n")
    path.write_text(
        f"{head}values:\n{first}\n{body}  2026-09-01:\n{body.replace('years: 2', 'years: 1')}", "utf-8"
    )
    book = draft.load()

    assert book.on(date(2026, 8, 31)).list("judgment-defaulter").term_months == 24
    assert book.on(date(2026, 9, 1)).list("judgment-defaulter").term_months == 12


def test_every_fault_of_a_draft_is_told_at_once(draft):
    draft.mend("cn/lists/tax-a.yaml", "polarity: favourable", "polarity: lovely")
    draft.mend("cn/lists/wage-arrears.yaml", "authority: [human-resources]", "authority: [wages]")

    with pytest.raises(RulebookFaults) as refused:
        draft.load()

    assert {fault.file for fault in refused.value.faults} >= {
        "cn/lists/tax-a.yaml",
        "cn/lists/wage-arrears.yaml",
    }
    assert str(len(refused.value.faults)) in refused.value.what.zh
