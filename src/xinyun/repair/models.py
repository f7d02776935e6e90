"""Objections and applications for repair, and their steps: facts, written once. Contacts are stored sealed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from xinyun.plumbing.models import AppendOnly


class Case(AppendOnly):
    """A subject disputes a record or a list entry, or asks for its repair.

    The target is a record (`of` is its item, `key` its fingerprint) or an entry (`of` is its list, no `key`); both
    outlive a correction, which the id of a revision or of an entry does not.
    """

    kind = models.CharField(max_length=10)  # objection or repair
    subject = models.ForeignKey("archive.Subject", models.PROTECT, related_name="+")
    code = models.CharField(max_length=18)
    name = models.CharField(max_length=400)
    of = models.CharField(max_length=80)
    key = models.BigIntegerField(null=True)
    document = models.CharField(max_length=200, blank=True)
    decided_on = models.DateField(null=True)
    office = models.CharField(max_length=200)  # whose record or decision it is
    way = models.CharField(max_length=10)  # portal, api or office
    told = models.JSONField()  # title, grounds, evidence, what the receipt says
    contact = models.BinaryField(null=True)  # sealed
    secret = models.CharField(max_length=64, blank=True)  # keyed hash of the word by which it is followed
    actor = models.CharField(max_length=80)
    on = models.DateField()
    seq = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["objection", "repair"]), name="repair_case_kind"),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(of="") & ~Q(office="") & ~Q(actor=""),
                name="repair_case_says_whom_and_what",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "office", "-id"], name="repair_case_of_office"),
            models.Index(fields=["subject", "of"], name="repair_case_of_target"),
            models.Index(fields=["code", "on"], name="repair_case_of_subject"),
        ]


class Step(AppendOnly):
    """Something that happened in a case; `number` counts its steps, so that of two at once one is written."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    told = models.JSONField(default=dict)
    submission = models.CharField(max_length=32, blank=True, db_index=True)  # by which a correction comes
    first = models.CharField(max_length=80, blank=True)  # who answered or verified, repeated for the database
    actor = models.CharField(max_length=80)
    on = models.DateField()
    seq = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="repair_one_step_a_number"),
            models.UniqueConstraint(
                fields=["case", "kind"], condition=~Q(kind="decided"), name="repair_each_step_once"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["decided", "granted", "refused"])
                | (~Q(first="") & ~Q(actor=F("first"))),
                name="repair_a_second_officer_decides",
            ),
        ]
