"""What differs between machines. Every value comes from the environment and has a usable default.

What differs between provinces is law and lives in the rulebook. The list is documented in
docs/operating.md, and a house test keeps it so.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from xinyun.plumbing.writing import write_once


def _text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def _words(name: str, default: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in _text(name, default).split(",") if word.strip())


@dataclass(frozen=True)
class Environment:
    """The settings of this machine; `field(metadata=)` names the variable that each comes from."""

    home: Path = field(
        default_factory=lambda: Path(_text("XINYUN_HOME", "var")).resolve(),
        metadata={"variable": "XINYUN_HOME"},
    )
    database_url: str = field(
        default_factory=lambda: _text("DATABASE_URL"), metadata={"variable": "DATABASE_URL"}
    )
    secret_key: str = field(
        default_factory=lambda: _text("XINYUN_SECRET_KEY"), metadata={"variable": "XINYUN_SECRET_KEY"}
    )
    hosts: tuple[str, ...] = field(
        default_factory=lambda: _words("XINYUN_HOSTS", "localhost,127.0.0.1,[::1]"),
        metadata={"variable": "XINYUN_HOSTS"},
    )
    base_url: str = field(
        default_factory=lambda: _text("XINYUN_BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
        metadata={"variable": "XINYUN_BASE_URL"},
    )
    https: bool = field(
        default_factory=lambda: _text("XINYUN_HTTPS") == "1", metadata={"variable": "XINYUN_HTTPS"}
    )
    demo_asked: bool = field(
        default_factory=lambda: _text("XINYUN_DEMO") == "1", metadata={"variable": "XINYUN_DEMO"}
    )
    origin: str = field(
        default_factory=lambda: _text("XINYUN_ORIGIN", "xinyun.example/ledger"),
        metadata={"variable": "XINYUN_ORIGIN"},
    )
    site_name: str = field(
        default_factory=lambda: _text("XINYUN_SITE_NAME", "信用中国（演示省）"),
        metadata={"variable": "XINYUN_SITE_NAME"},
    )
    site_domain: str = field(
        default_factory=lambda: _text("XINYUN_SITE_DOMAIN"), metadata={"variable": "XINYUN_SITE_DOMAIN"}
    )
    site_id_code: str = field(
        default_factory=lambda: _text("XINYUN_SITE_ID_CODE"), metadata={"variable": "XINYUN_SITE_ID_CODE"}
    )
    organiser: str = field(
        default_factory=lambda: _text("XINYUN_ORGANISER"), metadata={"variable": "XINYUN_ORGANISER"}
    )
    operator: str = field(
        default_factory=lambda: _text("XINYUN_OPERATOR", "公共信用信息中心"),
        metadata={"variable": "XINYUN_OPERATOR"},
    )
    contact: str = field(
        default_factory=lambda: _text("XINYUN_CONTACT"), metadata={"variable": "XINYUN_CONTACT"}
    )
    icp: str = field(default_factory=lambda: _text("XINYUN_ICP"), metadata={"variable": "XINYUN_ICP"})
    police_record: str = field(
        default_factory=lambda: _text("XINYUN_POLICE_RECORD"), metadata={"variable": "XINYUN_POLICE_RECORD"}
    )
    queue_user: str = field(
        default_factory=lambda: _text("XINYUN_QUEUE_USER"), metadata={"variable": "XINYUN_QUEUE_USER"}
    )
    queue_password: str = field(
        default_factory=lambda: _text("XINYUN_QUEUE_PASSWORD"), metadata={"variable": "XINYUN_QUEUE_PASSWORD"}
    )
    log: str = field(default_factory=lambda: _text("XINYUN_LOG"), metadata={"variable": "XINYUN_LOG"})
    upload_limit: int = field(
        default_factory=lambda: int(_text("XINYUN_UPLOAD_LIMIT") or 2 << 30),
        metadata={"variable": "XINYUN_UPLOAD_LIMIT"},
    )

    knowledge_age: timedelta = field(
        default_factory=lambda: timedelta(hours=float(_text("XINYUN_KNOWLEDGE_HOURS") or 24)),
        metadata={"variable": "XINYUN_KNOWLEDGE_HOURS"},
    )

    metrics_token: str = field(
        default_factory=lambda: _text("XINYUN_METRICS_TOKEN"), metadata={"variable": "XINYUN_METRICS_TOKEN"}
    )

    @property
    def demo(self) -> bool:
        """Whether pages and reports say that the data are invented: asked for, or this home holds a demo."""
        return self.demo_asked or (self.home / "demo").is_dir()

    @property
    def queue_login(self) -> tuple[str, str]:
        """With which name and password the message queue's broker lets us in; empty where it asks for none."""
        return self.queue_user, self.queue_password

    @cached_property
    def derived(self) -> Path:
        """Where disposable indexes live: the name index, the check index."""
        return self.home / "derived"

    @property
    def answered(self) -> Path:
        """Where the gateway writes down what it answered, until it is in the ledger."""
        return self.home / "answered"

    @property
    def snapshot(self) -> Path:
        """Where the snapshot lies, which is disposable too."""
        return self.home / "snapshot"

    @property
    def own_files(self) -> tuple[Path, ...]:
        """What the platform keeps in its home, where no command may write what a user asked for."""
        names = ["archive.sqlite3", "ledger.sqlite3", "keys", "submissions", "derived", "staging", "static"]
        names += ["inbox", "outbox", "answered", "pushed", "snapshot", "rulebook", "rulebooks"]
        return tuple(self.home / name for name in names)

    @cached_property
    def keys(self) -> Path:
        """Where generated keys live, readable by the owner only."""
        return self.home / "keys"

    def web_key(self) -> str:
        """Django's secret key: from the environment, else made once and kept in the keys folder."""
        if self.secret_key:
            return self.secret_key
        path = self.keys / "web.key"
        if not path.exists():
            write_once(path, secrets.token_urlsafe(50).encode())
        return path.read_text()
