"""What the clients say and in which order, without a socket: generators of requests and waits, fed with what came back."""

from __future__ import annotations

import os
import random
import secrets
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeAlias, TypeVar
from uuid import uuid4

import httpx
import msgspec

from xinyun.base import Text
from xinyun.base.identifiers import normalise
from xinyun.client import answers, errors
from xinyun.client.answers import Answer
from xinyun.client.batching import Whom, pieces
from xinyun.client.bundles import Bundle
from xinyun.client.journal import Journal
from xinyun.client.retries import AGAIN, Retries, retry_after
from xinyun.ledger import signed

CHECKS, BATCH, OFFLINE, BUNDLES = "v1/checks", "v1/checks/batch", "v1/checks/offline", "v1/bundles"
_AT_ONCE = 500
"""Answers of one upload."""
_LONG = 600.0
_BATCH_SECONDS = httpx.Timeout(120.0, connect=5.0)


@dataclass(frozen=True, slots=True)
class Request:
    """One request to send."""

    method: str
    path: str
    body: Any = None
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    timeout: Any = httpx.USE_CLIENT_DEFAULT


@dataclass(frozen=True, slots=True)
class Uploaded:
    """How many answers given offline were handed in, and how many still wait."""

    recorded: int
    waiting: int


Outcome: TypeAlias = Answer | errors.ClientError
"""What became of one subject of a batch: its answer, or why there is none."""
Step: TypeAlias = Request | float
"""A request to send, or seconds to wait."""
Said: TypeAlias = httpx.Response | httpx.TransportError | None
Value = TypeVar("Value")
Conversation: TypeAlias = Generator[Step, Said, Value]


class Talk:
    """One client's side of every conversation; see `asking.Client` for what it is given."""

    def __init__(
        self,
        key: str,
        public_key: str,
        retries: Retries,
        bundle: Path | None,
        journal: Path | None,
        clock: Callable[[], datetime],
    ) -> None:
        if bundle is not None and (journal is None or not public_key):
            raise ValueError("a bundle needs a journal and the platform's public key")
        self._key, self._public_key, self._retries, self._clock = key, public_key, retries, clock
        self._path, self._journal = bundle, Journal(journal) if journal else None
        self._opened: tuple[tuple[int, int], Bundle] | None = None
        self._last: datetime | None = None
        self.headers = {"Authorization": f"Bearer {key}", "Accept": "application/json"}

    def check(self, **asked: str | None) -> Conversation[Answer]:
        """Ask one question; from the bundle when the platform is away."""
        id = uuid4().hex
        body = {name: value for name, value in asked.items() if value is not None}
        try:
            response = yield from self._insist(Request("POST", CHECKS, body, headers={"Idempotency-Key": id}))
        except errors.Away:
            if self._path is None:
                raise
            return self._offline(id, asked)
        try:
            told = response.json()
        except ValueError as error:
            raise _no_answer() from error
        return self._believed(told, id, asked)

    def check_many(
        self, subjects: Sequence[Whom], at_once: int, **asked: str | None
    ) -> Conversation[list[Outcome]]:
        """Ask about many, in as many calls as it takes.

        What was answered is not thrown away: a call that fails after others went well is told in its subjects' places
        and in those of the calls that would have come after it.
        """
        outcomes: list[Outcome] = []
        for piece in pieces(subjects, at_once):
            try:
                outcomes += yield from self._batch(piece, asked)
            except errors.ClientError as error:
                if not outcomes:
                    raise
                return outcomes + [error] * (len(subjects) - len(outcomes))
        return outcomes

    def _batch(self, piece: Sequence[Whom], asked: dict[str, str | None]) -> Conversation[list[Outcome]]:
        """One call; from the bundle, subject by subject, when the platform is away."""
        id = uuid4().hex
        whole = {name: value for name, value in asked.items() if value is not None}
        each = [asked | {"code": one.get("code"), "name": one.get("name")} for one in piece]
        request = Request(
            "POST",
            BATCH,
            whole | {"subjects": piece},
            headers={"Idempotency-Key": id},
            timeout=_BATCH_SECONDS,
        )
        try:
            response = yield from self._insist(request)
        except errors.Away:
            if self._path is None:
                raise
            self._usable(asked["scene"], self._clock())  # refused as a whole, and once
            return [_outcome(self._offline, uuid4().hex, one) for one in each]
        try:
            told = response.json()["answers"]
            if len(told) != len(piece):
                raise ValueError("not an answer a subject")
        except (KeyError, TypeError, ValueError) as error:
            raise _no_answer() from error
        return [_outcome(self._told, one, f"{id}-{place}", each[place]) for place, one in enumerate(told)]

    def _told(self, told: Any, id: str, asked: dict[str, str | None]) -> Answer:
        """One subject's answer in a batch, or the refusal that stands in its place."""
        if isinstance(told, dict) and "decision" not in told and isinstance(told.get("status"), int):
            raise errors.refused(told, told["status"])
        return self._believed(told, id, asked)

    def _believed(self, told: Any, id: str, asked: dict[str, str | None]) -> Answer:
        """An answer as it came, once its receipt is found to be right.

        :raises Away: it is no answer.
        :raises ReceiptDoubtful: its receipt does not verify.
        """
        try:
            answer = answers.read(told, id)
        except (KeyError, TypeError, ValueError) as error:
            raise _no_answer() from error
        if self._public_key:
            _verify(answer, self._public_key, asked)
        return answer

    def download(self, scene: str, days: int) -> Conversation[Path]:
        """Fetch a bundle, check it, and put it where the client looks for it."""
        if self._path is None:
            raise ValueError("this client was given no place for a bundle")
        query = {"scene": scene, "days": str(days)}
        response = yield from self._insist(Request("GET", BUNDLES, query=query, timeout=_LONG))
        draft = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}.part")
        try:
            with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(response.content)
                out.flush()
                os.fsync(out.fileno())
            Bundle.open(draft, self._public_key, self._key).demand_usable(scene, self._clock())
            draft.replace(self._path)
        finally:
            draft.unlink(missing_ok=True)
        return self._path

    def upload(self) -> Conversation[Uploaded]:
        """Hand in what the journal holds, in pieces; each is acknowledged once the platform says that it has it."""
        if self._journal is None:
            raise ValueError("this client was given no journal")
        recorded = 0
        pending = self._journal.pending()
        for token in dict.fromkeys(one["bundle"] for one in pending):
            of_bundle = [one for one in pending if one["bundle"] == token]
            for start in range(0, len(of_bundle), _AT_ONCE):
                piece = [
                    {name: value for name, value in one.items() if name != "bundle"}
                    for one in of_bundle[start : start + _AT_ONCE]
                ]
                body = {"bundle": token, "answers": piece}
                response = yield from self._insist(Request("POST", OFFLINE, body, timeout=_LONG))
                told = response.json()["recorded"]
                self._journal.acknowledge(told)
                recorded += len(told)
        return Uploaded(recorded, len(pending) - recorded)

    def _insist(self, request: Request) -> Conversation[httpx.Response]:
        """Send a request until it is answered; a question that was refused is not asked again."""
        for attempt in range(1, self._retries.attempts + 1):
            said = yield request
            asked = None
            if isinstance(said, httpx.Response):
                if said.is_success:
                    return said
                if said.status_code not in AGAIN:
                    raise errors.refused(_problem(said), said.status_code)
                asked, reason = retry_after(said.headers, self._clock()), f"HTTP {said.status_code}"
            else:
                reason = type(said).__name__
            if attempt < self._retries.attempts:
                yield self._retries.wait(attempt, random.random(), asked)  # noqa: S311 - no secret
        raise errors.away(reason)

    def _offline(self, id: str, asked: dict[str, str | None]) -> Answer:
        """Answer from the bundle, once the answer is in the journal."""
        assert self._journal is not None
        code, name = asked["code"], asked["name"]
        if not code:
            raise errors.Away(
                Text("核查平台没有答复，只有名称的查询不能离线办理。", "The platform is away, and a name alone is not answered offline."),
                Text("请补上统一社会信用代码，或稍后重试。", "Give the unified social credit code, or retry later."),
            )  # fmt: skip
        at = self._clock()
        bundle = self._usable(asked["scene"], at)
        answer = bundle.answer(code, name, id, at, self._last)
        self._journal.append(
            {
                "id": id, "at": at.isoformat(), **asked, "code": answer.subject.code, "decision": answer.decision,
                "measures": [[one.id, one.entry] for one in answer.measures], "disputed": answer.disputed,
                "bundle": bundle.token,
            }
        )  # fmt: skip
        self._last = at
        return answer

    def _usable(self, scene: str | None, at: datetime) -> Bundle:
        """The bundle, where it may be answered from at this instant."""
        assert self._journal is not None
        bundle = self._bundle()
        if self._last is None:
            self._last = self._journal.last_at()
        bundle.demand_usable(scene or "", at, self._last)
        return bundle

    def _bundle(self) -> Bundle:
        """The bundle, read anew when its file is another."""
        assert self._path is not None
        try:
            found = self._path.stat()
            mark = (found.st_ino, found.st_mtime_ns)
        except OSError:
            mark = (0, 0)
        if self._opened is None or self._opened[0] != mark:
            self._opened = (mark, Bundle.open(self._path, self._public_key, self._key))
        return self._opened[1]


def _outcome(answer: Callable[..., Answer], *told: Any) -> Outcome:
    try:
        return answer(*told)
    except errors.ClientError as error:
        return error


def _no_answer() -> errors.Away:
    return errors.away("不是答复 not an answer")


def _problem(response: httpx.Response) -> dict[str, Any]:
    """The problem document of a refusal; empty where something between us and the platform answered."""
    try:
        told = msgspec.json.decode(response.content)
    except msgspec.DecodeError:
        return {}
    return told if isinstance(told, dict) else {}


def _verify(answer: Answer, public_key: str, asked: dict[str, str | None]) -> None:
    """Find the receipt to be the platform's and to say what the answer says.

    :raises ReceiptDoubtful: it is not, or does not.
    """
    claims = _claims(answer.receipt, public_key)
    kind = "sandbox" if answer.sandbox else "check"
    said = tuple(claims.get(name) for name in ("kind", "outcome", "scene", "seq", "rulebook"))
    told = (kind, answer.decision, asked["scene"], answer.seq, answer.rulebook)
    about = normalise(asked["code"] or "") or (asked["name"] or "").strip()
    if said != told or not signed.is_about(claims, about):
        raise _doubtful("回执与答复不符", "The receipt does not say what the answer says")


def _claims(receipt: str, public_key: str) -> dict[str, Any]:
    problem: signed.ReceiptRefused | None = None
    for key in filter(str.strip, public_key.splitlines()):
        try:
            return signed.read(receipt, key)
        except signed.ReceiptRefused as error:
            problem = error
    raise _doubtful("回执的签名不符", "The receipt's signature is false") from problem


def _doubtful(zh: str, en: str) -> errors.ReceiptDoubtful:
    return errors.ReceiptDoubtful(
        Text(f"{zh}，不要据以办理。", f"{en}: do not act upon it."),
        Text(
            "请核对平台公布的公钥，并告知信用中心。",
            "Compare the published public key and tell the credit centre.",
        ),
    )
