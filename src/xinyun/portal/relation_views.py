"""The public page on which an organisation's owners, branches and partners stand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from xinyun.base.identifiers import normalise
from xinyun.plumbing.access import public
from xinyun.portal import queries, rules
from xinyun.relations import queries as relations

_COLUMN = {"name": "信用查询", "type": "信用查询"}


@public
@require_safe
def related(request: HttpRequest, code: str) -> HttpResponse:
    """What public records say of an organisation's relations to others; natural persons are not among them."""
    plain = normalise(code)
    if code != plain and rules.is_code_shaped(plain):
        return redirect("related", plain)
    on = timezone.localdate()
    subject = queries.public_snapshot(plain, on=on)
    if subject is None:
        raise queries.NoSuchSubject(code)
    found = relations.related(subject.code, on=on, viewer=relations.Viewer.PUBLIC)
    shown = {"subject": subject, "found": found, "caution": relations.CAUTION, "column": _COLUMN}
    return render(request, "portal/related.html", shown)
