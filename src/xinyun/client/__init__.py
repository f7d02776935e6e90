"""The platform's client for other systems: ask checks over HTTP, verify receipts, go on from a bundle while it is away.

`Client` and `AsyncClient` ask; what they return is an `Answer`, what they raise a `ClientError`. Needs neither Django
nor a store. It never answers from a bundle that is forged, expired or another client's, never sets a clock right in
silence, and has every answer it gave offline on its own disk before it gives it.
"""

from xinyun.client.answers import Answer, Candidate, Measure, Note, Subject
from xinyun.client.asking import AsyncClient, Client
from xinyun.client.batching import Whom
from xinyun.client.bundles import Bundle, BundleRefused
from xinyun.client.errors import (
    Away,
    ClientError,
    KeyRefused,
    NotGranted,
    ReceiptDoubtful,
    Refused,
)
from xinyun.client.journal import Journal
from xinyun.client.retries import Retries
from xinyun.client.talking import Outcome

__all__ = [
    "Answer",
    "AsyncClient",
    "Away",
    "Bundle",
    "BundleRefused",
    "Candidate",
    "Client",
    "ClientError",
    "Journal",
    "KeyRefused",
    "Measure",
    "NotGranted",
    "Note",
    "Outcome",
    "ReceiptDoubtful",
    "Refused",
    "Retries",
    "Subject",
    "Whom",
]
