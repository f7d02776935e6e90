"""How a check travels: the request's typed body, its key, and the refusals of a door that is open to programs."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Annotated, Literal, TypeVar

import msgspec

from xinyun.accounts.queries import ClientView
from xinyun.accounts.queries import no_key as no_key
from xinyun.base import Refusal, Text

LIMIT = 64 * 1024
READ_SECONDS = 10
ROUTE = "/v1/checks"
BATCH, OFFLINE, BUNDLES = "/v1/checks/batch", "/v1/checks/offline", "/v1/bundles"
BINARY = "application/octet-stream"
UPLOAD_LIMIT = 1 << 20
BATCH_LIMIT, MOST = 4 << 20, 10_000
_LONGEST_KEY = 128
_ATTEMPT = re.compile(r"[A-Za-z0-9_-]{8,64}")


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST /v1/checks` takes."""

    scene: str
    purpose: str
    code: str | None = None
    name: str | None = None
    case: str | None = None
    id_number: str | None = None

    def __repr__(self) -> str:
        """Without what was asked: a number of a person must not come into a log by way of a traceback."""
        return f"Body(scene={self.scene!r})"


class Subject(msgspec.Struct, forbid_unknown_fields=True):
    """Whom a batch asks about; not by an identity number, which is asked about singly."""

    code: str | None = None
    name: str | None = None


class Batch(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST /v1/checks/batch` takes: one question about many subjects."""

    scene: str
    purpose: str
    subjects: Annotated[list[Subject], msgspec.Meta(min_length=1, max_length=MOST)]
    case: str | None = None

    def about(self, subject: Subject) -> Body:
        """The question about one of them."""
        return Body(self.scene, self.purpose, subject.code, subject.name, self.case)


class OfflineAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """An answer that a client gave from a bundle; `id` is the client's own for it."""

    id: Annotated[str, msgspec.Meta(pattern="^[A-Za-z0-9_-]{8,64}$")]
    at: datetime
    scene: Annotated[str, msgspec.Meta(max_length=80)]
    purpose: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    code: Annotated[str, msgspec.Meta(max_length=18)]
    decision: Literal["pass", "remind", "review", "block", "benefit"]
    measures: Annotated[list[tuple[str, int]], msgspec.Meta(max_length=500)]
    disputed: bool
    name: Annotated[str, msgspec.Meta(max_length=200)] | None = None
    case: Annotated[str, msgspec.Meta(max_length=100)] | None = None


class Upload(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST /v1/checks/offline` takes: answers given from one bundle, which is named by its signed token."""

    bundle: str
    answers: Annotated[list[OfflineAnswer], msgspec.Meta(min_length=1, max_length=500)]


class Unreadable(Refusal):
    """The body is not JSON."""

    code = "unreadable"
    status = 400


class CutOff(Unreadable):
    """The client went before it had sent its body."""

    code = "cut-off"


class WrongShape(Refusal):
    """The body is JSON, but not a question."""

    code = "malformed-question"


class NoSuchRoute(Refusal):
    """There is nothing at this address."""

    code = "no-such-route"
    status = 404


class WrongMethod(Refusal):
    """The address takes another method."""

    code = "wrong-method"
    status = 405
    headers = ((b"allow", b"POST"),)


class TooSlow(Refusal):
    """The body did not arrive in time."""

    code = "too-slow"
    status = 408
    headers = ((b"connection", b"close"),)


class TooLarge(Refusal):
    """The body is larger than a question can be."""

    code = "too-large"
    status = 413
    headers = ((b"connection", b"close"),)


class WrongType(Refusal):
    """The body is not declared as JSON."""

    code = "wrong-type"
    status = 415


class Unavailable(Refusal):
    """The answer could not be made durable, so none was given."""

    code = "unavailable"
    status = 503
    headers = ((b"retry-after", b"1"),)


class TooOld(Unavailable):
    """What the gateway knows is older than the platform answers by."""

    code = "knowledge-too-old"


Shape = TypeVar("Shape", bound=msgspec.Struct)
encode = msgspec.json.Encoder().encode


def read(raw: bytes) -> Body:
    """Read a question; see `shaped`."""
    return shaped(raw, Body)


def shaped(raw: bytes, shape: type[Shape]) -> Shape:
    """Read a request's body.

    :raises Unreadable: not JSON in UTF-8.
    :raises WrongShape: a field is missing, unknown or of the wrong type.
    """
    try:
        return msgspec.json.decode(raw, type=shape)
    except msgspec.ValidationError as error:
        raise _wrong_shape(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(
            Text("请求不是有效的 JSON。", "The request is not valid JSON."),
            Text(f"请以 UTF-8 编码发送 JSON 对象（{error}）。", f"Send a JSON object in UTF-8 ({error})."),
        ) from error


def demand_json(content_type: str) -> None:
    """Check the declared type.

    :raises WrongType: it is not JSON.
    """
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise WrongType(
            Text("请求的类型不是 JSON。", "The request is not declared as JSON."),
            Text("请设置 Content-Type: application/json。", "Set Content-Type: application/json."),
        )


def key(authorization: str) -> str:
    """The key in an `Authorization` header.

    :raises NoKey: there is none.
    """
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip() or len(token) > _LONGEST_KEY:  # keys are remembered
        raise no_key()
    return token.strip()


def attempt(told: str, client: ClientView) -> str | None:
    """What the ledger knows a repeated question by: the `Idempotency-Key` of its client; `None` where it sent none.

    :raises WrongShape: it is no such key.
    """
    if not told:
        return None
    if not _ATTEMPT.fullmatch(told):
        raise WrongShape(
            Text("Idempotency-Key 不合要求。", "The Idempotency-Key is malformed."),
            Text("8 至 64 个字母、数字、- 或 _。", "8 to 64 letters, digits, - or _."),
        )
    return f"{client.id}.{told}"


def attempt_of_many(told: str, client: ClientView) -> None:
    """Check the `Idempotency-Key` of a batch, to which the place of each subject is added.

    :raises WrongShape: it is no such key, or leaves no room for the places.
    """
    attempt(f"{told}-{MOST - 1}" if told else "", client)


def no_such_route() -> NoSuchRoute:
    """The refusal for an unknown address."""
    return NoSuchRoute(
        Text("没有这个地址。", "There is nothing here."),
        Text(f"核查请用 POST {ROUTE}。", f"Checks are asked with POST {ROUTE}."),
    )


def wrong_method(method: str = "POST") -> WrongMethod:
    """The refusal for a method that the address does not take."""
    refusal = WrongMethod(
        Text("这个地址不接受此方法。", "This address does not take that method."),
        Text(f"核查请用 POST {ROUTE}。", f"Checks are asked with POST {ROUTE}."),
    )
    refusal.headers = ((b"allow", method.encode()),)
    return refusal


def too_large() -> TooLarge:
    """The refusal for a body over the limit."""
    return TooLarge(
        Text("请求过大。", "The request is too large."),
        Text(
            f"每次只查一个主体，不超过 {LIMIT // 1024} KiB。",
            f"One subject a request, at most {LIMIT // 1024} KiB.",
        ),
    )


def too_slow() -> TooSlow:
    """The refusal for a body that trickles."""
    return TooSlow(
        Text("请求没有在时限内发完。", "The request did not arrive in time."),
        Text(f"请在 {READ_SECONDS} 秒内发完。", f"Send it within {READ_SECONDS} seconds."),
    )


def cut_off() -> CutOff:
    """The refusal for a body that ends before its end; nobody reads it, but it is counted."""
    return CutOff(
        Text("请求没有发完，连接就断了。", "The connection ended before the request did."),
        Text("请重新发送。", "Send it again."),
    )


def unavailable() -> Unavailable:
    """The refusal when an answer cannot be logged: an unlogged answer is never given."""
    return Unavailable(
        Text(
            "暂时不能核查：结果无法存证，故不作答复。",
            "Not available: the answer cannot be logged, so none is given.",
        ),
        Text("请稍后重试；仍不行时按人工核查办理。", "Retry shortly; if it persists, check by hand."),
    )


def too_old(known_at: datetime | None, limit: timedelta) -> TooOld:
    """The refusal when the archive has been away for too long, or was never there."""
    what = Text("网关尚未取得任何数据，不作答复。", "Nothing is known yet: no answer is given.")
    if known_at:
        since = f"{known_at:%Y-%m-%d %H:%M:%S} UTC"
        what = Text(
            f"网关所知截至 {since}，超过允许的 {limit}，不作答复。",
            f"What is known is of {since}, more than {limit} ago: no answer is given.",
        )
    return TooOld(
        what, Text("请按人工核查办理，并告知信用中心。", "Check by hand, and tell the credit centre.")
    )


def _wrong_shape(message: str) -> WrongShape:
    named = re.search(r"`\$\.(\w+)", message) or re.search(r"field `(\w+)`", message)
    fields = ((named[1], Text(_shape_fault(message), message)),) if named else ()
    return WrongShape(
        Text("请求的内容不合要求。", "The request has the wrong shape."),
        Text(
            f"字段为 scene、purpose（必填）和 code、name、id_number、case。{_shape_fault(message)}。", message
        ),
        fields=fields,
    )


def _shape_fault(message: str) -> str:
    if "missing required" in message:
        return "缺少必填字段"
    return "没有这个字段" if "unknown field" in message else "类型不对"
