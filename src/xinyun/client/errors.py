"""What can go wrong, each with what to do about it in both languages."""

from __future__ import annotations

from typing import Any

from xinyun.base import Refusal, Text


class ClientError(Refusal):
    """There is no answer. `code` and `status` are the problem document's where the platform sent one."""

    code = "client-error"

    @classmethod
    def told(cls, problem: dict[str, Any], status: int) -> ClientError:
        """The error that a problem document (RFC 9457) tells of."""
        what = Text(
            str(problem.get("title") or f"HTTP {status}"), str(problem.get("title_en") or f"HTTP {status}")
        )
        remedy = Text(str(problem.get("detail") or ""), str(problem.get("detail_en") or ""))
        fields = tuple(
            (str(one.get("field")), Text(str(one.get("detail")), str(one.get("detail_en"))))
            for one in problem.get("errors") or ()
        )
        error = cls(what, remedy, fields=fields)
        error.code = str(problem.get("code") or cls.code)  # type: ignore[misc]
        error.status = status  # type: ignore[misc]
        return error


class Refused(ClientError):
    """The platform understood and refused: `fields` say what is wrong with the question."""


class KeyRefused(Refused):
    """The key is missing, unknown or revoked."""


class NotGranted(Refused):
    """The key may not be used for this."""


class Away(ClientError):
    """The platform cannot be reached, or cannot answer now, and there is nothing to answer from meanwhile."""

    code = "away"


class ReceiptDoubtful(ClientError):
    """The answer's receipt is not the platform's, or not about what was asked: do not act upon it."""

    code = "receipt-doubtful"


def away(reason: str) -> Away:
    """The error for a platform that does not answer."""
    return Away(
        Text(f"核查平台没有答复（{reason}）。", f"The platform does not answer ({reason})."),
        Text("请稍后重试；急办的按人工核查办理。", "Retry later; what cannot wait is checked by hand."),
    )


def refused(problem: dict[str, Any], status: int) -> ClientError:
    """The error for an HTTP status, with what its problem document says."""
    kind = {401: KeyRefused, 403: NotGranted}.get(status, Refused)
    return kind.told(problem, status)
