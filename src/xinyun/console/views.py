"""The pages of the staff shell."""

from __future__ import annotations

from typing import Any

from allauth.account import views as allauth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from xinyun.console import queries
from xinyun.plumbing.access import needs, public


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
