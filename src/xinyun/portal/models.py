"""The register of issued reports."""

from __future__ import annotations

from django.db import models

from xinyun.plumbing.models import AppendOnly


class Report(AppendOnly):
    """A report that was handed out: enough to tell whether a copy is unchanged, and never the copy itself."""

    number = models.CharField(max_length=22, unique=True)
    subject = models.CharField(max_length=18, db_index=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField()
    seq = models.BigIntegerField()
    ledger_index = models.BigIntegerField()

    class Meta:
        db_table = "portal_report"
