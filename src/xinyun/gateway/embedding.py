"""The page that systems which cannot call an interface put into a frame: one question, by a ticket.

A client's server asks for a ticket with its key: for one scene, purpose and case, for one answer, for minutes. The
ticket is signed and stands in the page's address; whoever has it may ask once, and only inside a page of the client's
registered origins. It is used up when its answer is logged: the ledger has one leaf for it, whoever comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode
from uuid import uuid4

import msgspec

from xinyun.accounts.queries import ClientView, client_numbered
from xinyun.base import Refusal, Text
from xinyun.ledger import queries as ledger
from xinyun.ledger import receipts

PAGE = "/embed/check"
GOOD_FOR = timedelta(minutes=10)
KIND = "embed"


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST /v1/embeds` takes."""

    scene: Annotated[str, msgspec.Meta(max_length=80)]
    purpose: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    case: Annotated[str, msgspec.Meta(max_length=100)] | None = None


class NoOrigin(Refusal):
    """The client has no origin in whose pages the page may stand."""

    code = "no-origin"
    status = 403


class TicketRefused(Refusal):
    """The ticket is none, has expired, was used, or its client may not ask any more."""

    code = "ticket-refused"
    status = 403


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket that is genuine, with the client whose it is."""

    id: str
    token: str
    client: ClientView
    scene: str
    purpose: str
    case: str | None
    expires: datetime

    @property
    def ref(self) -> str:
        """What the ledger knows its one answer by."""
        return f"embed.{self.id}"

    def demand_good(self, at: datetime) -> None:
        """Refuse a ticket that is past its time or used.

        :raises TicketRefused: it is.
        """
        if at >= self.expires:
            raise _refused("链接已过期", "The link has expired")
        if ledger.by_refs([self.ref]):
            raise used()


def mint(client: ClientView, wanted: Wanted, at: datetime) -> dict[str, str]:
    """A ticket's address and its end; the scene must have been found to be the client's.

    :raises NoOrigin: the client registered none.
    """
    if not client.origins:
        raise NoOrigin(
            Text("没有登记可以嵌入的网站。", "No origin is registered for you."),
            Text("请信用中心登记：xinyun client add … --origin https://….", "Ask the credit centre: xinyun client add … --origin https://…."),
        )  # fmt: skip
    expires = (at + GOOD_FOR).isoformat()
    claims = {"v": 1, "kind": KIND, "id": uuid4().hex, "client": client.id, "expires": expires}
    token = receipts.issue(claims | msgspec.to_builtins(wanted))
    return {"path": f"{PAGE}?{urlencode({'ticket': token})}", "expires": expires}


def read(token: str) -> Ticket:
    """The ticket of an address, past its time or not.

    :raises TicketRefused: it is not ours, or its client was revoked.
    """
    try:
        claims = receipts.own(token)
    except receipts.ReceiptRefused:
        claims = {}
    client = client_numbered(claims["client"]) if claims.get("kind") == KIND else None
    if client is None:
        raise _refused("链接不是平台签发的，或已停用", "The link is not the platform's, or was revoked")
    told = {name: claims.get(name) for name in ("id", "scene", "purpose", "case")}
    return Ticket(token=token, client=client, expires=datetime.fromisoformat(claims["expires"]), **told)


def used() -> TicketRefused:
    """The refusal for a ticket that has its answer."""
    return _refused("链接已用过，一个链接只查一次", "The link was used: one link is for one check")


def policy(ticket: Ticket | None) -> str:
    """The page's content security policy: framed by the client's origins alone, and by nobody where there is no ticket."""
    framing = " ".join(ticket.client.origins) if ticket else "'none'"
    return (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        f"frame-ancestors {framing}"
    )


def _refused(zh: str, en: str) -> TicketRefused:
    return TicketRefused(
        Text(f"{zh}。", f"{en}."),
        Text("请回到业务系统重新打开。", "Go back to your system and open it again."),
    )
