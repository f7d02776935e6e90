"""The public log: its page for people, and its parts for witnesses and for anybody's own tools."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xinyun.base import Refusal, Text
from xinyun.ledger import paths, queries
from xinyun.plumbing.access import public

_MOST = 1 << 63


class NotANumber(Refusal):
    """What was asked for is no number of an entry."""

    code = "not-a-number"


@public
@require_safe
@never_cache
def log(request: HttpRequest) -> HttpResponse:
    """How long the log is, its last signed head, and the proof of an entry by its number."""
    asked = request.GET.get("index", "").strip()
    refused, proved = None, None
    if asked:
        try:
            proved = _proved(asked)
        except Refusal as refusal:
            refused = refusal
    head = queries.latest_checkpoint()
    shown = {
        "head": head, "root": head.root.hex() if head else "", "keys": queries.public_keys(), "asked": asked,
        "proved": proved, "refused": refused, "url": request.build_absolute_uri("/ledger"),
    }  # fmt: skip
    return render(request, "portal/log.html", shown, status=refused.status if refused else 200)


@public
@require_safe
def part(request: HttpRequest, path: str) -> HttpResponse:
    """The signed head, a tile, or the leaves below one, as C2SP tlog-tiles has them."""
    content = queries.published(path)
    if content is None:
        raise Http404
    if path == paths.CHECKPOINT:
        answer = HttpResponse(content, content_type="text/plain; charset=utf-8")
        answer["Cache-Control"] = "no-cache"
        return answer
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def _proved(asked: str) -> dict[str, object]:
    if not (asked.isascii() and asked.isdigit() and int(asked) < _MOST):
        raise NotANumber(
            Text("序号应当是数字。", "The number must be digits."),
            Text(
                "报告上的「存证序号」就是它；回执的在核验页上看。",
                "It is on a report; for a receipt see the page that verifies it.",
            ),
        )
    proof, leaf = queries.prove(int(asked)), queries.leaf_at(int(asked))
    return {
        "kind": leaf.kind, "at": leaf.at, "commitment": leaf.commitment.hex(), "leaf": proof.leaf_hash.hex(),
        "size": proof.size, "path": [one.hex() for one in proof.path], "is_signed": bool(proof.note),
    }  # fmt: skip
