"""SM2 beside Ed25519 on a checkpoint: the standard's own example, both signatures, and what is not one."""

from __future__ import annotations

import os
import subprocess
import sys
from base64 import b64encode
from datetime import date
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from xinyun.ledger import keys, operations, queries, sm2
from xinyun.ledger.notes import (
    Head,
    NoteRefused,
    Sm2Verifier,
    Verifier,
    co_sign,
    open_note,
    read_verifier,
    sign,
    verifier_of,
)
from xinyun.plumbing.sealing import KeyMissing

pytest.importorskip("gmssl_pyx", reason="GmSSL is not installed")

NAME = "log.example/ledger"
ED25519 = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
# GB/T 32918.5-2017, appendix A.2
PRIVATE = bytes.fromhex("3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8")
PUBLIC = bytes.fromhex(
    "09F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020"
    "CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13"
)
SIGNATURE = bytes.fromhex(
    "F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"
    "B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"
)
HEAD = str(Head(NAME, 20852163, bytes(range(32))))
NOTE = sign(HEAD, NAME, ED25519)
CO_SIGNED = co_sign(NOTE, NAME, PRIVATE)
TRUSTED = Sm2Verifier(NAME, PUBLIC)
ON = date(2026, 3, 2)


def test_the_standards_example_has_its_public_key_and_its_signature():
    assert sm2.public_key(PRIVATE) == PUBLIC
    assert sm2.verify(PUBLIC, b"message digest", SIGNATURE)
    assert sm2.verify(PUBLIC, b"message digest", sm2.sign(PRIVATE, b"message digest"))


@given(st.integers(0, 1), st.integers(0, 511))
def test_a_flipped_bit_of_signature_or_key_is_refused(which, bit):
    given_ = [PUBLIC, SIGNATURE]
    given_[which] = (int.from_bytes(given_[which], "big") ^ (1 << bit)).to_bytes(64, "big")

    assert not sm2.verify(given_[0], b"message digest", given_[1])


@pytest.mark.parametrize("signature", [b"", SIGNATURE[:-1], SIGNATURE + b"\0", bytes(64)])
def test_what_is_no_signature_is_refused(signature):
    assert not sm2.verify(PUBLIC, b"message digest", signature)


def test_nothing_is_no_private_key():
    with pytest.raises(ValueError, match="no private key"):
        sm2.public_key(bytes(32))


def test_the_second_line_names_its_type_in_the_key_id():
    kind = b"\xffSM2-SM3 GB/T 32918"
    key_id = sha256(NAME.encode() + b"\n" + kind + PUBLIC).digest()[:4]

    assert CO_SIGNED.startswith(NOTE)
    assert CO_SIGNED.count("\n— ") == 2
    assert str(TRUSTED) == f"{NAME}+{key_id.hex()}+{b64encode(kind + PUBLIC).decode()}"
    assert read_verifier(str(TRUSTED)) == TRUSTED
    assert read_verifier(str(verifier_of(NAME, ED25519))) == verifier_of(NAME, ED25519)


@pytest.mark.parametrize(
    "trusted", [[TRUSTED], [verifier_of(NAME, ED25519)], [verifier_of(NAME, ED25519), TRUSTED]]
)
def test_a_note_with_both_signatures_opens_with_either_key_and_with_both(trusted):
    assert open_note(CO_SIGNED, trusted) == HEAD


def test_a_note_without_the_second_signature_stays_valid():
    assert open_note(NOTE, [verifier_of(NAME, ED25519), TRUSTED]) == HEAD
    with pytest.raises(NoteRefused, match="没有可信公钥的签名"):
        open_note(NOTE, [TRUSTED])


def test_a_note_by_another_sm2_key_is_not_believed():
    another = Sm2Verifier(NAME, sm2.public_key(bytes(range(1, 33))))

    with pytest.raises(NoteRefused, match="没有可信公钥的签名"):
        open_note(CO_SIGNED, [another])


def test_a_false_sm2_signature_spoils_a_note_that_ed25519_signed_truly():
    line = co_sign(sign("other text\n", NAME, ED25519), NAME, PRIVATE).splitlines()[-1]

    with pytest.raises(NoteRefused, match="签名不符"):
        open_note(f"{NOTE}{line}\n", [verifier_of(NAME, ED25519), TRUSTED])


def test_a_key_of_one_type_is_not_read_as_the_other():
    with pytest.raises(NoteRefused):
        Verifier.parse(str(TRUSTED))
    with pytest.raises(NoteRefused):
        Sm2Verifier.parse(str(verifier_of(NAME, ED25519)))


def test_a_witness_that_trusts_ed25519_needs_neither_gmssl_nor_django():
    program = (
        "import sys; sys.modules['gmssl_pyx'] = sys.modules['django'] = None\n"
        "from xinyun.client import witness\n"
        "from xinyun.ledger import notes\n"
        "notes.open_note(sys.argv[1], [notes.read_verifier(sys.argv[2])])"
    )
    told = [sys.executable, "-c", program, CO_SIGNED, str(verifier_of(NAME, ED25519))]

    assert subprocess.run(told, env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}).returncode == 0


@pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
@pytest.mark.usefixtures("empty_log")
class TestTheLog:
    def test_signs_its_heads_by_both_keys_and_verifies_both(self, home):
        head = operations.checkpoint(actor="clock", on=ON)

        for key in keys.verifier(), keys.sm2_verifier():
            assert Head.parse(open_note(head.note, [key])).size == 0
        assert operations.verify(actor="clock", on=ON).ok
        assert queries.public_keys() == [str(keys.verifier()), str(keys.sm2_verifier())]
        assert (home / "keys" / "ledger.sm2.pub").read_text() == f"{keys.sm2_verifier()}\n"

    def test_without_an_sm2_key_signs_by_the_other_alone(self, home):
        (home / "keys" / "ledger.sm2").unlink()

        head = operations.checkpoint(actor="clock", on=ON)

        assert head.note.count("\n— ") == 1
        assert operations.verify(actor="clock", on=ON).ok
        assert queries.public_keys() == [str(keys.verifier())]

    def test_keeps_the_heads_of_an_earlier_sm2_key(self, home, monkeypatch):
        operations.checkpoint(actor="clock", on=ON)
        monkeypatch.setenv("XINYUN_SM2_KEY", b64encode(PRIVATE).decode())
        keys.ensure_keys()

        assert operations.verify(actor="clock", on=ON).ok
        assert len((home / "keys" / "ledger.sm2.pub").read_text().splitlines()) == 2

    def test_a_false_co_signature_is_found(self, intruder):
        head = operations.checkpoint(actor="clock", on=ON)
        line = co_sign(sign("other\n", NAME, ED25519), keys.origin(), keys.sm2_key()).splitlines()[-1]
        forged = "\n".join([*head.note.splitlines()[:-1], line, ""])
        with intruder() as cursor:
            cursor.execute("UPDATE ledger_checkpoint SET note = %s WHERE size = 0", [forged])

        assert [(one.part, one.index) for one in operations.verify(actor="clock", on=ON).faults] == [
            ("checkpoint", 0)
        ]

    def test_a_key_that_is_none_is_told(self, monkeypatch):
        monkeypatch.setenv("XINYUN_SM2_KEY", "short")

        with pytest.raises(KeyMissing, match="XINYUN_SM2_KEY"):
            operations.checkpoint(actor="clock", on=ON)
