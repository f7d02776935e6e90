"""What is answered about relations, as frozen values; persons are numbered on each page and in each answer anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from xinyun.base import Basis, Text


@dataclass(frozen=True, slots=True)
class Listing:
    """An adverse list that a node is on, by which decision, with its last day where it has one.

    `under` is the code that the list names, where it is not the current one.
    """

    list_id: str
    title: Text
    document: str
    decided_on: date
    until: date | None
    under: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """A subject of an answer that has several codes: the current `code`, the others, and what says so in words."""

    code: str
    others: tuple[str, ...]
    said: tuple[Text, ...]


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
    under: str = ""
    """Codes that the record names and that are current no more, so that whoever reads it knows them again."""


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
    """Who stands around a subject. `cut` are those of whom more is held than is told, `joined` who has several codes."""

    code: str
    name: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    mentions: tuple[Mention, ...]
    cut: tuple[str, ...]
    identity_hashes: tuple[str, ...] = ()
    """Of the persons among the nodes, for the ledger; never shown."""
    joined: tuple[Joined, ...] = ()

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
    """Which listed subjects stand within two steps; `cut` and `joined` as in `Related`."""

    code: str
    name: str
    found: tuple[Found, ...]
    persons: tuple[Node, ...]
    """Those between; the names of other nodes are in `names`."""
    names: dict[str, str]
    cut: tuple[str, ...]
    identity_hashes: tuple[str, ...] = ()
    """Of the persons, for the ledger, so that each can be told who asked; never shown."""
    joined: tuple[Joined, ...] = ()

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
