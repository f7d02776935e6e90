"""A past check decided again from its receipt: the same bytes, whatever happened since; and a nightly sample of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model

from tests.conftest import DAY
from tests.factories import a_code
from tests.gateway.test_answers import AT, NAME, answer, delist, enlist, listed  # noqa: F401 - a fixture
from tests.rulemaking.conftest import released_files  # noqa: F401 - a fixture
from xinyun import law
from xinyun.accounts.operations import add_user
from xinyun.base import Refusal
from xinyun.gateway import operations, replaying, sampling
from xinyun.gateway.wire import encode
from xinyun.law.in_use import STAMP, released_folder
from xinyun.ledger import operations as ledger_operations
from xinyun.ledger import queries as ledger

pytestmark = pytest.mark.django_db(databases=["default", "ledger"], transaction=True)


def bytes_of(told: dict) -> bytes:
    return encode({key: value for key, value in told.items() if key != "receipt"})


def test_a_check_comes_out_byte_for_byte_after_everything_changed(listed):  # noqa: F811
    clean = a_code()
    given = [
        answer(code=listed),
        answer(code=listed, name="另一家演示公司"),
        answer(code=clean),
        answer(name=NAME),
    ]

    delist(listed)
    enlist(listed, list_id="serious-tax-violation", office="52.tax")
    enlist(clean)

    assert answer(code=listed).outcome != given[0].outcome or answer(code=clean).outcome == "block"
    for one in given:
        again = replaying.of_receipt(one.receipt)
        assert again.same, again.differing
        assert bytes_of(again.told) == bytes_of(operations.document(one))


def test_what_was_written_otherwise_than_decided_is_told(listed):  # noqa: F811
    """A leaf that says pass where the rule says block: as whoever tampered with the program would have logged it."""
    given = answer(code=listed)
    logged = ledger.entry(given.index).payload | {"decision": "pass", "measures": [], "ref": "forged"}
    entry = ledger_operations.Entry("check", AT, logged, "forged")
    (leaf,) = ledger_operations.append([entry], actor="t", on=DAY)

    again = replaying.replay(leaf.index)

    assert not again.same
    assert set(again.differing) >= {"decision", "measures"}
    assert again.told["decision"] == "block"


def test_a_receipt_that_tells_otherwise_than_the_ledger_is_told(listed):  # noqa: F811
    from xinyun.ledger import receipts

    given = answer(code=listed)
    claims = receipts.own(given.receipt) | {"outcome": "pass"}

    assert replaying.of_receipt(receipts.issue(claims)).differing == ("receipt.outcome",)


def test_a_changed_receipt_and_a_leaf_of_another_kind_are_refused(listed):  # noqa: F811
    given = answer(code=listed)
    with pytest.raises(Refusal):
        replaying.of_receipt(given.receipt[:-6] + "AAAAAA")
    (leaf,) = ledger_operations.append([ledger_operations.Entry("other", AT, {"a": 1})], actor="t", on=DAY)
    with pytest.raises(replaying.NotACheck):
        replaying.replay(leaf.index)


def test_what_was_erased_is_not_decided_again(listed):  # noqa: F811
    given = answer(code=listed)
    ledger_operations.erase(given.index, norm="n", basis="b", actor="t", on=DAY, at=AT)

    with pytest.raises(replaying.CheckErased):
        replaying.of_receipt(given.receipt)


def test_the_law_of_then_decides_when_todays_is_another(listed, released_files):  # noqa: F811
    """A scene is released on the platform; what was answered before is decided again by the rulebook of then."""
    given = answer(code=listed)
    then = law.rulebook()
    scene = then.folder / "cn-52" / "scenes" / "tender-registration.yaml"
    over = released_folder() / "cn-52" / "scenes" / scene.name
    over.parent.mkdir(parents=True)
    over.write_text(scene.read_text("utf-8").replace("bar-tender, key", "key"), "utf-8")
    (released_folder() / STAMP).touch()

    now = answer(code=listed)

    assert given.outcome == "block"
    assert (given.ruling.rulebook, now.ruling.rulebook) == (then.hash, law.rulebook().hash)
    assert now.ruling.rulebook != then.hash
    for one in (given, now):
        assert replaying.of_receipt(one.receipt).same


def test_a_sample_is_drawn_by_a_seed_and_holds_checks_alone(listed):  # noqa: F811
    checks = {answer(code=listed).index for _ in range(5)}
    day = timedelta(days=1)

    drawn = replaying.drawn(AT - day, AT + day, 3, "seed")

    assert len(drawn) == 3
    assert set(drawn) <= checks
    assert drawn == replaying.drawn(AT - day, AT + day, 3, "seed")
    assert set(replaying.drawn(AT - day, AT + day, 50, "seed")) == checks
    assert replaying.drawn(AT + day, AT + 2 * day, 50, "seed") == []


def test_a_night_is_sampled_once_and_what_differs_is_named(listed):  # noqa: F811
    given = [answer(code=listed) for _ in range(3)]
    forged = ledger.entry(given[0].index).payload | {"decision": "pass", "ref": "forged"}
    (leaf,) = ledger_operations.append(
        [ledger_operations.Entry("check", AT, forged, "forged")], actor="t", on=DAY
    )
    ledger_operations.erase(given[1].index, norm="n", basis="b", actor="t", on=DAY, at=AT)
    night = {"actor": "worker", "on": DAY + timedelta(days=1), "at": AT + timedelta(days=1)}

    found = sampling.take_turn(**night)

    assert found
    assert not found.ok
    assert (found.of, found.drawn, found.same, found.differing) == (DAY, 3, 2, (leaf.index,))
    assert sampling.take_turn(**night) is None
    assert sampling.samples(DAY, DAY + timedelta(days=5)) == [found]
    assert sampling.sample(DAY, **night) == found


def test_a_check_that_cannot_be_decided_again_is_counted_by_its_reason(listed):  # noqa: F811
    given = answer(code=listed)
    unkept = ledger.entry(given.index).payload | {"rulebook": "0" * 64, "ref": "unkept"}
    ledger_operations.append([ledger_operations.Entry("check", AT, unkept, "unkept")], actor="t", on=DAY)

    found = sampling.sample(DAY, actor="t", on=DAY, at=AT)

    assert (found.same, found.impossible, found.ok) == (1, (("rulebook-not-kept", 1),), True)


def test_officers_replay_on_a_page_and_clerks_may_not(client, listed):  # noqa: F811
    receipt = answer(code=listed).receipt
    for role in ("clerk", "auditor"):
        add_user(
            username=role, password="a-word-of-enough-letters", office="52.tax", role=role, actor="t", on=DAY
        )
    users = {user.username: user for user in get_user_model().objects.all()}
    client.force_login(users["clerk"])
    assert client.get("/console/replays").status_code == 403

    client.force_login(users["auditor"])
    page = client.post("/console/replays", {"receipt": receipt}).content.decode()
    refused = client.post("/console/replays", {"receipt": "no receipt"})

    assert "逐字节相同" in page
    assert refused.status_code == 422
    assert ledger.kinds()["check.replayed"] == 1
