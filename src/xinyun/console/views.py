"""The pages of the staff shell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from allauth.account import views as allauth
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from xinyun import law
from xinyun.base import Refusal, Text
from xinyun.console import controls, drafting, queries
from xinyun.law.writing import new_norm, with_edition
from xinyun.plumbing.access import NotAllowed, needs, public
from xinyun.rulemaking import operations as rulemaking
from xinyun.rulemaking import queries as drafts


class _Login(allauth.LoginView):
    """allauth's view, for its rate limits and its way to second factors; the page is ours."""

    template_name = "console/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # skips allauth's own extras: their `site` would hide ours, their links lead to pages we do not have
        return super(allauth.LoginView, self).get_context_data(**kwargs)


login = public(_Login.as_view())
logout = public(allauth.LogoutView.as_view(http_method_names=["post", "options"]))


@needs("staff")
def dashboard(request: HttpRequest) -> HttpResponse:
    """How the platform stands; a clerk sees the own office's batches only."""
    user: Any = request.user
    page = queries.dashboard(timezone.localdate(), office=user.office if user.holds("clerk") else None)
    return render(request, "console/dashboard.html", {"page": page})


@needs("staff")
def rulebook(request: HttpRequest) -> HttpResponse:
    """What the rulebook holds, and the drafts."""
    return render(request, "console/rulebook.html", {"page": drafting.overview()})


@needs("staff")
@require_http_methods(["GET", "POST"])
def edition(request: HttpRequest, kind: str, norm: str = "") -> HttpResponse:
    """Draw up the next edition of a norm, or a new norm's first one."""
    page = drafting.edition_form(kind, norm, timezone.localdate())
    if page is None:
        raise Http404
    if request.method == "GET":
        return render(request, "console/edition.html", {"page": page})
    schema = law.rulebook().schema_of(kind)
    given = request.POST
    try:
        text = _text(page, schema, given)
        number = _draw_up(request, kind, norm or given.get("id", ""), text)
    except Refusal as refused:
        again = replace(page, since=given.get("since", ""), controls=controls.as_posted(schema, given))
        return render(request, "console/edition.html", {"page": again, "refused": refused}, status=422)
    return redirect("draft", number)


def _text(page: drafting.EditionForm, schema: dict[str, Any], given: Any) -> str:
    """The norm's file with the edition that was typed.

    :raises NotReadable: the day, or a control.
    """
    try:
        since = date.fromisoformat(given.get("since", ""))
    except ValueError:
        raise controls.NotReadable(
            Text("施行日不是日期。", "The first day is no day."),
            Text("写成 2027-01-01。", "Write 2027-01-01."),
            fields=(("since", Text("施行日不是日期", "the first day is no day")),),
        ) from None
    if given.get("repeal"):
        return with_edition(law.rulebook().text_of(page.kind, page.norm), since, None)
    written = controls.edition(schema, given)
    if page.is_new:
        return new_norm(given.get("id", ""), given.get("title", ""), given.get("english", ""), since, written)
    return with_edition(law.rulebook().text_of(page.kind, page.norm), since, written)


@needs("staff")
@require_http_methods(["GET", "POST"])
def norm_file(request: HttpRequest) -> HttpResponse:
    """Draw up a draft from a whole file, as an author has it from elsewhere."""
    page = {"kinds": drafting.FILE_KINDS, "jurisdictions": law.rulebook().jurisdictions}
    if request.method == "GET":
        return render(request, "console/norm_file.html", {"page": page})
    given = request.POST
    try:
        number = _draw_up(request, given.get("kind", ""), given.get("id", ""), given.get("text", ""))
    except Refusal as refused:
        shown = {"page": page, "refused": refused, "given": given}
        return render(request, "console/norm_file.html", shown, status=422)
    return redirect("draft", number)


def _draw_up(request: HttpRequest, kind: str, norm: str, text: str) -> int:
    user: Any = request.user
    return rulemaking.draw_up(
        kind=kind,
        norm=norm,
        jurisdiction=request.POST.get("jurisdiction", ""),
        text=text,
        reason=request.POST.get("reason", ""),
        office=user.office,
        actor=f"user:{user.get_username()}",
        on=timezone.localdate(),
    )


@needs("staff")
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, number: int) -> HttpResponse:
    """A draft in words; a second officer releases it, anybody of the staff withdraws it."""
    user: Any = request.user
    refused, on = None, timezone.localdate()
    if request.method == "POST":
        actor = f"user:{user.get_username()}"
        try:
            if "release" in request.POST:
                _may_release(user)
                rulemaking.release(draft=number, actor=actor, on=on)
            else:
                reason = request.POST.get("reason", "")
                rulemaking.withdraw(draft=number, reason=reason, actor=actor, on=on)
        except Refusal as told:
            refused = told
        else:
            return redirect("draft", number)
    page = drafting.draft_page(number, on)
    if page is None:
        raise Http404
    may_release = user.holds("operator") and page.draft.by != f"user:{user.get_username()}"
    shown = {"page": page, "refused": refused, "may_release": may_release}
    return render(request, "console/draft.html", shown, status=getattr(refused, "status", 200))


def _may_release(user: Any) -> None:
    if not user.holds("operator"):
        raise NotAllowed(
            Text("只有信用中心工作人员可以发布。", "Only the credit centre's staff may release."),
            Text("请信用中心复核。", "Ask the credit centre."),
        )


@needs("staff")
def draft_file(request: HttpRequest, number: int) -> HttpResponse:
    """A draft's file, byte for byte."""
    found = drafts.draft(number)
    if found is None:
        raise Http404
    response = HttpResponse(found.text, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.norm}.yaml"'
    return response
