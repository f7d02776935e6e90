"""The register of issued notices."""

from __future__ import annotations

from django.db import models

from xinyun.plumbing.models import AppendOnly


class Notice(AppendOnly):
    """A notice of assessment that was issued: enough to issue the same bytes again, and never the paper itself."""

    number = models.CharField(max_length=22, unique=True)
    scope = models.CharField(max_length=80)
    month = models.DateField()
    through = models.DateField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    ledger_index = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["scope", "month"], name="notice_of_scope")]
