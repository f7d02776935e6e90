"""Orders to keep what would be due, and what each run did. Facts, written once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from xinyun.plumbing.models import AppendOnly


class Hold(AppendOnly):
    """An officer's order to keep a record: `record` is the revision that it was about, and all of its record is kept."""

    class Ground(models.TextChoices):
        """Why."""

        OBJECTION = "objection", "异议办理中"
        REPAIR = "repair", "修复办理中"
        CASE = "case", "复议、诉讼或者调查需要"
        LAW = "law", "法律、行政法规另有规定"

    record = models.BigIntegerField()
    item = models.CharField(max_length=60)
    ground = models.CharField(max_length=20, choices=Ground.choices)
    reason = models.CharField(max_length=400)
    actor = models.CharField(max_length=80)
    on = models.DateField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="hold_has_its_reason")]
        indexes = [models.Index(fields=["record"], name="hold_of_record")]


class Release(AppendOnly):
    """A hold ended, for a reason."""

    hold = models.OneToOneField(Hold, models.PROTECT, related_name="release")
    reason = models.CharField(max_length=400)
    actor = models.CharField(max_length=80)
    on = models.DateField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="release_has_its_reason")]


class Run(AppendOnly):
    """A run that ended: what it counted; `last_order` is the last order of the archive's then.

    `wiped` says that the files of the store and the snapshot hold nothing erased any more; else the next run sees to it.
    """

    counts = models.JSONField()
    last_order = models.BigIntegerField()
    wiped = models.BooleanField()
    actor = models.CharField(max_length=80)
    on = models.DateField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["on"], name="run_of_day")]
