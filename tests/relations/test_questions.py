"""Who is told what: publicity, persons, articles, and whatever was asked is in the ledger."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests.conftest import DAY
from tests.factories import a_code, a_licence
from tests.relations.conftest import (
    ASKED,
    OTHER_PERSON,
    TRADING,
    Send,
    a_branch,
    a_contract,
    a_licence_naming,
    a_shareholder,
    listed,
    near,
)
from xinyun.archive import operations as archive
from xinyun.archive.models import Record
from xinyun.ledger import queries as ledger
from xinyun.relations import operations, queries, walking
from xinyun.relations.queries import Viewer

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
Firm = Callable[..., str]


def seen(code: str, viewer: Viewer = Viewer.PUBLIC, steps: int = 1) -> list[tuple[str, str, str]]:
    found = queries.related(code, on=DAY, viewer=viewer, steps=steps)
    return [(edge.near, edge.link, edge.far) for edge in found.edges]


def test_the_public_reads_owners_branches_and_partners_from_both_ends(send: Send, firm: Firm) -> None:
    one, other, branch = firm("贵州演示甲有限公司"), firm("贵州演示乙有限公司"), a_code()
    send("shareholder", a_shareholder(one, other))
    send("branch", a_branch(one, branch))
    send("bidding-contract", a_contract(one), a_contract(other), office=TRADING)

    told = queries.related(one, on=DAY, viewer=Viewer.PUBLIC)

    assert set(seen(one)[:2]) == {(one, "shareholder", other), (one, "branch", branch)}
    assert seen(other) == [(one, "shareholder", other), (other, "joint-bid", one)]
    assert {node.key: (node.name, node.is_known) for node in told.nodes}[branch] == (
        "贵州演示公司分公司",
        False,
    )
    (bid,) = [edge for edge in told.edges if edge.link == "joint-bid"]
    assert [proof.document for proof in bid.proofs] == ["演合同2026-1"] * 2


def test_natural_persons_are_not_for_the_public_and_numbered_without_a_name_for_clients(
    send: Send, firm: Firm
) -> None:
    one = firm("贵州演示甲有限公司")
    send("licence", a_licence_naming(one))

    officer = queries.related(one, on=DAY, viewer=Viewer.OFFICER)
    client = queries.related(one, on=DAY, viewer=Viewer.CLIENT)

    assert seen(one) == []
    assert queries.related(one, on=DAY, viewer=Viewer.PUBLIC).mentions == ()
    assert [node.title.zh for node in client.nodes[1:]] == ["自然人 1"]
    assert [node.title.zh for node in officer.nodes[1:]] == ["自然人 1（演示甲）"]
    assert [(one.title.zh, one.name) for one in officer.mentions] == [("法定代表人", "演示甲")]


def test_a_person_is_a_leaf_what_else_the_person_has_to_do_with_is_not_told(send: Send, firm: Firm) -> None:
    one, other = firm("贵州演示甲有限公司"), firm("贵州演示乙有限公司")
    send("licence", a_licence_naming(one), a_licence_naming(other))

    assert {near for near, _, _ in seen(one, Viewer.OFFICER, steps=2)} == {one}


def test_a_withdrawn_record_shows_no_relation(send: Send, firm: Firm) -> None:
    one = firm("贵州演示甲有限公司")
    send("shareholder", a_shareholder(one, a_code()), a_shareholder(one, "", 出资公示日期="2026-03-02"))
    records = list(Record.objects.filter(item="shareholder"))
    before = queries.related(one, on=DAY, viewer=Viewer.PUBLIC)
    archive.withdraw(
        records=[row.pk for row in records], reason="报错", office=records[0].office, actor="test", on=DAY
    )
    after = queries.related(one, on=DAY, viewer=Viewer.OFFICER)

    assert (len(before.edges), [one.name for one in before.mentions]) == (1, ["贵州演示投资公司"])
    assert (after.edges, [one.link for one in after.mentions]) == ((), ["legal-representative"])


def test_listed_subjects_within_two_steps_come_with_the_documents_that_lead_to_them(
    send: Send, firm: Firm
) -> None:
    one, holding, sister, far = (firm(f"贵州演示{n}有限公司") for n in "甲乙丙丁")
    send(
        "shareholder", a_shareholder(one, holding), a_shareholder(sister, holding), a_shareholder(far, sister)
    )
    listed(sister)
    listed(far, document="演税确字〔2026〕2号")

    answer = operations.associate(code=one, viewer=Viewer.CLIENT, **ASKED)

    (found,) = answer.found
    assert (found.node.key, found.node.name, found.node.step) == (sister, "贵州演示丙有限公司", 2)
    assert [listing.document for listing in found.node.listings] == ["演税确字〔2026〕1号"]
    ((first, second),) = found.paths
    assert [(first.near, first.far), (second.near, second.far)] == [(one, holding), (sister, holding)]
    assert found.basis == ()
    assert all(proof.record for edge in (first, second) for proof in edge.proofs)


def test_a_way_through_a_person_counts_where_an_article_reaches_that_person(send: Send, firm: Firm) -> None:
    one, taxed, environment = (firm(f"贵州演示{n}有限公司") for n in "甲乙丙")
    send("licence", *(a_licence_naming(code) for code in (one, taxed, environment)))
    listed(taxed)
    listed(environment, "environment-serious", "52.ecology-environment", "演环列〔2026〕1号")

    answer = operations.associate(code=one, viewer=Viewer.CLIENT, **ASKED)

    (found,) = answer.found
    assert found.node.key == taxed
    assert [str(basis) for basis in found.basis] == ["sat-54-2021 第十二条"]
    assert [node.title.zh for node in answer.persons] == ["自然人 1"]


def test_a_former_legal_representative_leads_nowhere(send: Send, firm: Firm) -> None:
    """By the registration, which names another; and by a later decision that does."""
    one, left, replaced = (
        firm("贵州演示甲有限公司"),
        firm("贵州演示乙有限公司", "演示乙"),
        firm("贵州演示丙有限公司"),
    )
    send("licence", *(a_licence_naming(code) for code in (one, left, replaced)))
    send("licence", a_licence_naming(replaced, OTHER_PERSON, XK_JDRQ="2026/06/10"))
    listed(left)
    listed(replaced, document="演税确字〔2026〕2号")

    assert near(one) == []


def test_without_a_number_one_name_is_nobody(send: Send, firm: Firm) -> None:
    one, other = firm("贵州演示甲有限公司"), firm("贵州演示乙有限公司")
    send("licence", a_licence(one, XK_FRDB="演示甲"), a_licence(other, XK_FRDB="演示甲"))
    listed(other)

    assert near(one) == []


def test_who_answers_for_a_listed_subject_is_told_with_its_article(send: Send, firm: Firm) -> None:
    one = firm("贵州演示甲有限公司")
    send("licence", a_licence_naming(one))
    listed(one)

    (told,) = operations.answer_for(code=one, **ASKED)

    assert (told.node.title.zh, told.edge.link) == ("自然人 1（演示甲）", "legal-representative")
    assert [str(basis) for basis in told.basis] == ["sat-54-2021 第十二条"]


def test_without_an_article_or_a_listing_nobody_answers(send: Send, firm: Firm) -> None:
    one = firm("贵州演示甲有限公司")
    send("licence", a_licence_naming(one))
    with pytest.raises(queries.NotListed):
        operations.answer_for(code=one, **ASKED)
    listed(one, "environment-serious", "52.ecology-environment", "演环列〔2026〕1号")

    with pytest.raises(queries.NoArticle) as refused:
        operations.answer_for(code=one, **ASKED)
    assert "不得关联" in refused.value.remedy.zh
    assert refused.value.basis


def test_more_relations_than_are_followed_are_told_of(
    send: Send, firm: Firm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "FAN_OUT", 2)
    one = firm("贵州演示甲有限公司")
    send("shareholder", *(a_shareholder(one, a_code(), 单位股东名称=f"贵州演示投资{n}") for n in range(3)))

    assert queries.related(one, on=DAY, viewer=Viewer.PUBLIC).cut == (one,)
    assert len(seen(one)) == 2


def test_each_question_is_in_the_ledger_with_its_purpose_and_persons_by_their_hash_alone(
    send: Send, firm: Firm
) -> None:
    one = firm("贵州演示甲有限公司")
    send("licence", a_licence_naming(one))

    operations.look(code=one, steps=2, **ASKED)
    operations.associate(code=one, viewer=Viewer.CLIENT, **ASKED)

    told = ledger.contents(operations.KIND, 0, ledger.size())
    logged = [json.dumps(one.payload, ensure_ascii=False, separators=(",", ":")) for one in told]
    assert len(logged) == 2
    assert all("核对招标资格" in text and one in text and "演示甲" not in text for text in logged)
    assert '"persons"' in logged[0]
    assert '"found":[]' in logged[1]


@pytest.mark.parametrize("purpose", ["", " ", "好", "一行\n两行", "长" * 201])
def test_without_a_purpose_nothing_is_told(purpose: str, firm: Firm) -> None:
    one = firm("贵州演示甲有限公司")
    with pytest.raises(operations.NoPurpose):
        operations.associate(code=one, viewer=Viewer.CLIENT, **ASKED | {"purpose": purpose})


def test_a_code_that_the_archive_does_not_know_is_refused() -> None:
    with pytest.raises(queries.UnknownSubject):
        queries.related("911101080000000001", on=DAY, viewer=Viewer.PUBLIC)
