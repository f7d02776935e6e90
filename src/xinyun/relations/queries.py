"""Questions about relations: who stands around a subject, which listed ones stand near, who answers for a listed one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from xinyun import law
from xinyun.archive import queries as archive
from xinyun.archive.queries import SubjectView
from xinyun.base import Basis, Refusal, Text
from xinyun.law import Law
from xinyun.law.citing import cite
from xinyun.relations import rules, walking
from xinyun.relations.answers import (
    Associated,
    Edge,
    Found,
    Joined,
    Listing,
    Mention,
    Node,
    Proof,
    Related,
    Responsible,
)
from xinyun.relations.joining import PERSON, Joins
from xinyun.relations.models import Link
from xinyun.relations.rules import CAUTION, CAUTION_BASIS, Place, Viewer, may_see, places
from xinyun.relations.showing import Shown, listings, mentions
from xinyun.relations.walking import Hop

__all__ = [
    "CAUTION",
    "CAUTION_BASIS",
    "Associated",
    "Edge",
    "Found",
    "Joined",
    "Listing",
    "Mention",
    "NoArticle",
    "Node",
    "NotListed",
    "Place",
    "Proof",
    "Related",
    "Responsible",
    "UnknownSubject",
    "Viewer",
    "associated",
    "head_offices",
    "may_see",
    "places",
    "related",
    "responsible",
]

EXPANDED, MOST_HOPS, PATHS = 100, 300, 5
"""Nodes whose own links are followed, hops that are shown, and ways told to one listed subject."""
_BRANCH, MOST_HEADS = "branch", 5


class UnknownSubject(Refusal):
    """The archive has no organisation or individual business of that code."""

    code = "no-such-subject"
    status = 404


class NotListed(Refusal):
    """Nobody answers for a subject that is on no adverse list."""

    code = "not-listed"
    status = 409


class NoArticle(Refusal):
    """No article lets the lists that a subject is on reach those responsible for it."""

    code = "no-article"
    status = 403


def related(code: str, *, on: date, viewer: Viewer, steps: int = 1) -> Related:
    """Who stands within one or two steps of a subject, as far as the viewer may be told.

    Natural persons are leaves: what else a person has to do with is not told.

    :raises UnknownSubject: the archive does not know the code.
    """
    now, joins = law.rulebook().on(on), Joins(code)
    subjects = _subjects(code, joins)
    code = joins.key(code)
    first, cut = walking.hops(joins.codes(code), on)
    found = joins.told([hop for hop in first if viewer is not Viewer.PUBLIC or not hop.to_person])
    if steps > 1:
        around = list(dict.fromkeys(hop.end for hop in found if not hop.to_person and hop.end != code))
        further, cut_too = walking.hops(joins.all_codes(around[:EXPANDED]), on)
        cut |= cut_too | set(around[EXPANDED:])
        found = _once([*found, *(hop for hop in further if not hop.to_person)])
    cut |= {hop.start for hop in found[MOST_HOPS:]}
    shown = Shown(joins.told(found[:MOST_HOPS]), joins, viewer, now)
    step = _steps(code, shown.hops)
    return Related(
        code,
        subjects[0].name,
        tuple(_nodes(step, shown, joins, viewer, now)),
        tuple(shown.edge(hop) for hop in shown.hops if hop.start in step),
        mentions([one.id for one in subjects], viewer, now),
        tuple(sorted({joins.key(node) for node in cut} & step.keys())),
        tuple(node for node in step if len(node) == PERSON),
        joins.joined(step, now),
    )


def head_offices(code: str, *, on: date, seq: int) -> list[tuple[str, int]]:
    """Whose branch a code is by links that hold on a day and were told by `seq`: codes with the records that say so.

    Of several, which registries' records should not tell, the latest ones.
    """
    told = Link.objects.filter(
        far=code, ended_seq__isnull=True, link=_BRANCH, shape=Link.Shape.CODE, seq__lte=seq
    )
    begun = told.exclude(starts_on__gt=on).exclude(ends_on__lte=on)
    return list(begun.order_by("-id").values_list("near", "record_id")[:MOST_HEADS])


def associated(code: str, *, on: date, viewer: Viewer) -> Associated:
    """Which listed subjects stand within two steps of a subject, and by which documents.

    A way through a natural person counts where an article makes that person responsible for the listed subject.

    :raises UnknownSubject: the archive does not know the code.
    """
    now, joins = law.rulebook().on(on), Joins(code)
    subject = _subjects(code, joins)[0]
    code = joins.key(code)
    near, cut = walking.hops(joins.codes(code), on)
    first = joins.told(near)
    nodes = list(dict.fromkeys(hop.end for hop in first if hop.end != code))
    further, cut_too = walking.hops(joins.all_codes(nodes[:EXPANDED]), on)
    cut |= cut_too | set(nodes[EXPANDED:])
    ways = _ways(code, first, joins.told(further))
    listed = listings((end for end in ways if len(end) != PERSON), joins, viewer, now)
    shown = Shown([hop for end in listed for way in ways[end] for hop in way], joins, viewer, now)
    allowed = {id(hop) for hop in shown.hops}
    found, persons = [], dict[str, Node]()
    for end, told in listed.items():
        good = [way for way in ways[end] if all(id(hop) in allowed for hop in way)]
        reached = [(way, _basis(way, told, now)) for way in good]
        counted = [(way, basis) for way, basis in reached if basis is not None]
        if counted:
            between = {hop.end for way, _ in counted[:PATHS] for hop in way if len(hop.end) == PERSON}
            persons |= {node: Node(shown.key(node), shown.name(node), 1, True) for node in sorted(between)}
            found.append(_found(end, told, counted[:PATHS], shown))
    keys = {key for one in found for path in one.paths for edge in path for key in (edge.near, edge.far)}
    names = archive.names_of(sorted(keys))
    if viewer is not Viewer.OFFICER:
        cut = (
            {code} if cut else set()
        )  # whose relations were too many may be told by a record that is not theirs to read
    cut = {joins.key(node) for node in cut if len(node) != PERSON}
    return Associated(
        code,
        subject.name,
        _named(found, names),
        tuple(persons.values()),
        names,
        tuple(sorted(cut)),
        tuple(persons),
        joins.joined([code, *(key for key in sorted(keys) if key != code)], now),
    )


def responsible(code: str, *, on: date) -> tuple[Responsible, ...]:
    """Who answers for a listed subject by an article of the lists that it is on; for officers, whose purpose is logged.

    :raises UnknownSubject: the archive does not know the code.
    :raises NotListed: it is on no adverse list.
    :raises NoArticle: no article lets its lists reach anybody.
    """
    now, joins = law.rulebook().on(on), Joins(code)
    _subjects(code, joins)
    code = joins.key(code)
    listed = listings([code], joins, Viewer.OFFICER, now).get(code, ())
    if not listed:
        raise NotListed(
            Text("该主体不在不良名单上，没有责任人员可以关联。", "The subject is on no adverse list."),
            Text("无需关联。", "There is nobody to associate."),
        )
    if not any(one.list_id in held.lists for one in listed for held in now.associations()):
        raise NoArticle(
            Text(
                "没有条款许可把该主体的失信与自然人关联。",
                "No article lets its listing reach natural persons.",
            ),
            Text(
                "有条款的名单见目录页「信用关联」；没有条款的，不得关联。",
                "See the associations in the catalogue; without an article there is none.",
            ),
            tuple(basis for one in listed for basis in now.list(one.list_id).basis),
        )
    near = joins.told([hop for hop in walking.hops(joins.codes(code), on)[0] if hop.to_person])
    shown = Shown(near, joins, Viewer.OFFICER, now)
    return tuple(
        Responsible(
            Node(shown.key(hop.end), shown.name(hop.end), 1, True),
            shown.edge(hop),
            one,
            basis,
            cite(basis, now),
            hop.end,
        )
        for hop in shown.hops
        for one in listed
        if (basis := rules.responsible_under(one.list_id, hop.ties[0].link, now))
    )


def _subjects(code: str, joins: Joins) -> list[SubjectView]:
    """The headers under a subject's codes, that of the current one first where the archive has it."""
    codes = joins.codes(code)
    known = archive.headers_by_code(codes)
    found = [known[one] for one in sorted(codes, key=lambda one: one != joins.key(code)) if one in known]
    if not found:
        raise UnknownSubject(
            Text(f"没有代码为 {code[:40]} 的主体。", f"There is no subject {code[:40]}."),
            Text("请核对代码。", "Check the code."),
        )
    return found


def _steps(code: str, hops: Iterable[Hop]) -> dict[str, int]:
    """The nodes that hops lead to, each with its step, in the order in which they are reached."""
    step = {code: 0}
    for hop in hops:
        if hop.start in step:
            step.setdefault(hop.end, step[hop.start] + 1)
    return step


def _once(hops: Iterable[Hop]) -> list[Hop]:
    """A tie that was met from both of its ends is one edge."""
    found: dict[frozenset[int], Hop] = {}
    for hop in hops:
        found.setdefault(frozenset(tie.id for tie in hop.ties), hop)
    return list(found.values())


def _nodes(step: dict[str, int], shown: Shown, joins: Joins, viewer: Viewer, now: Law) -> Iterable[Node]:
    codes = [node for node in step if len(node) != PERSON]
    names = archive.names_of(joins.all_codes(codes))
    # Anybody may read who is on a list, on the list: beside a name that is merely related it would be a stain.
    listed = {} if viewer is Viewer.PUBLIC else listings(codes, joins, viewer, now)
    for node, at in step.items():
        if len(node) == PERSON:
            yield Node(shown.key(node), shown.name(node), at, True)
        else:
            held = (names[one] for one in (node, *joins.codes(node)) if one in names)
            name = next(held, "") or shown.told_name(node)
            yield Node(node, name, at, False, listed.get(node, ()), node in names)


def _ways(code: str, first: Sequence[Hop], second: Iterable[Hop]) -> dict[str, list[tuple[Hop, ...]]]:
    """Every way to each node, the shortest alone."""
    onward: dict[str, list[Hop]] = {}
    for hop in second:
        onward.setdefault(hop.start, []).append(hop)
    ways: dict[str, list[tuple[Hop, ...]]] = {}
    for hop in first:
        ways.setdefault(hop.end, []).append((hop,))
    near = set(ways)
    for hop in first:
        for next_hop in onward.get(hop.end, ()):
            if next_hop.end != code and next_hop.end not in near:
                ways.setdefault(next_hop.end, []).append((hop, next_hop))
    return ways


def _basis(way: Sequence[Hop], listed: Sequence[Listing], now: Law) -> tuple[Basis, ...] | None:
    """The articles by which a way counts: none needed among organisations; `None` where one is needed and lacking."""
    if not any(hop.to_person for hop in way):
        return ()
    link = way[-1].ties[0].link
    found = [basis for one in listed for basis in rules.responsible_under(one.list_id, link, now)]
    return tuple(dict.fromkeys(found)) or None


def _found(
    end: str,
    told: tuple[Listing, ...],
    ways: Sequence[tuple[tuple[Hop, ...], tuple[Basis, ...]]],
    shown: Shown,
) -> Found:
    paths = tuple(tuple(shown.edge(hop) for hop in way) for way, _ in ways)
    node = Node(end, shown.told_name(end), len(ways[0][0]), False, told)
    basis = tuple(dict.fromkeys(one for _, basis in ways for one in basis))
    return Found(node, paths, basis, cite(basis, shown.now))


def _named(found: Sequence[Found], names: Mapping[str, str]) -> tuple[Found, ...]:
    """Nearest first, under the names that the archive has."""
    told = (
        replace(one, node=replace(one.node, name=names.get(one.node.key, one.node.name))) for one in found
    )
    return tuple(sorted(told, key=lambda one: (one.node.step, one.node.key)))
