"""The pages on which an entry in a list is held off by an order, counts again, or is revoked: by whoever decides on the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.base.identifiers import normalise
from xinyun.console.answering_views import demand_furnisher, no_such_act, say_done
from xinyun.console.collecting import actor_of, may_submit
from xinyun.console.listing_words import Control, Form
from xinyun.console.subject_pages import subject_asked
from xinyun.law import Law
from xinyun.lists import operations, queries
from xinyun.lists.queries import EntryView
from xinyun.plumbing.access import needs

SUSPEND, RESUME, REVOKE = "suspend", "resume", "revoke"
LONGEST = 500
STATES = {
    "in-force": (Text("生效", "In force"), "warn"),
    "suspended": (Text("停止执行", "Held off"), "info"),
    "ended": (Text("期满", "Ended"), "mute"),
    "removed": (Text("已移出", "Removed"), "mute"),
    "not-begun": (Text("尚未开始", "Not begun"), "mute"),
}
_DOCUMENT = Control("document", Text("裁定书、决定书文号", "Number of the order"), "line")
_REASON = Control("reason", Text("理由", "Reason"), "area")
_FORMS = {
    SUSPEND: Form(
        SUSPEND, Text("停止执行，当天起", "Hold it off from today"),
        (
            _DOCUMENT, Control("ordered_by", Text("法院或者复议机关", "Court or reviewing body"), "line"), _REASON,
            Control("until", Text("恢复执行的日期", "Counts again on"), "line", required=False,
                    hint=Text("文书写明的才填，写作 2027-03-02", "only where the order names it, as 2027-03-02")),
        ),
    ),
    RESUME: Form(RESUME, Text("恢复执行，当天起", "Let it count again from today"), (_DOCUMENT, _REASON)),
    REVOKE: Form(REVOKE, Text("撤销后移出，当天起", "Remove it from today, the decision being revoked"), (_DOCUMENT, _REASON)),
}  # fmt: skip


class NotADay(Refusal):
    """What was typed as a day is none."""

    code = "not-a-day"


@dataclass(frozen=True, slots=True)
class Line:
    """An entry with what its list is called and whether it counts."""

    entry: EntryView
    title: Text
    said: Text
    tone: str


@needs("staff")
@require_safe
@never_cache
def entries(request: HttpRequest) -> HttpResponse:
    """The entries of a subject, by its code, in the lists on which the person's own office decides."""
    user: Any = request.user
    on, code = timezone.localdate(), normalise(request.GET.get("code", ""))
    asked = subject_asked(code) if code else None
    found = queries.history_of_all(asked.ids) if asked else []
    now = law.rulebook().on(on)
    lines = [_line(one, now, on) for one in found if _is_theirs(one, user)]
    shown = {"code": code, "is_known": asked is not None, "lines": lines}
    return render(request, "console/entries.html", shown)


@needs("staff")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def entry(request: HttpRequest, id: int) -> HttpResponse:
    """One entry: from when it was held off, and what may be done with it today."""
    user: Any = request.user
    on, given, refused = timezone.localdate(), request.POST, None
    found = queries.entry(id) if id < 1 << 63 else None
    if found is None or not _is_theirs(found, user):
        raise Http404
    if request.method == "POST":
        demand_furnisher(user)
        try:
            _act(found, request, on)
            say_done(request, Text("已登记，当天生效。", "Recorded; in effect from today."))
            return redirect("console-entry", id)
        except Refusal as refusal:
            refused = refusal
    acts = _acts(found, on) if may_submit(user) else ()
    shown = {
        "line": _line(found, law.rulebook().on(on), on),
        "forms": [_FORMS[act].filled(given, "") for act in acts],
        "refused": refused, "today": on, "longest": LONGEST,
    }  # fmt: skip
    return render(request, "console/entry.html", shown, status=refused.status if refused else 200)


def _act(found: EntryView, request: HttpRequest, on: date) -> None:
    user: Any = request.user
    given = request.POST
    told = {"entry": found.id, "document": given.get("document", ""), "reason": given.get("reason", "")}
    who = {"office": user.office, "actor": actor_of(user), "on": on}
    match given.get("act"):
        case "suspend":
            until = _day(given.get("until", ""))
            operations.suspend(ordered_by=given.get("ordered_by", ""), until=until, **told, **who)
        case "resume":
            operations.resume(**told, **who)
        case "revoke":
            operations.delist(**told, **who)
        case _:
            raise no_such_act()


def _acts(found: EntryView, on: date) -> tuple[str, ...]:
    if not found.stands(on):
        return ()
    return (SUSPEND if found.in_force(on) else RESUME, REVOKE)


def _is_theirs(found: EntryView, user: Any) -> bool:
    """Whether the person's office decides on the list, by the edition that was in force when it was decided."""
    book = law.rulebook()
    department = book.on(timezone.localdate()).office(user.office).department
    return bool(found.code) and department in book.on(found.decided_on).list(found.list_id).authority


def _line(found: EntryView, now: Law, on: date) -> Line:
    listed = now.list(found.list_id)
    return Line(found, Text(listed.title, listed.english), *STATES[_state(found, on)])


def _state(found: EntryView, on: date) -> str:
    if found.removed_on and found.removed_on <= on:
        return "removed"
    if found.in_force(on):
        return "in-force"
    if found.stands(on):
        return "suspended"
    return "not-begun" if on < found.period.start else "ended"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise NotADay(
            Text(f"「{text.strip()[:20]}」不是日期。", f"{text.strip()[:20]!r} is not a day."),
            Text("请写作 2027-03-02。", "Write it as 2027-03-02."),
            fields=(("until", Text("不是日期", "not a day")),),
        ) from None
