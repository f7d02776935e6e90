"""Receipts and the key that signs them."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from dataclasses import replace

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings as configured
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinyun.ledger import keys, receipts
from xinyun.ledger.receipts import ReceiptRefused, WrongKey, WrongSignature
from xinyun.plumbing.sealing import KeyMissing

CLAIMS = {"scene": "tender-registration", "decision": "pass", "index": 41, "rulebook": "ab" * 32}
# RFC 8037 appendix A.1 and A.3: the key pair and its thumbprint
SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
THUMBPRINT = "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


@pytest.fixture
def rfc_key(home, monkeypatch) -> Ed25519PublicKey:
    monkeypatch.setenv("XINYUN_SIGNING_KEY", b64encode(SEED).decode())
    return Ed25519PrivateKey.from_private_bytes(SEED).public_key()


def b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def test_a_receipt_reads_back_with_any_form_of_the_public_key(home):
    token = receipts.issue(CLAIMS)

    assert receipts.read(token, keys.verifier()) == CLAIMS
    assert receipts.read(token, str(keys.verifier())) == CLAIMS
    assert receipts.read(token, keys.signing_key().public_key()) == CLAIMS


def test_a_receipt_is_a_compact_jws_whose_key_is_named_by_its_thumbprint(rfc_key):
    token = receipts.issue(CLAIMS)

    header = b64(json.dumps({"alg": "EdDSA", "kid": THUMBPRINT}, separators=(",", ":")).encode())
    claims = b64(json.dumps(CLAIMS, separators=(",", ":"), sort_keys=True).encode())
    signature = Ed25519PrivateKey.from_private_bytes(SEED).sign(f"{header}.{claims}".encode())
    assert token == f"{header}.{claims}.{b64(signature)}"


def test_a_receipt_reads_in_an_independent_jwt_library(rfc_key):
    assert jwt.decode(receipts.issue(CLAIMS), rfc_key, algorithms=["EdDSA"]) == CLAIMS


@given(st.data())
@settings(deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_flipped_bit_anywhere_is_refused(rfc_key, data):
    token = receipts.issue(CLAIMS)
    place, bit = data.draw(st.integers(0, len(token) - 1)), data.draw(st.integers(0, 6))

    with pytest.raises(ReceiptRefused):
        receipts.read(token[:place] + chr(ord(token[place]) ^ (1 << bit)) + token[place + 1 :], rfc_key)


def test_another_key_is_told_from_a_false_signature(rfc_key):
    header, claims, signature = receipts.issue(CLAIMS).split(".")
    stranger = Ed25519PrivateKey.generate().public_key()

    with pytest.raises(WrongKey):
        receipts.read(f"{header}.{claims}.{signature}", stranger)
    with pytest.raises(WrongSignature):
        receipts.read(f"{header}.{b64(b'{}')}.{signature}", rfc_key)


@pytest.mark.parametrize(
    "token", ["", "a.b", "a.b.c.d", "!!.e30.e30", "e30.e30.e30", "W10.e30.e30", "凭证.e30.e30"]
)
def test_what_is_not_a_receipt_is_refused_as_such(rfc_key, token):
    with pytest.raises(ReceiptRefused) as refused:
        receipts.read(token, rfc_key)

    assert refused.value.code == "receipt-malformed"


@pytest.mark.parametrize(
    "header", [{"alg": "none"}, {"alg": "HS256"}, {"alg": "EdDSA"}, {"alg": "EdDSA", "crit": ["b64"]}]
)
def test_a_header_that_asks_for_something_else_is_refused(rfc_key, header):
    _, claims, signature = receipts.issue(CLAIMS).split(".")

    with pytest.raises(ReceiptRefused) as refused:
        receipts.read(
            f"{b64(json.dumps({'kid': THUMBPRINT} | header).encode())}.{claims}.{signature}", rfc_key
        )
    assert refused.value.code in {"receipt-malformed", "receipt-wrong-signature"}


def test_the_key_is_made_once_and_only_its_owner_reads_it(home):
    seed = home / "keys" / "ledger.ed25519"
    before = seed.read_bytes()

    keys.ensure_keys()

    assert seed.read_bytes() == before
    assert seed.stat().st_mode & 0o777 == 0o600
    assert (home / "keys" / "ledger.ed25519.pub").read_text() == f"{keys.verifier()}\n"


def test_after_a_change_of_key_the_old_signatures_still_count(home, monkeypatch):
    old = keys.verifier()
    monkeypatch.setenv("XINYUN_SIGNING_KEY", b64encode(SEED).decode())

    keys.ensure_keys()

    assert keys.verifiers() == [keys.verifier(), old]
    assert keys.verifier() != old


def test_without_a_key_nothing_is_signed(tmp_path, monkeypatch):
    monkeypatch.setattr(configured, "XINYUN", replace(configured.XINYUN, home=tmp_path))
    monkeypatch.delenv("XINYUN_SIGNING_KEY", raising=False)

    with pytest.raises(KeyMissing, match="XINYUN_SIGNING_KEY"):
        receipts.issue(CLAIMS)
