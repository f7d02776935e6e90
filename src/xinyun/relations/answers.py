"""What is answered about relations, as frozen values; persons are numbered on each page and in each answer anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xinyun.base import Basis, Text


@dataclass(frozen=True, slots=True)
class Listing:
    """An adverse list that a node is on, by which decision, with its last day where it has one."""

    list_id: str
    title: Text
    document: str
    decided_on: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Node:
    """A subject, or a natural person under a number of this answer alone; `step` counts from the subject asked about.

    `key` is the code, or the person's number. A person's name is told to officers only.
    """

    key: str
    name: str
    step: int
    is_person: bool = False
    listings: tuple[Listing, ...] = ()
    is_known: bool = True
    """Whether the archive knows the subject, so that it has a page."""

    @property
    def title(self) -> Text:
        """How it is called."""
        if not self.is_person:
            return Text(self.name or self.key, self.name or self.key)
        named = f"（{self.name}）" if self.name else ""
        return Text(
            f"自然人 {self.key[1:]}{named}", f"Person {self.key[1:]}{f' ({self.name})' if self.name else ''}"
        )


@dataclass(frozen=True, slots=True)
class Proof:
    """The record that tells a relation: its id, item, document, furnishing office and the day from which it tells."""

    record: int
    item: str
    title: Text
    document: str
    office: str
    office_title: Text
    starts_on: date | None


@dataclass(frozen=True, slots=True)
class Edge:
    """`far` is the `link` of `near`, or they are partners; by the records in `proofs`."""

    near: str
    far: str
    link: str
    title: Text
    share: str
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """Another end that a record names without a code: text, which leads to nobody."""

    link: str
    title: Text
    name: str
    proof: Proof


@dataclass(frozen=True, slots=True)
class Related:
    """Who stands around a subject. `cut` are those of whom more is held than is told."""

    code: str
    name: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    mentions: tuple[Mention, ...]
    cut: tuple[str, ...]
    identity_hashes: tuple[str, ...] = ()
    """Of the persons among the nodes, for the ledger; never shown."""

    @property
    def rows(self) -> tuple[tuple[Node, Edge, Node], ...]:
        """Each edge between its nodes, as a table has it."""
        nodes = {node.key: node for node in self.nodes}
        return tuple((nodes[edge.near], edge, nodes[edge.far]) for edge in self.edges)


@dataclass(frozen=True, slots=True)
class Found:
    """A listed subject that stands near, and each way by which it does, at most a few; `basis` where a person is between."""

    node: Node
    paths: tuple[tuple[Edge, ...], ...]
    basis: tuple[Basis, ...]
    cited: tuple[Text, ...]
    """The basis as people cite it."""


@dataclass(frozen=True, slots=True)
class Associated:
    """Which listed subjects stand within two steps; `cut` as in `Related`."""

    code: str
    name: str
    found: tuple[Found, ...]
    persons: tuple[Node, ...]
    """Those between; the names of other nodes are in `names`."""
    names: dict[str, str]
    cut: tuple[str, ...]
    identity_hashes: tuple[str, ...] = ()
    """Of the persons, for the ledger, so that each can be told who asked; never shown."""

    @property
    def rows(self) -> tuple[tuple[Found, tuple[tuple[tuple[Text, Edge, Text], ...], ...]], ...]:
        """Each listed subject with its ways, every step of them between the titles of its ends."""
        persons = {node.key: node.title for node in self.persons}

        def title(key: str) -> Text:
            name = self.names.get(key, key)
            return persons.get(key) or Text(name, name)

        return tuple(
            (one, tuple(tuple((title(e.near), e, title(e.far)) for e in path) for path in one.paths))
            for one in self.found
        )


@dataclass(frozen=True, slots=True)
class Responsible:
    """A person who answers for a listed subject: by which relation, on which record, for which list, under which articles."""

    node: Node
    edge: Edge
    listing: Listing
    basis: tuple[Basis, ...]
    cited: tuple[Text, ...]
    identity_hash: str
    """For the ledger; never shown."""
