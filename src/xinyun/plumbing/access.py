"""Who may use a route. Every view says so with one of these; a house test refuses those that don't.

The mark is `view.access`: `public`, `client`, or the roles of which one is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

from xinyun.base import Refusal, Text

View = Callable[..., HttpResponse]


class NotAllowed(Refusal):
    """The person is known, and this is not theirs to do."""

    code = "not-allowed"
    status = 403


def public(view: View) -> View:
    """Anybody may use the route."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def client(view: View) -> View:
    """A registered client may, with its key; the view itself asks `accounts` for the client."""
    view.access = "client"  # type: ignore[attr-defined]
    return view


def needs(*roles: str) -> Callable[[View], View]:
    """Only people who hold one of these roles may; others are sent to log in or refused."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user: Any = request.user
            if not user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not any(user.holds(role) for role in roles):
                raise NotAllowed(
                    Text("您的账号没有这项权限。", "Your account may not do this."),
                    Text(
                        "请联系本单位管理员或信用中心。",
                        "Ask your office's administrator or the credit centre.",
                    ),
                )
            return view(request, *args, **kwargs)

        guarded.access = " ".join(roles)  # type: ignore[attr-defined]
        return guarded

    return decorate
