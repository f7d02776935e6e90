"""Drafts of norm files, and what became of them: facts, written once."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from xinyun.plumbing.models import AppendOnly


class Draft(AppendOnly):
    """The text of one norm file as an officer would have it, drawn up over the text that was in force then."""

    file = models.CharField(max_length=200)  # relative to the rulebook, as cn-52/lists/some-list.yaml
    kind = models.CharField(max_length=20)
    norm = models.CharField(max_length=100)
    text = models.TextField()
    before = models.CharField(
        max_length=64, blank=True
    )  # SHA-256 of the text it changes; empty for a new file
    reason = models.CharField(max_length=1000)
    office = models.CharField(max_length=80)
    by = models.CharField(max_length=150)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "rulemaking_draft"
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(reason="") & ~Q(by=""), name="draft_says_what_why_and_who"
            )
        ]


class Outcome(AppendOnly):
    """A draft was released by a second officer, or withdrawn."""

    draft = models.OneToOneField(Draft, models.PROTECT, related_name="outcome")
    released = models.BooleanField()
    by = models.CharField(max_length=150)
    drafted_by = models.CharField(
        max_length=150
    )  # the draft's own, repeated so that the database can compare
    reason = models.CharField(max_length=1000, blank=True)
    seq = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "rulemaking_outcome"
        constraints = [
            models.CheckConstraint(
                condition=Q(released=False) | ~Q(by=F("drafted_by")), name="a_second_officer_releases"
            )
        ]
