"""Logins and a key for the demonstration, with passwords that are no secret: they exist in demonstrations only."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model

from xinyun.accounts import operations as accounts
from xinyun.accounts import queries as accounts_queries
from xinyun.accounts.operations import NameTaken
from xinyun.site.demo.places import Province

CLIENT = "演示·公共资源交易平台"
SCENES = ["tender-registration", "licence-approval"]


class Login(NamedTuple):
    """Who may log in."""

    username: str
    password: str
    role: str
    office: str


def logins(province: Province) -> tuple[Login, ...]:
    """The demonstration's people."""
    city = province.cities[0]
    return (
        Login("operator", "demo-operator-only", "operator", f"{province.code}.development-reform"),
        Login("market-clerk", "demo-market-clerk-only", "clerk", f"{city}.market-regulation"),
        Login("labour-clerk", "demo-labour-clerk-only", "clerk", f"{province.code}.human-resources"),
        Login("auditor", "demo-auditor-only", "auditor", f"{province.code}.audit"),
    )


def add_people(province: Province, *, actor: str, on: date) -> tuple[Login, ...]:
    """Create those who are missing, or whose password, office or role is another, and return all."""
    wanted = logins(province)
    for login in wanted:
        user: Any = get_user_model().objects.filter(username=login.username).first()
        as_wanted = user and (user.office, user.role) == (login.office, login.role)
        if not as_wanted or not user.check_password(login.password):
            accounts.add_user(**login._asdict(), actor=actor, on=on)
    return wanted


def add_client(folder: Path, province: Province, *, actor: str, on: date, say: Callable[[str], None]) -> str:
    """The client's key, kept in `folder` so that it can be told again; empty when it is lost."""
    path = folder / "client.key"
    if path.exists() and accounts_queries.client_by_key(key := path.read_text(encoding="ascii").strip()):
        return key
    try:
        office = f"{province.code}.public-resources"
        key = accounts.add_client(name=CLIENT, office=office, scenes=SCENES, actor=actor, on=on)
    except NameTaken:
        say(
            f"接入方「{CLIENT}」已登记而密钥文件不在，无法再次显示；请用 xinyun client add 另行登记。"
            " The client exists but its key file is gone: add another client with `xinyun client add`."
        )
        return ""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(key)
    return key
