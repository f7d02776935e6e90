"""The pages on which one officer drafts and another releases; the form is the schema's."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.http import QueryDict
from django.test import Client

from tests.conftest import DAY
from tests.rulemaking.conftest import released_files
from xinyun import law
from xinyun.accounts.models import User
from xinyun.console import controls
from xinyun.law.writing import with_edition
from xinyun.rulemaking import queries
from xinyun.rulemaking.rules import KINDS

__all__ = ["released_files"]

pytestmark = [
    pytest.mark.one_store,
    pytest.mark.django_db(transaction=True, databases=["default", "ledger"]),
    pytest.mark.usefixtures("released_files"),
]
BOOK = law.rulebook()
FORM = "/console/rulebook/list/wage-arrears"


def browser(name: str, role: str) -> Client:
    user, _ = User.objects.get_or_create(username=name, defaults={"office": "52.tax", "role": role})
    client = Client()
    client.force_login(user)
    return client


class Form(HTMLParser):
    """What a browser would send if the form were sent as it stands."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._select = self._open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = dict(attributes)
        name, value = told.get("name") or "", told.get("value") or ""
        if tag == "input" and name and (told.get("type") != "checkbox" or "checked" in told):
            self.values.setdefault(name, []).append(value or ("on" if "checked" in told else ""))
        elif tag == "textarea":
            self._open, self.values[name] = name, [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in told:
            self._open, self.values[self._select] = self._select, [""]

    def handle_data(self, data: str) -> None:
        if self._open:
            self.values[self._open][-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag in {"textarea", "option"}:
            self._open = ""


def filled(client: Client, path: str = FORM, **changed: str) -> dict[str, list[str] | str]:
    values = Form(client.get(path).content.decode()).values
    return {**values, "reason": "演示：办法修订", **changed}


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_of_every_kind_gives_back_every_edition_that_it_was_given(kind: str) -> None:
    schema = BOOK.schema_of(kind)

    for id in BOOK.ids(kind):
        for _, _, edition in BOOK.editions(kind, id):
            if edition is None:
                continue
            written = {key: value for key, value in edition.items() if key != "rows"}
            posted = QueryDict(mutable=True)
            for one in controls.inputs(schema, written):
                posted.setlist(one.name, list(one.values) if one.form == "choices" else [one.text])
            assert controls.edition(schema, posted) == written, id


def test_a_form_that_is_sent_unchanged_for_another_day_says_the_same() -> None:
    clerk = browser("clerk", "clerk")

    answer = clerk.post(FORM, filled(clerk, since="2027-01-01"))

    assert answer.status_code == 302
    (draft,) = queries.drafts()
    before = {k: v for k, v in BOOK.on(DAY).norm("list", "wage-arrears").items() if k != "since"}
    assert draft.by == "user:clerk"
    assert draft.text.startswith(BOOK.text_of("list", "wage-arrears"))
    assert queries.prove(draft.file, draft.text, DAY).on(DAY + timedelta(days=400)).norm(
        "list", "wage-arrears"
    ) == (before | {"since": "2027-01-01"})


def test_one_drafts_and_another_releases() -> None:
    clerk, operator = browser("clerk", "clerk"), browser("operator", "operator")
    page = clerk.post(FORM, filled(clerk, since="2027-01-01", term="years: 2"))["Location"]

    html = operator.get(page).content.decode()
    by_clerk = clerk.post(page, {"release": ""})
    by_operator = operator.post(page, {"release": ""})

    assert "期限·年：3 → 2" in html
    assert "xinyun law simulate draft:" in html
    assert "xinyun law backtest draft:" in html
    assert by_clerk.status_code == 403
    assert by_operator.status_code == 302
    assert "已发布" in operator.get(page).content.decode()
    assert law.rulebook().on(DAY + timedelta(days=400)).list("wage-arrears").term_months == 24


def test_an_operator_does_not_release_what_is_the_operators_own() -> None:
    operator = browser("operator", "operator")
    page = operator.post(FORM, filled(operator, since="2027-01-01", term="years: 2"))["Location"]

    assert 'name="release"' not in operator.get(page).content.decode()
    assert operator.post(page, {"release": ""}).status_code == 403


def test_what_is_refused_keeps_what_was_typed_and_says_where() -> None:
    clerk = browser("clerk", "clerk")

    answer = clerk.post(FORM, filled(clerk, since="2027-01-01", authority="wages", entry="我写的话"))

    html = answer.content.decode()
    assert answer.status_code == 422
    assert 'id="summary" role="alert" tabindex="-1" autofocus' in html
    assert "cn/lists/wage-arrears.yaml" in html
    assert "我写的话" in html
    assert queries.drafts() == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"since": "明天"}, "施行日不是日期"),
        ({"since": "2026-01-01"}, "早于上次发布"),
        ({"since": "2027-01-01", "basis": "reg-wage-payment"}, "没有写条款"),
        ({"since": "2027-01-01", "term": "{years: "}, "读不出来"),
        ({"since": "2027-01-01", "reason": " "}, "没有写起草理由"),
        ({"since": "2027-01-01", "kinds": ""}, "kinds"),
    ],
    ids=["no day", "a past day", "no article", "no YAML", "no reason", "nobody"],
)
def test_a_form_is_refused_for(changed: dict[str, str], told: str) -> None:
    clerk = browser("clerk", "clerk")

    answer = clerk.post(FORM, filled(clerk, **changed))

    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_a_norm_is_repealed_by_a_day() -> None:
    clerk = browser("clerk", "clerk")

    answer = clerk.post(
        "/console/rulebook/measure/tax-service-priority",
        {"since": "2027-01-01", "repeal": "on", "reason": "演示"},
    )

    assert answer.status_code == 302
    assert queries.drafts()[0].text.endswith("  2027-01-01: null\n")


def test_a_new_measure_is_made_by_form_and_a_source_by_file() -> None:
    clerk = browser("clerk", "clerk")
    model = filled(clerk, "/console/rulebook/measure/green-channel")
    made = clerk.post(
        "/console/rulebook/measure/new",
        {
            **model,
            "id": "fast-lane",
            "title": "快速通道",
            "english": "fast lane",
            "jurisdiction": "cn-52",
            "since": "2027-01-01",
        },
    )
    source = "id: guizhou-demo\ntitle: 演示文件\nenglish: demonstration\nnumber: '演示1号'\nissuer: 演示\nconfidence: unsure\n"
    sent = clerk.post(
        "/console/rulebook/file",
        {"kind": "source", "id": "guizhou-demo", "jurisdiction": "cn-52", "text": source, "reason": "演示"},
    )

    assert (made.status_code, sent.status_code) == (302, 302)
    assert {one.file for one in queries.drafts()} == {
        "cn-52/measures/fast-lane.yaml",
        "cn-52/sources/guizhou-demo.yaml",
    }
    file = clerk.get(sent["Location"] + "/file")
    assert file.content.decode() == source
    assert 'filename="guizhou-demo.yaml"' in file["Content-Disposition"]


def test_a_whole_file_that_is_refused_stays_in_the_form() -> None:
    clerk = browser("clerk", "clerk")

    answer = clerk.post(
        "/console/rulebook/file",
        {"kind": "list", "id": "x", "jurisdiction": "cn-52", "text": "id: [", "reason": "演示"},
    )

    assert answer.status_code == 422
    assert "id: [" in answer.content.decode()


def test_a_draft_is_withdrawn_with_a_reason() -> None:
    clerk = browser("clerk", "clerk")
    page = clerk.post(FORM, filled(clerk, since="2027-01-01", term="years: 2"))["Location"]

    clerk.post(page, {"withdraw": "", "reason": "另拟"})

    assert queries.drafts()[0].state == "withdrawn"
    assert 'name="withdraw"' not in clerk.get(page).content.decode()


def test_a_draft_that_no_longer_holds_says_so_and_is_not_offered_for_release() -> None:
    clerk, operator = browser("clerk", "clerk"), browser("operator", "operator")
    pages = [
        clerk.post(FORM, filled(clerk, since="2027-01-01", term=f"years: {n}"))["Location"] for n in (1, 2)
    ]
    operator.post(pages[0], {"release": ""})

    answer = operator.post(pages[1], {"release": ""})

    assert answer.status_code == 409
    assert "已经被另一次发布改过" in answer.content.decode()


@pytest.mark.parametrize("path", ["/console/rulebook", FORM, "/console/rulebook/file", "/console/drafts/1"])
def test_strangers_are_sent_to_log_in(path: str) -> None:
    assert Client().get(path)["Location"].startswith("/login?next=")


@pytest.mark.parametrize(
    "path", ["/console/rulebook/list/nope", "/console/rulebook/poem/new", "/console/drafts/99"]
)
def test_what_is_not_there_is_not_found(path: str) -> None:
    assert browser("clerk", "clerk").get(path).status_code == 404


def test_every_file_of_the_rulebook_is_written_as_the_writer_writes_it() -> None:
    """So that a file which goes through the console comes back with nothing changed but the edition."""
    for kind in KINDS:
        for id in BOOK.ids(kind):
            text = BOOK.text_of(kind, id)
            day = DAY.replace(year=2199)
            assert with_edition(text, day, None) == f"{text}  2199-11-20: null\n", (kind, id)
