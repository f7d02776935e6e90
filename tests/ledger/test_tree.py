"""The Merkle tree: against an independent implementation, and by properties at every small size."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree
from pymerkle.hasher import MerkleHasher

from xinyun.ledger import rules

SIZES = 600
ENTRIES = [f"entry {n}".encode() for n in range(SIZES)]
LEAVES = [rules.leaf_hash(entry) for entry in ENTRIES]
TILES = rules.extend(0, LEAVES, lambda level, index: b"")
ORACLE = InmemoryTree.init_from_entries(ENTRIES, algorithm="sha256")
pairs = st.integers(1, SIZES).flatmap(lambda new: st.tuples(st.integers(1, new), st.just(new)))


def read(level: int, index: int) -> bytes:
    return TILES.get((level, index), b"")


def reading(tiles: rules.Tiles) -> rules.Read:
    return lambda level, index: tiles[level, index]


def built_in(batches: list[int]) -> rules.Tiles:
    tiles: rules.Tiles = {}
    size = 0
    for count in batches:
        tiles |= rules.extend(size, LEAVES[size : size + count], reading(tiles))
        size += count
    return tiles


def definition(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1, word for word."""
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = max(2**n for n in range(10) if 2**n < len(leaves))
    return sha256(b"\x01" + definition(leaves[:k]) + definition(leaves[k:])).digest()


def test_the_oracle_prefixes_leaves_and_nodes_as_the_rfc_says():
    oracle = MerkleHasher("sha256")

    assert oracle.hash_buff(b"x") == sha256(b"\x00x").digest() == rules.leaf_hash(b"x")
    assert oracle.hash_pair(b"l" * 32, b"r" * 32) == rules.node_hash(b"l" * 32, b"r" * 32)


def test_the_root_of_every_size_is_the_oracles_and_the_definitions():
    for size in range(SIZES + 1):
        assert rules.root(size, read) == ORACLE.get_root(size)

        if size % 37 == 0 or size in (255, 256, 257, 511, 512, 513):
            assert rules.root(size, read) == definition(LEAVES[:size])


def test_the_roots_agree_beyond_two_levels_of_tiles():
    count = 65_536 + 256 + 3
    entries = [n.to_bytes(4, "big") for n in range(count)]
    tiles = rules.extend(0, [rules.leaf_hash(entry) for entry in entries], lambda level, index: b"")
    oracle = InmemoryTree.init_from_entries(entries, algorithm="sha256")

    for size in (65_535, 65_536, 65_537, count):
        assert rules.root(size, reading(tiles)) == oracle.get_root(size)

    root = rules.root(count, reading(tiles))
    for index in (0, 255, 65_535, 65_536, count - 1):
        path = rules.inclusion_proof(index, count, reading(tiles))
        assert rules.verify_inclusion(index, count, rules.leaf_hash(entries[index]), path, root)


def test_one_leaf_at_a_time_gives_the_tiles_of_one_shot():
    tiles: rules.Tiles = {}

    for size in range(SIZES):
        tiles |= rules.extend(size, LEAVES[size : size + 1], reading(tiles))

    assert tiles == TILES


@given(st.lists(st.integers(0, 300), max_size=12).filter(lambda batches: sum(batches) <= SIZES))
@settings(deadline=None, max_examples=60)
def test_any_batches_give_the_tiles_of_one_shot(batches):
    assert built_in(batches) == rules.extend(0, LEAVES[: sum(batches)], lambda level, index: b"")


def test_every_leaf_is_proved_as_the_oracle_proves_it():
    for size in (1, 2, 3, 7, 255, 256, 257, 600):
        root = rules.root(size, read)
        for index in range(size):
            path = rules.inclusion_proof(index, size, read)

            assert path == ORACLE.prove_inclusion(index + 1, size).path[1:]
            assert rules.verify_inclusion(index, size, LEAVES[index], path, root)


@given(pairs)
@settings(deadline=None, max_examples=300)
def test_every_tree_is_a_prefix_of_every_later_one(sizes):
    old, new = sizes
    path = rules.consistency_proof(old, new, read)

    assert rules.verify_consistency(old, new, path, rules.root(old, read), rules.root(new, read))


def test_a_consistency_proof_holds_for_every_pair_of_small_sizes():
    roots = [rules.root(size, read) for size in range(40)]
    for new in range(40):
        for old in range(new + 1):
            path = rules.consistency_proof(old, new, read)
            assert rules.verify_consistency(old, new, path, roots[old], roots[new])


@given(st.integers(2, SIZES), st.data())
@settings(deadline=None, max_examples=150)
def test_a_flipped_bit_anywhere_spoils_an_inclusion_proof(size, data):
    index = data.draw(st.integers(0, size - 1))
    path = rules.inclusion_proof(index, size, read)
    given_ = [LEAVES[index], rules.root(size, read), *path]
    which, bit = data.draw(st.integers(0, len(given_) - 1)), data.draw(st.integers(0, 255))
    given_[which] = flipped(given_[which], bit)
    leaf, root, *bent = given_

    assert not rules.verify_inclusion(index, size, leaf, bent, root)


@given(pairs.filter(lambda sizes: sizes[0] < sizes[1]), st.data())
@settings(deadline=None, max_examples=150)
def test_a_flipped_bit_anywhere_spoils_a_consistency_proof(sizes, data):
    old, new = sizes
    given_ = [rules.root(old, read), rules.root(new, read), *rules.consistency_proof(old, new, read)]
    which, bit = data.draw(st.integers(0, len(given_) - 1)), data.draw(st.integers(0, 255))
    given_[which] = flipped(given_[which], bit)
    old_root, new_root, *bent = given_

    assert not rules.verify_consistency(old, new, bent, old_root, new_root)


def test_a_proof_for_another_place_or_of_another_length_is_refused():
    path, root = rules.inclusion_proof(5, 300, read), rules.root(300, read)

    assert not rules.verify_inclusion(6, 300, LEAVES[5], path, root)
    assert not rules.verify_inclusion(5, 300, LEAVES[5], path[:-1], root)
    assert not rules.verify_inclusion(5, 300, LEAVES[5], [*path, root], root)
    assert not rules.verify_inclusion(300, 300, LEAVES[5], path, root)
    assert not rules.verify_consistency(3, 300, [], rules.root(3, read), root)
    assert not rules.verify_consistency(0, 300, [], rules.root(3, read), root)


def test_a_missing_or_short_tile_is_named():
    with pytest.raises(rules.BrokenTile, match="tile 0/1"):
        rules.root(300, lambda level, index: read(level, index) if index == 0 else b"")
    with pytest.raises(rules.BrokenTile, match="tile 0/0"):
        rules.extend(4, LEAVES[4:5], lambda level, index: b"\0" * 96)


def test_nothing_is_proved_about_leaves_or_trees_that_are_not():
    with pytest.raises(ValueError, match="no leaf 7"):
        rules.inclusion_proof(7, 7, read)
    with pytest.raises(ValueError, match="does not extend"):
        rules.consistency_proof(8, 7, read)


def flipped(data: bytes, bit: int) -> bytes:
    return bytes(byte ^ (1 << bit % 8) if n == bit // 8 else byte for n, byte in enumerate(data))
