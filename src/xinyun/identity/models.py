"""Bonds between codes, what persons decided about pairs of codes, and the pairs that wait for a person."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Decision(models.Model):
    """What a person decided about two codes, `low` before `high`. Only `ended_…` is ever written later.

    `grounds` are those on which the pair was put before the person, `facts` is their fingerprint. `ended_by` is whoever
    undid it, or the platform where the registry's record `ended_record` contradicts it.
    """

    class Verdict(models.TextChoices):
        """The two answers."""

        JOIN = "join", "同一主体"
        KEEP_APART = "keep-apart", "不同主体"

    low = models.CharField(max_length=18)
    high = models.CharField(max_length=18)
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    current = models.CharField(max_length=18, blank=True)
    reason = models.CharField(max_length=500)
    grounds = models.JSONField()
    facts = models.CharField(max_length=40, blank=True)
    actor = models.CharField(max_length=80)
    decided_on = models.DateField()
    seq = models.BigIntegerField()
    ended_seq = models.BigIntegerField(null=True)
    ended_on = models.DateField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)
    ended_reason = models.CharField(max_length=500, blank=True)
    ended_record = models.ForeignKey("archive.Record", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(low__lt=F("high")), name="decision_of_two"),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason"),
            models.CheckConstraint(
                condition=Q(verdict="join", current=F("low"))
                | Q(verdict="join", current=F("high"))
                | Q(verdict="keep-apart", current=""),
                name="decision_current",
            ),
            models.CheckConstraint(
                condition=Q(ended_seq__isnull=True) | Q(ended_seq__gt=F("seq")), name="decision_ends_later"
            ),
            models.UniqueConstraint(
                fields=["low", "high"], condition=Q(ended_seq__isnull=True), name="decision_standing"
            ),
        ]
        indexes = [models.Index(fields=["high"], name="decision_high")]


class Bond(models.Model):
    """From `seq` until `ended_seq` of the feed: `from_code` went over into `into_code`, as a record or a person says.

    Bonds of records are derived and made anew from them; those of a person's decision stand and end with it. `kind` is
    what the record told, `told`, except where records let one code go over into several: then it is a `fork`.
    """

    kind = models.CharField(max_length=20)
    told = models.CharField(max_length=20)
    from_code = models.CharField(max_length=18)
    into_code = models.CharField(max_length=18)
    since = models.DateField(null=True)
    item = models.CharField(max_length=60, blank=True)
    office = models.CharField(max_length=80, blank=True)
    document = models.CharField(max_length=200, blank=True)
    # No indexes that the keys bring: `bond_record` serves the end of a record, a decision's bond is found by its codes.
    record = models.ForeignKey("archive.Record", models.PROTECT, null=True, related_name="+", db_index=False)
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+", db_index=False)
    seq = models.BigIntegerField()
    ended_seq = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(from_code=F("into_code")), name="bond_of_two"),
            models.CheckConstraint(
                condition=Q(record__isnull=True, decision__isnull=False)
                | Q(record__isnull=False, decision__isnull=True),
                name="bond_has_one_basis",
            ),
            models.CheckConstraint(
                condition=Q(ended_seq__isnull=True) | Q(ended_seq__gte=F("seq")), name="bond_ends_later"
            ),
        ]
        indexes = [
            models.Index(fields=["from_code"], name="bond_from"),
            models.Index(fields=["into_code"], name="bond_into"),
            models.Index(fields=["record"], name="bond_record"),
            models.Index(fields=["seq"], name="bond_seq"),
            models.Index(fields=["ended_seq"], condition=Q(ended_seq__isnull=False), name="bond_ended"),
        ]


class Candidate(models.Model):
    """Two codes that may be one subject, and why; derived, made anew by each search for candidates."""

    low = models.CharField(max_length=18)
    high = models.CharField(max_length=18)
    grounds = models.JSONField()
    facts = models.CharField(max_length=40)
    strength = models.IntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["low", "high"], name="candidate_pair")]
        indexes = [models.Index(fields=["-strength", "low", "high"], name="candidate_order")]
