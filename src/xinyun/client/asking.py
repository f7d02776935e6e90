"""The two clients: one for programs that wait, one for event loops. What they say is one; only how they wait differs."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Generator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import httpx

from xinyun.client.answers import Answer
from xinyun.client.batching import MOST, Whom
from xinyun.client.retries import Retries
from xinyun.client.talking import Conversation, Outcome, Said, Step, Talk, Uploaded


class Client:
    """Asks checks and waits for the answer. Use it as a context, or close it.

    :param base_url: where the platform or its gateway is; with `/sandbox` behind it, the sandbox.
    :param key: this system's key.
    :param public_key: the platform's public key (`name+hash+base64`); with it every receipt is verified.
    :param timeout: seconds for one attempt.
    :param bundle: the file of the bundle from which to answer while the platform is away; needs `journal`, `public_key`.
    :param journal: the file in which answers given offline are written down until they are uploaded.
    :param ca: a PEM file; the platform's certificate must be of one of these CAs, and of no other.
    :param certificate: this system's own certificate and its key, PEM files, for a gateway that asks for one.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        public_key: str = "",
        timeout: float = 5.0,
        retries: Retries | None = None,
        bundle: Path | None = None,
        journal: Path | None = None,
        ca: Path | None = None,
        certificate: tuple[Path, Path] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._talk = Talk(key, public_key, retries or Retries(), bundle, journal, clock)
        self._http = httpx.Client(
            base_url=base_url, timeout=timeout, headers=self._talk.headers, verify=_trust(ca, certificate)
        )

    def check(
        self,
        *,
        scene: str,
        purpose: str,
        code: str | None = None,
        name: str | None = None,
        case: str | None = None,
    ) -> Answer:
        """Ask about one subject, by its code, its name or both.

        :raises Refused: the question or the key is wrong.
        :raises Away: the platform does not answer, and there is no bundle to answer from.
        :raises BundleRefused: it does not answer, and the bundle may not be answered from.
        :raises ReceiptDoubtful: its receipt does not verify.
        """
        asked = self._talk.check(scene=scene, purpose=purpose, code=code, name=name, case=case)
        answer: Answer = self._drive(asked)
        return answer

    def check_many(
        self,
        subjects: Sequence[Whom],
        *,
        scene: str,
        purpose: str,
        case: str | None = None,
        at_once: int = MOST,
    ) -> list[Outcome]:
        """Ask one question about many subjects; each one's answer, or the error that stands in its place, in their order.

        A subject that is wrong has its `Refused`, one whose receipt does not verify its `ReceiptDoubtful`. A call that
        fails after others were answered is told in its subjects' places, and no further call is made.

        :param at_once: how many to ask about in one call; not more than this client's quota a minute.
        :raises ClientError: as `check`, when the first call fails as a whole.
        """
        asked = self._talk.check_many(subjects, at_once, scene=scene, purpose=purpose, case=case)
        outcomes: list[Outcome] = self._drive(asked)
        return outcomes

    def download(self, scene: str, *, days: int = 7) -> Path:
        """Fetch a bundle for some days and put it in the place of the one before, once it is found right.

        :raises BundleRefused: what came is not right; the one before stays.
        """
        path: Path = self._drive(self._talk.download(scene, days))
        return path

    def upload(self) -> Uploaded:
        """Hand in the answers given offline; those handed in before are recorded once. Begin again where it fails."""
        uploaded: Uploaded = self._drive(self._talk.upload())
        return uploaded

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _drive(self, conversation: Conversation[Any]) -> Any:
        said: Said = None
        while True:
            step = _next(conversation, said)
            if isinstance(step, _Done):
                return step.value
            if isinstance(step, float):
                time.sleep(step)
                said = None
                continue
            try:
                said = self._http.send(_request(self._http, step))
            except httpx.TransportError as error:
                said = error


class AsyncClient:
    """As `Client`, for event loops."""

    def __init__(
        self,
        base_url: str,
        key: str,
        *,
        public_key: str = "",
        timeout: float = 5.0,
        retries: Retries | None = None,
        bundle: Path | None = None,
        journal: Path | None = None,
        ca: Path | None = None,
        certificate: tuple[Path, Path] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._talk = Talk(key, public_key, retries or Retries(), bundle, journal, clock)
        self._http = httpx.AsyncClient(
            base_url=base_url, timeout=timeout, headers=self._talk.headers, verify=_trust(ca, certificate)
        )

    async def check(
        self,
        *,
        scene: str,
        purpose: str,
        code: str | None = None,
        name: str | None = None,
        case: str | None = None,
    ) -> Answer:
        """See `Client.check`."""
        asked = self._talk.check(scene=scene, purpose=purpose, code=code, name=name, case=case)
        answer: Answer = await self._drive(asked)
        return answer

    async def check_many(
        self,
        subjects: Sequence[Whom],
        *,
        scene: str,
        purpose: str,
        case: str | None = None,
        at_once: int = MOST,
    ) -> list[Outcome]:
        """See `Client.check_many`."""
        asked = self._talk.check_many(subjects, at_once, scene=scene, purpose=purpose, case=case)
        outcomes: list[Outcome] = await self._drive(asked)
        return outcomes

    async def download(self, scene: str, *, days: int = 7) -> Path:
        """See `Client.download`."""
        path: Path = await self._drive(self._talk.download(scene, days))
        return path

    async def upload(self) -> Uploaded:
        """See `Client.upload`."""
        uploaded: Uploaded = await self._drive(self._talk.upload())
        return uploaded

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _drive(self, conversation: Conversation[Any]) -> Any:
        said: Said = None
        while True:
            # Off the loop: between two requests the journal is written to the disk, or a bundle read.
            step = await asyncio.to_thread(_next, conversation, said)
            if isinstance(step, _Done):
                return step.value
            if isinstance(step, float):
                await asyncio.sleep(step)
                said = None
                continue
            try:
                said = await self._http.send(_request(self._http, step))
            except httpx.TransportError as error:
                said = error


class _Done:
    def __init__(self, value: Any) -> None:
        self.value = value


def _next(conversation: Generator[Step, Said, Any], said: Said) -> Step | _Done:
    try:
        return conversation.send(said)
    except StopIteration as end:
        return _Done(end.value)


def _trust(ca: Path | None, certificate: tuple[Path, Path] | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=ca) if ca else httpx.create_ssl_context()
    if certificate:
        context.load_cert_chain(*certificate)
    return context


def _request(http: httpx.Client | httpx.AsyncClient, step: Any) -> httpx.Request:
    return http.build_request(
        step.method, step.path, json=step.body, params=step.query, headers=step.headers, timeout=step.timeout
    )
