"""What the views of collection share: who acts, what is demanded of them, and how one is answered."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language

from xinyun.base import Refusal, Text
from xinyun.collection import operations, records
from xinyun.collection.arrivals import arrival
from xinyun.collection.queries import SubmissionView
from xinyun.collection.returns import returned_records
from xinyun.console.collecting import actor_of, may_submit, scope
from xinyun.plumbing.access import NotAllowed

_SETTLED = "settled"
"""The tag of what we say was done; other messages, such as that of logging in, are not shown on these pages."""


class NoSuchAct(Refusal):
    """The form names nothing that may be done here."""

    code = "no-such-act"


def no_such_act() -> NoSuchAct:
    """The refusal of a form that does not come from the page."""
    return NoSuchAct(
        Text("没有选择要办的事。", "No act was chosen."),
        Text("请用页面上的表单。", "Use the page's forms."),
    )


def act(request: HttpRequest) -> dict[str, Any]:
    """Who does it, and when."""
    at = timezone.now()
    return {"actor": actor_of(request.user), "on": timezone.localdate(at), "at": at}


def office_of(request: HttpRequest) -> str:
    """For whom something is submitted: a clerk's own office; what the centre's staff chose, or their own."""
    given = request.POST or request.GET
    user: Any = request.user
    return scope(user) or given.get("office") or user.office


def demand_furnisher(user: Any) -> None:
    """Let nobody furnish who only reads.

    :raises NotAllowed: this person is an auditor.
    """
    if not may_submit(user):
        raise NotAllowed(
            Text("审计人员只读，不报送。", "Auditors read and do not furnish."),
            Text("请由部门经办人办理。", "A clerk of the office must do it."),
        )


def demand_operator(user: Any) -> None:
    """Let the credit centre's staff alone review what is held, and readmit what was withdrawn.

    :raises NotAllowed: this person is none of them.
    """
    if not user.holds("operator"):
        raise NotAllowed(
            Text("只有信用中心工作人员可以办理。", "Only the credit centre's staff may do this."),
            Text("请信用中心办理。", "Ask the credit centre."),
        )


def sent(request: HttpRequest, id: str) -> SubmissionView:
    """The submission of that id that this person may see, or a page that says that there is none."""
    found = arrival(id, office=scope(request.user))
    if found is None:
        raise Http404
    return found


def worked_on(id: str, request: HttpRequest) -> SubmissionView:
    """Work on a small submission at once; where that cannot be, the worker does, and its page says how far it is."""
    with suppress(OSError, DatabaseError):
        return operations.worked_on(submission=id, **act(request))
    return sent(request, id)


def must_mend(examined: records.Found) -> bool:
    """Whether something is wrong that confirming does not lift."""
    return any(fault.severity != "ask" for fault in examined.faults)


def answer(
    request: HttpRequest, name: str, page: Any, refused: Refusal | None = None, *, status: int = 200
) -> HttpResponse:
    """The page, or the page with why what was asked for is refused."""
    shown = {"page": page, "refused": refused}
    return render(request, f"console/{name}.html", shown, status=refused.status if refused else status)


def say_done(request: HttpRequest, done: Text) -> None:
    """Have the next page say what was done."""
    messages.success(request, done.en if get_language() == "en" else done.zh, extra_tags=_SETTLED)


def go_on(request: HttpRequest, found: SubmissionView, done: Text, back: str) -> HttpResponse:
    """Where to read on after one row was submitted: back, at the row if it was returned again, or at the wait for it."""
    if found.batch is None:
        return redirect("submission", found.id)
    if found.batch.rejected:
        (again, *_), _ = returned_records(limit=1, offset=0, office=found.office, batch=found.id)
        return redirect("returned-row", again.row.id)
    say_done(request, done)
    return redirect(back)
