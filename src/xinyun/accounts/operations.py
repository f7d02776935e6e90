"""What is done with accounts."""

from __future__ import annotations

import secrets
from datetime import date

from django.db import transaction

from xinyun import law
from xinyun.accounts.models import Client, Role, User
from xinyun.accounts.queries import key_digest
from xinyun.base import Refusal, Text
from xinyun.plumbing import feed


class NameTaken(Refusal):
    """A client of that name exists."""

    code = "name-taken"
    status = 409


@transaction.atomic
def add_client(*, name: str, office: str, scenes: list[str], actor: str, on: date) -> str:
    """Register a program of `office` for these scenes and return its key, which is shown only now.

    :raises law.UnknownNorm: the office or a scene does not exist.
    :raises NameTaken: choose another name.
    """
    now = law.rulebook().on(on)
    now.office(office)
    for scene in scenes:
        now.scene(scene)
    if Client.objects.filter(name=name).exists():
        raise NameTaken(
            Text(f"接入方「{name}」已登记。", f"A client named {name} is registered."),
            Text("请换一个名称。", "Choose another name."),
        )
    key = "xy_" + secrets.token_urlsafe(32)
    client = Client.objects.create(name=name, office=office, scenes=scenes, key_digest=key_digest(key))
    feed.append("client.added", {"client": client.pk, "office": office, "scenes": scenes}, actor=actor)
    return key


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
