"""In a worker: a store with subjects and list entries, and what the load and the peers need to know of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from tests.bench import generated
from tests.bench.worker import DAY
from xinyun import law
from xinyun.accounts.operations import add_client
from xinyun.archive import queries as archived
from xinyun.collection.operations import collect
from xinyun.gateway import operations as gateway
from xinyun.gateway import wire
from xinyun.lists import operations as lists
from xinyun.plumbing import feed

SCENE, LIST, OFFICE = "tender-registration", "wage-arrears", "520100.human-resources"
_ASKED = 20_000
_UNKNOWN = 10
"""Every so many questions is about a code that the archive has never heard of."""


def for_checks(subjects: int, entries: int, folder: str) -> dict[str, Any]:
    """Fill the store, write `bodies` and `peers.json` into `folder`; every `subjects/entries`-th subject is listed."""
    home = Path(folder)
    file = generated.registrations(home / "registrations.parquet", subjects)
    collect(item="registration", path=file, office="52.market-regulation", actor="bench", on=DAY)
    today = timezone.localdate()
    with transaction.atomic():
        seq = feed.append("list.entered", {"batch": "bench"}, actor="bench")
        decisions = _decisions(subjects // entries, today)
        taken = lists.enlist_many(decisions, batch="bench", seq=seq, actor="bench", on=today)
    assert taken.entered >= entries, taken
    key = add_client(name="bench", office="52.public-resources", scenes=[SCENE], actor="bench", on=today)
    seq = gateway.follow_index(actor="bench", on=today)
    codes = _asked(subjects)
    lines = (
        json.dumps({"scene": SCENE, "purpose": "投标人登记核对", "code": code}, ensure_ascii=False)
        for code in codes
    )
    (home / "bodies").write_text("\n".join(lines), encoding="utf-8")
    told = _peers(codes, seq, key, today)
    (home / "peers.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    index = sum(path.stat().st_size for path in (home / "home" / "derived").rglob("data.mdb"))
    return {
        "key": key,
        "reply_bytes": len(told["reply"].encode()),
        "entered": taken.entered,
        "index_mb": index / 1e6,
    }


def _decisions(every: int, today: date) -> Any:
    """A decision about each so-manieth subject."""
    for subject in archived.subjects_changed_since(0):
        if subject.id % every == 0:
            yield lists.Proposed(
                LIST, subject.id, subject.kind, subject.code, f"演人社列〔2026〕{subject.id}号", OFFICE,
                today - timedelta(days=subject.id % 300 + 1),
            )  # fmt: skip


def _asked(subjects: int) -> list[str]:
    """The codes to ask about: spread over all subjects, every tenth unknown."""
    import numpy as np

    order = np.random.default_rng(7).integers(0, subjects, min(_ASKED, subjects))
    codes = generated.codes(order).to_list()
    codes[::_UNKNOWN] = generated.codes(order[::_UNKNOWN], division="529900").to_list()
    return codes


def _peers(codes: list[str], seq: int, key: str, today: date) -> dict[str, Any]:
    """Ask a sample of ourselves, so that the peers' answers have our answers' size and content."""
    at = datetime.now(UTC)
    questions = [
        gateway.Question(scene=SCENE, purpose="投标人登记核对", client="bench", code=code)
        for code in codes[:500]
    ]
    documents = [gateway.document(a) for a in gateway.answer(questions, at=at, on=today, actor="bench")]
    sizes = [len(wire.encode(document)) for document in documents]
    listed = next(document["measures"] for document in documents if document["measures"])
    return {
        "reply": "x" * round(sum(sizes) / len(sizes)),
        "receipt": documents[0]["receipt"],
        "as_of": {"seq": seq, "rulebook": law.rulebook().hash},
        "key": key,
        "subjects": _known(listed),
    }


def _known(listed: list[Any]) -> dict[str, Any]:
    """What the dict of the FastAPI peer knows of each code: the name, and the measures of those who are listed."""
    from xinyun.lists.models import Entry

    entered = set(Entry.objects.values_list("code", flat=True))
    return {
        subject.code: [subject.name, listed if subject.code in entered else []]
        for subject in archived.subjects_changed_since(0)
    }
