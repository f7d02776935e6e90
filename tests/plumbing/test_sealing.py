"""Sealing: the standards' own vectors, and everything that must not open."""

from __future__ import annotations

import random
from base64 import b64encode
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SM3, Hash
from django.conf import settings as configured
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xinyun.plumbing import sealing
from xinyun.plumbing.sealing import FRAME, KeyMissing, SealBroken


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(configured, "XINYUN", replace(configured.XINYUN, home=tmp_path))
    monkeypatch.delenv("XINYUN_DATA_KEY", raising=False)
    sealing.ensure_keys()
    return tmp_path


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
        (b"abcd" * 16, "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
    ],
)
def test_sm3_gives_the_digests_of_gb_t_32905_appendix_a(message, digest):
    hashed = Hash(SM3())
    hashed.update(message)

    assert hashed.finalize().hex() == digest


def test_sm4_gcm_gives_the_ciphertext_and_tag_of_rfc_8998_appendix_a_1():
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    nonce = bytes.fromhex("00001234567800000000ABCD")
    about = bytes.fromhex("FEEDFACEDEADBEEFFEEDFACEDEADBEEFABADDAD2")
    plain = bytes.fromhex(
        "AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBBCCCCCCCCCCCCCCCCDDDDDDDDDDDDDDDD"
        "EEEEEEEEEEEEEEEEFFFFFFFFFFFFFFFFEEEEEEEEEEEEEEEEAAAAAAAAAAAAAAAA"
    )
    sealed = bytes.fromhex(
        "17F399F08C67D5EE19D0DC9969C4BB7D5FD46FD3756489069157B282BB200735"
        "D82710CA5C22F0CCFA7CBF93D496AC15A56834CBCF98C397B4024A2691233B8D"
    )
    tag = bytes.fromhex("83DE3541E4C2B58177E065A9BF7B62EC")

    assert sealing._encrypt(key, nonce, plain, about) == sealed + tag
    assert sealing._decrypt(key, nonce, sealed + tag, about) == plain


def test_sm4_alone_gives_the_block_of_gb_t_32907_appendix_a():
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    cipher = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()

    assert cipher.update(key).hex() == "681edf34d206965e86b3e94f536e4246"


@given(st.binary(max_size=300))
@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_sealed_opens_again_and_never_looks_the_same(home, plain):
    sealed = sealing.seal(plain)

    assert sealing.open_sealed(sealed) == plain
    assert sealing.seal(plain) != sealed


def test_a_flipped_bit_anywhere_is_refused(home):
    sealed = sealing.seal("张三 52010219900101001X".encode())

    for place in range(len(sealed)):
        with pytest.raises(SealBroken):
            sealing.open_sealed(sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :])


@pytest.mark.parametrize("length", [0, 3, 4, 15, 16, 31, 32])
def test_a_value_that_was_cut_is_refused(home, length):
    with pytest.raises(SealBroken):
        sealing.open_sealed(sealing.seal(b"x")[:length])


def test_another_key_is_named(home, monkeypatch):
    sealed = sealing.seal(b"x")
    monkeypatch.setenv("XINYUN_DATA_KEY", b64encode(bytes(32)).decode())

    with pytest.raises(SealBroken, match="与现有密钥"):
        sealing.open_sealed(sealed)


def test_a_keyed_hash_is_the_same_every_time_and_another_under_another_key(home, monkeypatch):
    hashed = sealing.keyed_hash(b"52010219900101001X")

    assert hashed == sealing.keyed_hash(b"52010219900101001X") != sealing.keyed_hash(b"52010219900101002X")
    assert len(hashed) == 64

    monkeypatch.setenv("XINYUN_DATA_KEY", b64encode(bytes(32)).decode())
    assert sealing.keyed_hash(b"52010219900101001X") != hashed


def test_a_key_file_is_made_once_and_only_its_owner_reads_it(home):
    path = home / "keys" / "data.key"
    before = path.read_bytes()

    sealing.ensure_keys()

    assert path.read_bytes() == before
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["data.key"]


@pytest.mark.parametrize("value", ["short", "!!!", b64encode(bytes(16)).decode()])
def test_an_unusable_key_is_refused_not_used(tmp_path, monkeypatch, value):
    monkeypatch.setattr(configured, "XINYUN", replace(configured.XINYUN, home=tmp_path))
    monkeypatch.setenv("XINYUN_DATA_KEY", value)

    with pytest.raises(KeyMissing, match="XINYUN_DATA_KEY"):
        sealing.seal(b"x")


@pytest.mark.parametrize("size", [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME])
def test_a_file_of_any_size_opens_to_the_same_bytes(home, size):
    plain = bytes(range(256)) * (size // 256) + bytes(size % 256)
    (home / "in").write_bytes(plain)

    sealing.seal_file(home / "in", home / "sealed")
    sealing.open_file(home / "sealed", home / "out")

    assert (home / "out").read_bytes() == plain
    assert (home / "sealed").stat().st_mode & 0o777 == 0o600


def test_a_file_is_compressed_before_it_is_sealed(home):
    (home / "in").write_bytes("贵州演示商贸有限公司,罚款\n".encode() * 100_000)

    sealing.seal_file(home / "in", home / "sealed")

    assert (home / "sealed").stat().st_size < (home / "in").stat().st_size / 50


def test_a_file_that_was_sealed_without_compression_opens_as_well(home):
    plain, header = bytes(range(256)) * 5000, b"XYS1" + sealing._keys().id + bytes(16)
    key = sealing._derive(sealing._keys().file, header[-16:], b"file")
    frames = sealing._frames([plain], FRAME)
    sealed = [
        sealing._encrypt(key, sealing._frame_nonce(n), frame, header + last) for n, frame, last in frames
    ]
    (home / "sealed").write_bytes(b"".join([header, *sealed]))

    sealing.open_file(home / "sealed", home / "out")

    assert (home / "out").read_bytes() == plain


def test_a_file_whose_frames_were_cut_moved_repeated_or_changed_is_refused(home):
    (home / "in").write_bytes(random.Random(1).randbytes(2 * FRAME + 5))  # which no compression makes shorter
    sealing.seal_file(home / "in", home / "sealed")
    whole = (home / "sealed").read_bytes()
    step = FRAME + 16
    header, one, two, three = (
        whole[:24],
        whole[24 : 24 + step],
        whole[24 + step : 24 + 2 * step],
        whole[24 + 2 * step :],
    )
    sealing.seal_file(home / "in", home / "sealed")
    foreign = (home / "sealed").read_bytes()[24 : 24 + step]

    cut = [b"", header[:7], header, header + one, header + one + two, whole[:-1]]
    moved = [header + two + one + three, header + one + three, header + foreign + two + three]
    longer = [header + one + one + two + three, whole + b"x", whole + three]
    changed = [
        whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
        for place in (0, 5, 10, 24, len(whole) - 1)
    ]
    for broken in cut + moved + longer + changed:
        (home / "sealed").write_bytes(broken)
        with pytest.raises(SealBroken):
            sealing.open_file(home / "sealed", home / "out")

    assert sorted(path.name for path in home.iterdir()) == ["in", "keys", "sealed"]
