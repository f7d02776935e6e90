"""The page on which staff look for a natural person by a document's number: posted, never in an address, logged first."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from xinyun import law
from xinyun.base import Refusal
from xinyun.console.answering_views import act, answer
from xinyun.console.collecting import scope
from xinyun.console.person_pages import PersonPage
from xinyun.plumbing.access import needs
from xinyun.subjects import operations


@needs("staff")
@require_http_methods(["GET", "POST"])
@never_cache
@sensitive_post_parameters("number")
def persons(request: HttpRequest) -> HttpResponse:
    """Ask for number and purpose; once the search is logged, tell the name masked and what this officer may read."""
    now, user, given = law.rulebook().on(timezone.localdate()), _user(request), request.POST
    purpose, document = given.get("purpose", ""), given.get("document", operations.CARD)
    page = PersonPage(purpose, document, now.codes("id-type").labels, operations.LONGEST)
    if request.method == "GET":
        return answer(request, "persons", page)
    try:
        found = operations.find_person(
            number=given.get("number", ""), purpose=purpose, document=document, reader=scope(user) or None,
            office=user.office, **act(request),
        )  # fmt: skip
    except Refusal as refused:
        return answer(request, "persons", page, refused)
    return answer(request, "persons", page.with_answer(found, now))


def _user(request: HttpRequest) -> Any:
    return request.user
