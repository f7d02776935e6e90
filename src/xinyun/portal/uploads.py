"""How large a request may be: refused by its declared length before anything of it is read."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from xinyun.base import Refusal, Text
from xinyun.plumbing import problems

LARGEST_PDF = 10 * 1024 * 1024
LARGEST_BODY = LARGEST_PDF + 64 * 1024
"""A report and the other fields of its form."""
_STREAMED = ("/api/v1/batches", "/api/v1/uploads")
_FORMS = {"/console/collection", "/en/console/collection"}
"""Where offices send files, which are read as a stream and may be as large as this machine takes."""


class TooLarge(Refusal):
    """The body is larger than anything that is taken here."""

    code = "too-large"
    status = 413


class NoLength(Refusal):
    """The body does not say how long it is, so nobody can tell when to stop reading."""

    code = "length-required"
    status = 411


def largest(path: str) -> int:
    """How large a body is taken at an address."""
    takes_files = path in _FORMS or path.startswith(_STREAMED)
    return max(settings.XINYUN.upload_limit, LARGEST_BODY) if takes_files else LARGEST_BODY


def check(declared: str, encoding: str, limit: int = LARGEST_BODY) -> None:
    """Check the length that a request declares.

    :raises NoLength: it is sent in pieces without one, or the length is no number.
    :raises TooLarge: it is longer than `limit`.
    """
    if "chunked" in encoding.lower() or (declared and not declared.isdecimal()):
        raise NoLength(
            Text("请求没有写明长度。", "The request does not say how long it is."),
            Text("请用网页上的表单上传，或写明 Content-Length。", "Use the form, or send a Content-Length."),
        )
    if int(declared or 0) > limit:
        raise TooLarge(
            Text(
                f"文件超过 {limit >> 20} MB，没有接收。",
                f"The file exceeds {limit >> 20} MB and was not taken.",
            ),
            Text(
                "本平台的信用报告都小于 10 MB，请选择下载时的原文件；报送的文件请分成几个。",
                "No report of ours is as large: choose the file as downloaded. Submit records in several files.",
            ),
        )


class BoundedBody:
    """Answers a request that is too large, or of unknown length, without reading it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            check(
                request.META.get("CONTENT_LENGTH") or "",
                request.META.get("HTTP_TRANSFER_ENCODING", ""),
                largest(request.path),
            )
        except Refusal as refusal:
            return _answer(request, refusal)
        return self.get_response(request)


def _answer(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    if request.path.startswith(problems.MACHINE_PATHS):
        return problems.response(refusal)
    return render(request, "refused.html", {"refusal": refusal}, status=refusal.status)
