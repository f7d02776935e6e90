"""Batches: what was submitted, by whom, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from xinyun.plumbing.models import AppendOnly


class Batch(AppendOnly):
    """One submitted file; its copy lies sealed in the `submissions` folder under the batch's id."""

    id = models.CharField(max_length=32, primary_key=True)
    item = models.CharField(max_length=60)
    office = models.CharField(max_length=80)
    actor = models.CharField(max_length=80)
    file_name = models.CharField(max_length=255)
    file_digest = models.CharField(max_length=64)
    received = models.BigIntegerField()
    accepted = models.BigIntegerField()
    unchanged = models.BigIntegerField()
    revised = models.BigIntegerField()
    rejected = models.BigIntegerField()
    faults = models.JSONField(default=dict)
    warnings = models.JSONField(default=dict)
    seq = models.BigIntegerField()
    collected_on = models.DateField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(received=F("accepted") + F("unchanged") + F("revised") + F("rejected")),
                name="batch_every_row_counted",
            )
        ]
        indexes = [models.Index(fields=["-at"], name="batch_latest")]
