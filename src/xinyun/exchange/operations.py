"""What is done with subscriptions: begin and end them, put them back to an earlier place, take what is in an inbox."""

from __future__ import annotations

import ipaddress
import secrets
from base64 import b64encode
from datetime import date, datetime
from urllib.parse import urlsplit

from django.db import transaction

from xinyun import law
from xinyun.accounts.operations import UnknownClient
from xinyun.accounts.queries import ClientView, client_named
from xinyun.base import Refusal, Text
from xinyun.exchange import progress, queries
from xinyun.exchange.models import Subscription
from xinyun.exchange.queries import SubscriptionView
from xinyun.exchange.rules import Cursor, topic_of
from xinyun.law import Law
from xinyun.plumbing import feed, sealing

_SECRET_BYTES = 32


class NothingSubscribed(Refusal):
    """A subscription names a list or an item."""

    code = "nothing-subscribed"


class NotForSubscribers(Refusal):
    """The list or item is not public, and the client asks in no scene where the list bears."""

    code = "not-for-subscribers"
    status = 403


class NotAnAddress(Refusal):
    """A webhook's address is one of HTTPS, a queue's of MQTT over TLS with a topic, or either of this machine."""

    code = "not-an-address"


class SeveralChannels(Refusal):
    """A subscription is told in one way."""

    code = "several-channels"

    def __init__(self, chosen: list[str]) -> None:
        super().__init__(
            Text(
                f"一个订阅只有一种方式，给了 {len(chosen)} 种。",
                f"A subscription is told in one way, not {len(chosen)}.",
            ),
            Text("请只留一种，另一种另行订阅。", "Keep one, and subscribe again for the other."),
        )


class AlreadyEnded(Refusal):
    """The subscription has ended."""

    code = "already-ended"
    status = 409


@transaction.atomic
def subscribe(
    *,
    client: str,
    channel: str,
    lists: list[str],
    items: list[str],
    actor: str,
    on: date,
    division: str = "",
    address: str = "",
    from_start: bool = False,
) -> tuple[int, str]:
    """Let a client be told of changes; returns the subscription's id and, for a webhook, the secret, shown only now.

    It is told of what comes from now on, or `from_start` of everything that is known.

    :raises UnknownClient: no client has that name, or its key is revoked.
    :raises law.UnknownNorm: there is no such list, item or division.
    :raises NothingSubscribed: no list and no item is named.
    :raises NotForSubscribers: one of them may not be told to this client.
    :raises NotAnAddress: the webhook's address cannot be used.
    """
    who, now = _client(client), law.rulebook().on(on)
    if not lists and not items:
        raise NothingSubscribed(
            Text("订阅至少指明一份名单或一个事项。", "A subscription names a list or an item."),
            Text("请用 --list 或 --item 指明。", "Name one with --list or --item."),
        )
    if division and now.division(division) is None:
        raise law.UnknownNorm(
            Text(f"没有代码为 {division} 的行政区划。", f"There is no division {division}."),
            Text("请填写六位代码，如 520100。", "Write its six digits, as in 520100."),
        )
    _demand_tellable(lists, items, who, now)
    channel = Subscription.Channel(channel).value
    if channel == Subscription.Channel.WEBHOOK:
        _demand_address(address)
    elif channel == Subscription.Channel.QUEUE:
        _demand_queue(address)
    else:
        address = ""
    secret = secrets.token_bytes(_SECRET_BYTES) if channel == Subscription.Channel.WEBHOOK else None
    begin = Cursor(0 if from_start else feed.head())
    row = Subscription.objects.create(
        client_id=who.id, channel=channel, lists=sorted(set(lists)), items=sorted(set(items)),
        division=_prefix(division), address=address, secret=sealing.seal(secret) if secret else None,
        cursor_seq=begin.seq, cursor_rank=begin.rank, cursor_id=begin.id,
    )  # fmt: skip
    told = {
        "subscription": row.pk,
        "client": who.id,
        "channel": channel,
        "lists": row.lists,
        "items": row.items,
    }
    feed.append("subscription.began", told, actor=actor)
    return row.pk, f"whsec_{b64encode(secret).decode()}" if secret else ""


@transaction.atomic
def end(*, subscription: int, actor: str, on: date, at: datetime) -> SubscriptionView:
    """Tell a subscriber nothing more.

    :raises queries.UnknownSubscription: there is none.
    :raises AlreadyEnded: it has ended.
    """
    row = _standing(subscription)
    row.ended_at = at
    row.save(update_fields=["ended_at"])
    feed.append("subscription.ended", {"subscription": row.pk}, actor=actor)
    return queries.view(row)


@transaction.atomic
def replay(*, subscription: int, after: str, actor: str, on: date) -> SubscriptionView:
    """Tell a subscriber once more what came after a place, or go on at once after failures.

    :raises queries.UnknownSubscription: there is none.
    :raises AlreadyEnded: it has ended.
    :raises queries.NotACursor: `after` is no place.
    """
    row = _standing(subscription)
    place = min(queries.read_cursor(after), Cursor(feed.head()))
    row.cursor_seq, row.cursor_rank, row.cursor_id = place
    row.failures, row.last_failure, row.due_at, row.leased_until = 0, "", None, None
    row.save()
    feed.append("subscription.replayed", {"subscription": row.pk, "after": str(place)}, actor=actor)
    return queries.view(row)


def take(
    *, subscription: int, through: str, limit: int, office: str, actor: str, on: date, at: datetime
) -> bool:
    """Somebody has read the first `limit` messages that wait, up to a place; false where they had been taken already.

    :raises queries.UnknownSubscription: there is none of this office's.
    :raises queries.NotACursor: `through` is no place.
    """
    row, place = queries.row_of(subscription, office=office), queries.read_cursor(through)
    found = queries.waiting(row, limit=limit)
    return (
        found.cursor == place and bool(found.messages) and progress.delivered(row, found, actor=actor, at=at)
    )


def _client(name: str) -> ClientView:
    found = client_named(name)
    if found is None:
        raise UnknownClient(
            Text(
                f"没有名为「{name}」的接入方，或其密钥已被吊销。",
                f"There is no client {name}, or its key is revoked.",
            ),
            Text("请先用 xinyun client add 登记。", "Register it with xinyun client add first."),
        )
    return found


def _standing(id: int) -> Subscription:
    queries.row_of(id)
    row = Subscription.objects.select_for_update().select_related("client").get(pk=id)
    if row.ended_at:
        raise AlreadyEnded(
            Text(f"订阅 {id} 已经结束。", f"Subscription {id} has ended."),
            Text("请另行订阅。", "Subscribe anew."),
        )
    return row


def _demand_tellable(lists: list[str], items: list[str], who: ClientView, now: Law) -> None:
    bearing = {measure for scene in who.scenes for measure in now.scene(scene).measures}
    closed = [
        one.title
        for one in map(now.list, lists)
        if one.publicity != "public" and not bearing & one.measures.keys()
    ]
    closed += [one.title for one in map(now.item, items) if one.publicity != "public"]
    if closed:
        raise NotForSubscribers(
            Text(
                f"「{closed[0]}」不向社会公开，该接入方的核查场景也不涉及它。",
                f"{closed[0]} is not public, and no scene of the client bears on it.",
            ),
            Text(
                "请改为订阅公开的名单、事项，或先登记相应的核查场景。",
                "Name public ones, or register the scene first.",
            ),
        )


def _demand_address(address: str) -> None:
    if not _reachable(address, "https", "http"):
        raise NotAnAddress(
            Text(
                "回调地址须为 https，或者本机的 http。",
                "A webhook's address is of HTTPS, or HTTP on this machine.",
            ),
            Text("请核对地址；用户名、口令不写在地址里。", "Check it; leave names and passwords out of it."),
        )


def _demand_queue(address: str) -> None:
    topic = topic_of(address)
    # Wildcards are for those who listen; a topic that begins with $ is the broker's own.
    wild = set("+#\0") & {*topic, *address}
    if not _reachable(address, "mqtts", "mqtt") or not topic or topic[0] == "$" or wild:
        raise NotAnAddress(
            Text(
                "队列地址写作 mqtts://主机/主题，或者本机的 mqtt；主题里没有通配符。",
                "A queue's address is mqtts://host/topic, or mqtt on this machine; its topic has no wildcards.",
            ),
            Text(
                "请核对地址；用户名、口令用 XINYUN_QUEUE_USER、XINYUN_QUEUE_PASSWORD 给出。",
                "Check it; the login comes from XINYUN_QUEUE_USER and XINYUN_QUEUE_PASSWORD.",
            ),
        )


def _reachable(address: str, safe_scheme: str, local_scheme: str) -> bool:
    """Whether it is a plain address of the safe scheme, or of the other one on this machine; no names, no passwords."""
    parts = urlsplit(address)
    host, safe = parts.hostname or "", parts.scheme == safe_scheme
    if parts.scheme == local_scheme:
        try:
            safe = host == "localhost" or ipaddress.ip_address(host).is_loopback
        except ValueError:
            safe = False
    return bool(safe and host and not parts.username and not parts.fragment and len(address) <= 400)


def _prefix(division: str) -> str:
    """The beginning of the codes of a division and of all within it."""
    return division.removesuffix("00").removesuffix("00") if division else ""
