"""The log as anybody reads it: its parts over HTTP and as files, from which the signed root is computed anew."""

from __future__ import annotations

from base64 import b64decode
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from xinyun.ledger import keys, notes, operations, paths, queries, rules
from xinyun.ledger.notes import Head
from xinyun.ledger.operations import Entry

ON = date(2026, 11, 20)
AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
WHO = {"actor": "test", "on": ON}


def grown(count: int) -> int:
    """A log with so many more leaves, signed; gives its size."""
    operations.append([Entry("check", AT, {"n": n}) for n in range(count)], **WHO)
    return operations.checkpoint(**WHO).size


@given(st.integers(-1, 63), st.integers(0, 10**15), st.integers(1, 256))
def test_a_path_is_read_back_and_has_one_spelling(level: int, index: int, width: int) -> None:
    part = paths.Part(level, index, width)

    assert paths.Part.parse(str(part)) == part


@pytest.mark.parametrize(
    ("part", "path"),
    [
        (paths.Part(0, 0), "tile/0/000"),
        (paths.Part(1, 1234067, 8), "tile/1/x001/x234/067.p/8"),
        (paths.Part(paths.ENTRIES, 1000), "tile/entries/x001/000"),
    ],
)
def test_paths_are_spelt_as_the_specification_spells_them(part: paths.Part, path: str) -> None:
    assert str(part) == path


@pytest.mark.parametrize(
    "path",
    ["tile/0/0", "tile/0/x000/001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/64/000",
     "tile/00/000", "tile/0/000/", "tile/0/../key", "tile/0/٠٠٠", "checkpoint", ""],
)  # fmt: skip
def test_what_is_no_path_is_not_read(path: str) -> None:
    assert paths.Part.parse(path) is None


@given(st.integers(0, 70_000), st.integers(0, 70_000))
def test_what_is_new_and_what_was_there_make_up_the_whole(one: int, other: int) -> None:
    since, size = sorted((one, other))
    whole = {(part.level, part.index): part.width for part in paths.parts(size)}
    before = {(part.level, part.index): part.width for part in paths.parts(since)}

    fresh = {(part.level, part.index): part.width for part in paths.parts(size, since)}

    assert before | fresh == whole
    assert all(before.get(at, 0) < width for at, width in fresh.items())


@given(st.lists(st.binary(max_size=300), max_size=20))
def test_leaves_are_unbundled_as_they_were(leaves: list[bytes]) -> None:
    assert paths.unbundle(paths.bundle(leaves)) == leaves


def test_half_a_leaf_is_refused() -> None:
    with pytest.raises(ValueError, match="within one"):
        paths.unbundle(paths.bundle([b"ab", b"cd"])[:-1])


@pytest.mark.usefixtures("empty_log")
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
class TestOverHttp:
    def test_the_signed_root_is_that_of_the_leaves_that_are_given_out(self) -> None:
        size = grown(600)
        browser = Client()
        head = Head.parse(
            notes.open_note(browser.get("/ledger/checkpoint").content.decode(), [keys.verifier()])
        )
        tree = InmemoryTree(algorithm="sha256")

        for part in paths.parts(size):
            content = browser.get(f"/ledger/{part}").content
            if part.level == paths.ENTRIES:
                for leaf in paths.unbundle(content):
                    tree.append_entry(leaf)
            else:
                assert len(content) == part.width * rules.HASH

        assert (head.size, head.root) == (600, tree.get_root())

    def test_a_part_never_changes_and_may_be_kept_and_the_head_may_not(self) -> None:
        grown(300)
        browser = Client()
        full, partial = browser.get("/ledger/tile/0/000"), browser.get("/ledger/tile/0/001.p/44")
        grown(10)

        assert "immutable" in full["Cache-Control"]
        assert browser.get("/ledger/checkpoint")["Cache-Control"] == "no-cache"
        assert browser.get("/ledger/tile/0/001.p/44").content == partial.content
        assert browser.get("/ledger/tile/0/000").content == full.content

    @pytest.mark.parametrize(
        "path", ["tile/0/000", "tile/0/000.p/8", "tile/1/000.p/1", "tile/entries/000.p/8", "tile/0/001.p/1", "keys"]
    )  # fmt: skip
    def test_what_no_head_has_signed_is_not_given_out(self, path: str) -> None:
        grown(7)
        operations.append([Entry("check", AT, {})], **WHO)

        assert Client().get(f"/ledger/{path}").status_code == 404

    def test_the_page_proves_an_entry_by_its_number(self) -> None:
        size = grown(5)
        page = Client().get("/ledger", {"index": "3"}).content.decode()
        proof = queries.prove(3)

        assert all(one.hex() in page for one in (*proof.path, proof.leaf_hash))
        assert f"{size} 条的签名日志之内" in page
        assert Client().get("/ledger", {"index": "9" * 18}).status_code == 404
        assert Client().get("/ledger", {"index": "三"}).status_code == 422

    def test_the_log_as_it_was_is_proven_to_be_the_beginning(self) -> None:
        old = grown(300)
        root = queries.root()
        grown(400)

        told = queries.consistency(old)

        assert told.old_root == root
        assert rules.verify_consistency(old, told.size, told.path, root, told.root)
        with pytest.raises(queries.NotThatLong):
            queries.consistency(701)


@pytest.mark.usefixtures("empty_log")
@pytest.mark.django_db(transaction=True, databases=["default", "ledger"])
class TestExport:
    def test_only_what_is_new_is_written_and_the_files_are_what_is_served(self, tmp_path: Path) -> None:
        folder = tmp_path / "out"
        grown(600)
        first = operations.export(folder, **WHO)
        grown(1)
        second = operations.export(folder, **WHO)

        # a partial tile and its leaves on the lowest level; two tiles are full, so that the level above stays
        assert (first.size, second) == (600, (601, 2))
        for part in paths.parts(601):
            assert (folder / str(part)).read_bytes() == queries.published(str(part))
        note = (folder / "checkpoint").read_text()
        assert b64decode(note.splitlines()[2]) == queries.root()

    def test_another_logs_folder_is_left_as_it_is(self, tmp_path: Path) -> None:
        folder = tmp_path / "out"
        folder.mkdir()
        strange = notes.sign(str(Head("other", 1, b"1" * 32)), "other", keys.signing_key())
        (folder / "checkpoint").write_text(strange)
        grown(3)

        with pytest.raises(operations.AnotherLog):
            operations.export(folder, **WHO)

        assert [path.name for path in folder.iterdir()] == ["checkpoint"]

    def test_without_a_signed_head_nothing_is_written(self, tmp_path: Path) -> None:
        with pytest.raises(operations.NothingSigned):
            operations.export(tmp_path / "out", **WHO)
        assert not (tmp_path / "out").exists()
