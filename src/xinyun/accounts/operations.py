"""What is done with accounts."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from xinyun import law
from xinyun.accounts.models import Client, Role, User
from xinyun.accounts.queries import key_digest
from xinyun.base import Refusal, Text
from xinyun.base.forms import is_one_line
from xinyun.plumbing import feed


class NotAClient(Refusal):
    """A client needs a name, and something that it may do."""

    code = "not-a-client"


class NotAQuota(Refusal):
    """The number is no bound of checks a minute."""

    code = "not-a-quota"


class NameTaken(Refusal):
    """A client of that name exists."""

    code = "name-taken"
    status = 409


class UnknownClient(Refusal):
    """No client has that name."""

    code = "unknown-client"
    status = 404


class AlreadyRevoked(Refusal):
    """The client's key is revoked already."""

    code = "already-revoked"
    status = 409


MOST_A_MINUTE = 100_000_000
"""More than any client can ask; what the column holds in either store."""


@transaction.atomic
def add_client(
    *,
    name: str,
    office: str,
    scenes: list[str],
    actor: str,
    on: date,
    furnishes: bool = False,
    origins: Sequence[str] = (),
    quota: int | None = None,
) -> str:
    """Register a program of `office` and return its key, which is shown only now.

    It may ask in these scenes and, where it `furnishes`, submit what its office furnishes. `origins` are the sites in
    whose pages it may show the embedded page. `quota` is how many checks it may ask in a minute; `None` is no bound.

    :raises law.UnknownNorm: the office or a scene does not exist.
    :raises NotAClient: the name is empty, too long or not one line, it may do nothing, or an origin is none.
    :raises NotAQuota: the bound is none.
    :raises NameTaken: choose another name.
    """
    now = law.rulebook().on(on)
    now.office(office)
    if not 2 <= len(name := name.strip()) <= 100 or not is_one_line(name) or not (scenes or furnishes):
        raise NotAClient(
            Text(
                "接入方须有名称（2 至 100 字，一行），并至少有一个核查场景或可以报送。",
                "A client needs a name of 2 to 100 characters, and a scene to ask in or leave to furnish.",
            ),
            Text("请补全后重试。", "Complete it and try again."),
        )
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise _not_an_origin(origin)
    for scene in scenes:
        now.scene(scene)
    _demand_quota(quota)
    if Client.objects.filter(name=name).exists():
        raise NameTaken(
            Text(f"接入方「{name}」已登记。", f"A client named {name} is registered."),
            Text("请换一个名称。", "Choose another name."),
        )
    key = "xy_" + secrets.token_urlsafe(32)
    client = Client.objects.create(
        name=name,
        office=office,
        scenes=scenes,
        furnishes=furnishes,
        key_digest=key_digest(key),
        origins=list(origins),
        quota=quota,
    )
    told = {"client": client.pk, "office": office, "scenes": scenes} | (
        {"furnishes": True} if furnishes else {}
    )
    told |= {"origins": list(origins)} if origins else {}
    told |= {"quota": quota} if quota is not None else {}
    feed.append("client.added", told, actor=actor)
    return key


_ORIGIN = re.compile(
    r"https://[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]{1,5})?|http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?"
)
"""A scheme and a host, nothing that could end the directive in which it is written."""


def _not_an_origin(text: str) -> NotAClient:
    return NotAClient(
        Text(f"「{text}」不是网站的来源。", f"{text} is no origin."),
        Text("请写作 https://主机 或 https://主机:端口。", "Write https://host or https://host:port."),
    )


def unknown_client(name: str) -> UnknownClient:
    """The refusal for a name that no client has."""
    return UnknownClient(
        Text(f"没有名为「{name}」的接入方。", f"There is no client {name}."),
        Text("请核对名称。", "Check the name."),
    )


@transaction.atomic
def set_quota(*, name: str, quota: int | None, actor: str, on: date) -> None:
    """Bound how many checks a client may ask in a minute, or lift the bound; gateways hear of it with their next check.

    :raises NotAQuota: the bound is none.
    :raises UnknownClient: no client has that name.
    :raises AlreadyRevoked: its key is revoked.
    """
    _demand_quota(quota)
    client = _standing(name)
    client.quota = quota
    client.save(update_fields=["quota"])
    feed.append(
        "client.quota-set", {"client": client.pk, "office": client.office, "quota": quota}, actor=actor
    )


def _demand_quota(quota: int | None) -> None:
    if quota is not None and not 1 <= quota <= MOST_A_MINUTE:
        raise NotAQuota(
            Text(f"限额须在 1 至 {MOST_A_MINUTE} 之间。", f"A quota is between 1 and {MOST_A_MINUTE}."),
            Text("不限的写 none；不许再问的，吊销密钥。", "Write none for no bound; to let it ask nothing, revoke its key."),
        )  # fmt: skip


@transaction.atomic
def revoke_client(*, name: str, actor: str, on: date, at: datetime) -> None:
    """Revoke a client's key: from the next check on, whoever uses it is refused.

    :raises UnknownClient: no client has that name.
    :raises AlreadyRevoked: its key is revoked already.
    """
    client = _standing(name)
    client.revoked_at = at
    client.save(update_fields=["revoked_at"])
    feed.append("client.revoked", {"client": client.pk, "office": client.office}, actor=actor)


def _standing(name: str) -> Client:
    client = Client.objects.select_for_update().filter(name=name).first()
    if client is None:
        raise unknown_client(name)
    if client.revoked_at:
        raise AlreadyRevoked(
            Text(f"接入方「{name}」的密钥已被吊销。", f"The key of {name} is revoked already."),
            Text("如需恢复接入，请另行登记。", "Register it anew under another name to let it in again."),
        )
    return client


@transaction.atomic
def add_user(*, username: str, password: str, office: str, role: str, actor: str, on: date) -> int:
    """Create, or give a new password to, a person who works for `office`; returns the user's id.

    :raises law.UnknownNorm: the office does not exist.
    """
    law.rulebook().on(on).office(office)
    user, _ = User.objects.get_or_create(username=username)
    user.office, user.role = office, Role(role).value
    user.set_password(password)
    user.save()
    feed.append("user.added", {"user": user.pk, "office": office, "role": role}, actor=actor)
    return user.pk
