"""No sanction beyond its article: a measure follows from a list only where an article says so, on whom it says."""

from __future__ import annotations

from collections.abc import Iterator

from xinyun.law.citations import article
from xinyun.law.faults import RulebookFault
from xinyun.law.reading import NormFile
from xinyun.law.shelf import Edition, Shelf, editions

Bond = tuple[str, Edition, Edition]
"""A measure's id, and the editions of the list and of the measure that hold at the same time."""


def scope(shelf: Shelf) -> list[RulebookFault]:
    """Every measure that goes beyond the articles, the list or the time that carry it."""
    faults: list[RulebookFault] = []
    for norm in shelf.of_kind("list"):
        for since, until, edition in editions(norm):
            for measure in edition["measures"]:
                for starts, ends, then in shelf.editions_of("measure", measure):
                    if max(since, starts) < min(until, ends):
                        faults += _beyond(norm, since, (measure, edition, then), shelf)
    for norm in shelf.of_kind("scene"):
        for since, until, edition in editions(norm):
            faults += _scene(norm, (since, until), edition, shelf)
    for norm in shelf.of_kind("procedure"):
        for since, until, edition in editions(norm):
            faults += _procedure(norm, (since, until), edition, shelf)
    return list(dict.fromkeys(faults))


def _beyond(norm: NormFile, since: str, bond: Bond, shelf: Shelf) -> Iterator[RulebookFault]:
    measure, listed, then = bond
    own, where = listed["measures"][measure], ["values", since, "measures", measure]
    if not own and not then.get("basis"):
        yield norm.fault(
            where,
            f"由名单引出的措施 {measure} 没有依据",
            "写上这份名单自己的条款，或在措施里写共同的 basis (give an article of its own, or a common one)",
        )
        return
    if not own and then["class"] == "by-law":
        yield norm.fault(
            where,
            f"{measure} 减损权益或增加义务，名单没有自己的条款",
            "写上设定它的法律、法规条款 (a measure by law needs an article of the list's own)",
        )
    touched = set(listed["kinds"]) & set(then["targets"])
    if not touched:
        yield norm.fault(
            where,
            f"{measure} 针对的对象都不能列入这份名单",
            "改正措施的 targets 或删去这项 (mend the targets, or drop the measure)",
        )
    said = [article(shelf, source, place).get("targets") for source, place in own]
    if own and all(said):
        beyond = touched - {kind for targets in said for kind in targets or ()}
        for kind in sorted(beyond):
            yield norm.fault(
                where,
                f"{measure} 及于 {kind}，超出所引条款的范围",
                "改引及于该对象的条款，或收窄 targets (cite an article that reaches them, or narrow the targets)",
            )


def _scene(norm: NormFile, span: tuple[str, str], edition: Edition, shelf: Shelf) -> Iterator[RulebookFault]:
    """A scene names measures that hold at some time of its own, and that may touch whom it asks about."""
    for index, measure in enumerate(edition["measures"]):
        place = ["values", span[0], "measures", index]
        found = shelf.editions_of("measure", measure)
        held = [then for starts, ends, then in found if max(span[0], starts) < min(span[1], ends)]
        if found and not held:
            yield norm.fault(
                place,
                f"措施 {measure} 在这一版施行期间无效",
                "删去它，或改用当时有效的 (name a measure in force)",
            )
        elif held and not any(set(then["targets"]) & set(edition["subjects"]) for then in held):
            yield norm.fault(
                place,
                f"措施 {measure} 不针对本场景的任何对象",
                "删去它，或改正 subjects (drop it, or mend the subjects)",
            )


def _procedure(
    norm: NormFile, span: tuple[str, str], edition: Edition, shelf: Shelf
) -> Iterator[RulebookFault]:
    """A procedure that leans on the lists' early exit is for lists that allow one; a norm of terms must exist."""
    earliest = edition["earliest"]
    if isinstance(earliest, dict) and "norm" in earliest and ("repair", earliest["norm"]) not in shelf.known:
        yield norm.fault(
            ["values", span[0], "earliest"],
            f"{earliest['norm']} 不在 repair/ 中",
            "补上它或改正名字 (name a norm of terms that exists)",
        )
    for listed in edition.get("lists", ()) if earliest == "early-exit" else ():
        held = [
            then
            for starts, ends, then in shelf.editions_of("list", listed)
            if max(span[0], starts) < min(span[1], ends)
        ]
        if held and not any(then.get("early_exit") for then in held):
            yield norm.fault(
                ["values", span[0], "lists"],
                f"名单 {listed} 没有提前移出的规定",
                "在名单里写 early_exit，或从本程序删去 (say when one may leave early, or drop the list)",
            )
