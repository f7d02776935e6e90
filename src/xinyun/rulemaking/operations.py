"""What is done with drafts: drawn up, withdrawn, released by a second officer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.law import Rulebook
from xinyun.law.loader import FOLDERS
from xinyun.plumbing import feed
from xinyun.rulemaking.models import Draft, Outcome
from xinyun.rulemaking.overlay import digest, lay_out, prove

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST = 64 * 1024
"""No norm file is longer; the longest that the rulebook came with has a tenth of it."""


class NotANorm(Refusal):
    """The draft has no place in the rulebook: an unknown kind, jurisdiction or form of id."""

    code = "not-a-norm"


class NoReasonGiven(Refusal):
    """A draft says why."""

    code = "no-reason"


class NothingChanged(Refusal):
    """The draft is the text that is in force."""

    code = "nothing-changed"


class UnknownDraft(Refusal):
    """There is no such draft."""

    code = "unknown-draft"
    status = 404


class DraftClosed(Refusal):
    """The draft was released or withdrawn before."""

    code = "draft-closed"
    status = 409


class SecondOfficer(Refusal):
    """Whoever drew up a draft does not release it."""

    code = "second-officer"
    status = 403


class TextMoved(Refusal):
    """The text that the draft changes was changed since by another release."""

    code = "text-moved"
    status = 409


@dataclass(frozen=True, slots=True)
class Place:
    """Where a norm file stands: the kind of norm, its id, and the nation's or a province's folder."""

    kind: str
    norm: str
    jurisdiction: str

    @property
    def file(self) -> str:
        """The file's name relative to the rulebook."""
        folder = next(name for name, kind in FOLDERS.items() if kind == self.kind)
        return f"{self.jurisdiction}/{folder}/{self.norm}.yaml"


@transaction.atomic
def draw_up(
    *, kind: str, norm: str, jurisdiction: str, text: str, reason: str, office: str, actor: str, on: date
) -> int:
    """Keep a draft of a norm file and return its number; the rulebook with it has been checked as a whole.

    `jurisdiction` counts for a norm that is new; an existing one stays where it is.

    :raises NotANorm: the kind, id or jurisdiction is none, or the text too long.
    :raises NoReasonGiven: it does not say why.
    :raises NothingChanged: the text is the one in force.
    :raises DraftFaulty: the rulebook would not hold with it, or law in force on `on` would be changed.
    """
    book = law.rulebook()
    place = _place(book, kind, norm, jurisdiction, text)
    if not (reason := reason.strip()):
        raise NoReasonGiven(
            Text("没有写起草理由。", "The draft does not say why."),
            Text("请写明依据哪份文件、为什么改。", "Say which instrument asks for it, and why."),
        )
    text = text.replace("\r\n", "\n")
    before = book.text_of(kind, norm) if norm in book.ids(kind) else ""
    if text == before:
        raise NothingChanged(
            Text("与现行文本相同。", "This is the text in force."),
            Text("改动之后再交。", "Change it first."),
        )
    prove(place.file, text, on)
    feed.lock()
    row = Draft(
        file=place.file,
        kind=kind,
        norm=norm,
        text=text,
        before=digest(before) if before else "",
        reason=reason[:1000],
        office=office,
        by=actor,
    )
    row.save(force_insert=True)
    feed.append("rulebook.drafted", {"draft": row.pk, "file": place.file}, actor=actor)
    return row.pk


@transaction.atomic
def withdraw(*, draft: int, reason: str, actor: str, on: date) -> None:
    """Close a draft without releasing it.

    :raises UnknownDraft, DraftClosed: there is no open draft of that number.
    """
    feed.lock()
    row = _open(draft)
    seq = feed.append("rulebook.withdrawn", {"draft": row.pk, "file": row.file}, actor=actor)
    _close(row, released=False, actor=actor, reason=reason.strip()[:1000], seq=seq)


@transaction.atomic
def release(*, draft: int, actor: str, on: date) -> str:
    """Make a draft law: its file goes before the one that came with the program. Returns the new rulebook's hash.

    :raises UnknownDraft, DraftClosed: there is no open draft of that number.
    :raises SecondOfficer: whoever drew it up does not release it.
    :raises TextMoved: another release changed the same file since.
    :raises DraftFaulty: the rulebook would not hold any more, or law in force on `on` would be changed.
    """
    feed.lock()
    row = _open(draft)
    if row.by == actor:
        raise SecondOfficer(
            Text("起草人不能发布自己的草案。", "Whoever drew up a draft does not release it."),
            Text("请由另一位工作人员复核发布。", "Ask a second officer."),
        )
    book = law.rulebook()
    before = book.text_of(row.kind, row.norm) if row.norm in book.ids(row.kind) else ""
    if row.before != (digest(before) if before else ""):
        raise TextMoved(
            Text(
                "草案所改的文本已经被另一次发布改过。", "The text that this draft changes was changed since."
            ),
            Text("请撤回，照现行文本重新起草。", "Withdraw it and draw it up again over the present text."),
        )
    book = prove(row.file, row.text, on)
    payload = {"draft": row.pk, "file": row.file, "sha256": digest(row.text)}
    seq = feed.append("rulebook.released", payload, actor=actor)
    _close(row, released=True, actor=actor, reason="", seq=seq)
    feed.append("rulebook.adopted", {"rulebook": book.hash}, actor=actor)
    transaction.on_commit(lay_out)
    return book.hash


def lay_out_releases(*, actor: str, on: date) -> int:
    """Bring the released texts into this machine's home, where another machine released them; returns how many came."""
    return lay_out()


def _place(book: Rulebook, kind: str, norm: str, jurisdiction: str, text: str) -> Place:
    known = norm in book.ids(kind)
    home = book.file_of(kind, norm).partition("/")[0] if known else jurisdiction
    fits = kind in FOLDERS.values() and _SLUG.fullmatch(norm) and len(norm) <= 100
    if not fits or home not in book.jurisdictions or len(text.encode()) > _LONGEST:
        raise NotANorm(
            Text(
                "种类、id 或所属地区不对，或文本过长。",
                "The kind, id or jurisdiction is none, or the text is too long.",
            ),
            Text(
                "id 用小写英文和连字符；地区是法规库里有的文件夹；一个文件至多 64 KiB。",
                "An id is lower-case words with hyphens; the jurisdiction is a folder of the rulebook; 64 KiB a file.",
            ),
        )
    return Place(kind, norm, home)


def _open(draft: int) -> Draft:
    row = Draft.objects.filter(pk=draft).select_related("outcome").first()
    if row is None:
        raise UnknownDraft(
            Text(f"没有第 {draft} 号草案。", f"There is no draft {draft}."),
            Text("请从草案列表进入。", "Choose one from the list of drafts."),
        )
    if getattr(row, "outcome", None) is not None:
        raise DraftClosed(
            Text(f"第 {draft} 号草案已经办结。", f"Draft {draft} was released or withdrawn."),
            Text("要再改，另起一份。", "Draw up another one."),
        )
    return row


def _close(row: Draft, *, released: bool, actor: str, reason: str, seq: int) -> None:
    outcome = Outcome(draft=row, released=released, by=actor, drafted_by=row.by, reason=reason, seq=seq)
    outcome.save(force_insert=True)
