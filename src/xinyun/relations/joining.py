"""Several codes that are one subject stand as one node: what was met is looked up set by set, one statement a step."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from xinyun.identity import queries as identity
from xinyun.identity.queries import SubjectIdentity
from xinyun.law import Law
from xinyun.relations.answers import Joined
from xinyun.relations.walking import Hop

PERSON = 64
"""The length of a person's keyed hash; other nodes are codes."""


class Joins:
    """Which code stands for each code that was met so far; a natural person stands for none but that person."""

    def __init__(self, code: str) -> None:
        self._joined: dict[str, SubjectIdentity] = {}
        self._asked: set[str] = set()
        self.learn([code])

    def learn(self, nodes: Iterable[str]) -> None:
        """Look up the codes among these nodes that were not met before, all at once."""
        new = {node for node in nodes if len(node) != PERSON} - self._asked
        if not new:
            return
        for one in identity.identities(sorted(new)).values():
            if len(one.codes) > 1:
                self._joined.update(dict.fromkeys(one.codes, one))
                new.update(one.codes)
        self._asked |= new

    def key(self, node: str) -> str:
        """The code under which a node is told: the current one of its subject."""
        known = self._joined.get(node)
        return known.current if known else node

    def codes(self, node: str) -> tuple[str, ...]:
        """All codes of a node's subject; a person's hash alone."""
        known = self._joined.get(node)
        return known.codes if known else (node,)

    def all_codes(self, nodes: Iterable[str]) -> list[str]:
        """All codes of some nodes' subjects, each once."""
        return list(dict.fromkeys(code for node in nodes for code in self.codes(node)))

    def told(self, hops: Sequence[Hop]) -> list[Hop]:
        """The same steps between subjects; a relation of a subject's codes to each other is none."""
        self.learn(end for hop in hops for end in (hop.start, hop.end))
        found = (Hop(self.key(hop.start), self.key(hop.end), hop.ties) for hop in hops)
        return [hop for hop in found if hop.start != hop.end]

    def joined(self, keys: Collection[str], now: Law) -> tuple[Joined, ...]:
        """Those of an answer's subjects that have several codes, and the bonds that say so."""
        known = {one.current: one for one in self._joined.values()}
        return tuple(
            Joined(key, known[key].others, tuple(identity.said(tie, now) for tie in known[key].ties))
            for key in dict.fromkeys(keys)
            if key in known
        )
