"""Keeps the ledger's tables in the ledger's database, and everything else out of it."""

from __future__ import annotations

from typing import Any

ALIAS = "ledger"


class LedgerRouter:
    """Routes the app `ledger` to the alias `ledger`; refuses it elsewhere and refuses others there."""

    def db_for_read(self, model: type, **hints: Any) -> str | None:
        return ALIAS if _is_ours(model) else None

    def db_for_write(self, model: type, **hints: Any) -> str | None:
        return ALIAS if _is_ours(model) else None

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool | None:
        return None if _is_ours(one) == _is_ours(other) else False

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        if app_label == "ledger":
            return db == ALIAS
        return False if db == ALIAS else None


def _is_ours(model: Any) -> bool:
    return bool(model._meta.app_label == "ledger")
