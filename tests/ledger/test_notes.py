"""Signed notes and checkpoints, against the formats of C2SP."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from xinyun.ledger.notes import Head, NoteRefused, Verifier, open_note, sign, verifier_of

NAME = "log.example/ledger"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
HEAD = Head(NAME, 20852163, bytes(range(32)))
NOTE = sign(str(HEAD), NAME, KEY)


def test_a_checkpoint_is_three_lines_a_blank_and_a_signature_line():
    public = KEY.public_key().public_bytes_raw()
    key_id = sha256(NAME.encode() + b"\n\x01" + public).digest()[:4]
    text = f"{NAME}\n20852163\n{b64encode(bytes(range(32))).decode()}\n"
    signature = b64encode(key_id + KEY.sign(text.encode())).decode()

    assert f"{text}\n— {NAME} {signature}\n" == NOTE
    assert str(verifier_of(NAME, KEY)) == f"{NAME}+{key_id.hex()}+{b64encode(bytes([1]) + public).decode()}"


def test_a_note_opens_with_the_verifier_key_as_published():
    published = str(verifier_of(NAME, KEY))

    assert Head.parse(open_note(NOTE, [Verifier.parse(published)])) == HEAD


def test_a_witness_may_co_sign_and_either_signature_is_enough():
    co_signed = NOTE + sign(str(HEAD), "witness.example", WITNESS).rpartition("\n\n")[2]

    for trusted in (verifier_of(NAME, KEY), verifier_of("witness.example", WITNESS)):
        assert open_note(co_signed, [trusted]) == str(HEAD)


def test_a_note_by_nobody_trusted_is_refused():
    with pytest.raises(NoteRefused, match="没有可信公钥的签名"):
        open_note(NOTE, [verifier_of(NAME, WITNESS)])


def test_a_false_signature_spoils_a_note_that_another_key_signed_truly():
    co_signed = NOTE + sign("other text\n", "witness.example", WITNESS).rpartition("\n\n")[2]

    with pytest.raises(NoteRefused, match=r"witness\.example"):
        open_note(co_signed, [verifier_of(NAME, KEY), verifier_of("witness.example", WITNESS)])


def test_a_changed_character_anywhere_is_refused():
    trusted = [verifier_of(NAME, KEY)]

    for place in range(len(NOTE)):
        changed = NOTE[:place] + chr(ord(NOTE[place]) ^ 1) + NOTE[place + 1 :]
        with pytest.raises(NoteRefused):
            open_note(changed, trusted)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        "a\n01\n" + "A" * 43 + "=\n",
        "a\n-1\n" + "A" * 43 + "=\n",
        "a\n1\nshort\n",
        "a\n1\n" + "A" * 42 + "B=\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text):
    with pytest.raises(NoteRefused):
        Head.parse(text)


@pytest.mark.parametrize(
    "text", ["", "name", "name+00000000+AQ==", f"other{str(verifier_of(NAME, KEY))[len(NAME) :]}"]
)
def test_a_malformed_verifier_key_is_refused(text):
    with pytest.raises(NoteRefused):
        Verifier.parse(text)
