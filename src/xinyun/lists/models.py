"""Entries and removals: facts, written once. The database keeps what a row can know about itself."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from xinyun.plumbing.models import AppendOnly


class Entry(AppendOnly):
    """A subject was put on a list by a decision document of an office."""

    subject = models.ForeignKey("archive.Subject", models.PROTECT, related_name="+")
    code = models.CharField(max_length=18)
    list_id = models.CharField(max_length=80)
    document = models.CharField(max_length=200)
    office = models.CharField(
        max_length=200
    )  # an office's id, or its name as written where it is not one of ours
    decided_on = models.DateField()
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)  # the first free day
    seq = models.BigIntegerField(db_index=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "lists_entry"
        constraints = [
            # A decision that was corrected has an entry of each wording; one of them at most is not removed.
            models.UniqueConstraint(
                fields=["subject", "list_id", "document", "seq"], name="one_entry_a_decision_and_change"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="entry_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__gte=F("decided_on")), name="entry_starts_when_decided"
            ),
            models.CheckConstraint(
                condition=~Q(document="") & ~Q(office=""), name="entry_names_its_decision"
            ),
        ]
        indexes = [
            models.Index(fields=["code"], name="entry_by_code"),
            models.Index(fields=["list_id", "decided_on"], name="entry_by_list"),
            models.Index(fields=["document"], name="entry_by_document"),
        ]


class Suspension(AppendOnly):
    """A court or a reviewing body ordered that an entry does not count for a while."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="suspensions")
    document = models.CharField(max_length=200)
    ordered_by = models.CharField(max_length=200)  # the court or body as its document names it
    reason = models.CharField(max_length=500)
    office = models.CharField(max_length=200)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)  # the first day on which it counts again, where the order names it
    seq = models.BigIntegerField(db_index=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "lists_suspension"
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="suspension_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=~Q(document="") & ~Q(ordered_by="") & ~Q(office=""),
                name="suspension_names_its_order",
            ),
        ]


class Resumption(AppendOnly):
    """A suspension ended by another order, before its own end or without one."""

    suspension = models.OneToOneField(Suspension, models.PROTECT, related_name="resumption")
    document = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    office = models.CharField(max_length=200)
    starts_on = models.DateField()  # the suspension's own, repeated so that the database can compare
    resumed_on = models.DateField()
    seq = models.BigIntegerField(db_index=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "lists_resumption"
        constraints = [
            models.CheckConstraint(
                condition=Q(resumed_on__gte=F("starts_on")), name="resumed_after_it_was_suspended"
            ),
            models.CheckConstraint(
                condition=~Q(document="") & ~Q(office=""), name="resumption_names_its_order"
            ),
        ]


class Removal(AppendOnly):
    """An entry was removed before its term, by a decision document of an office, for a reason."""

    entry = models.OneToOneField(Entry, models.PROTECT, related_name="removal")
    document = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    office = models.CharField(max_length=200)
    decided_on = models.DateField()  # the entry's own, repeated so that the database can compare
    removed_on = models.DateField()
    seq = models.BigIntegerField(db_index=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "lists_removal"
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_on__gte=F("decided_on")), name="removed_after_it_was_decided"
            ),
            models.CheckConstraint(
                condition=~Q(document="") & ~Q(reason="") & ~Q(office=""), name="removal_names_its_decision"
            ),
        ]


class Dispute(AppendOnly):
    """An objection to an entry was accepted: whoever reads the entry is told so until it is settled."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="disputes")
    reference = models.CharField(max_length=40)  # the objection's number
    office = models.CharField(max_length=200)  # who is to answer
    starts_on = models.DateField()
    seq = models.BigIntegerField(db_index=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "lists_dispute"
        constraints = [
            models.UniqueConstraint(fields=["entry", "reference"], name="entry_disputed_once_an_objection"),
            models.CheckConstraint(condition=~Q(reference=""), name="entry_dispute_names_its_objection"),
        ]


class Settlement(AppendOnly):
    """The objection to an entry was decided or dropped: it is disputed no longer."""

    dispute = models.OneToOneField(Dispute, models.PROTECT, related_name="settlement")
    outcome = models.CharField(max_length=20)
    starts_on = models.DateField()  # the dispute's own, repeated so that the database can compare
    settled_on = models.DateField()
    seq = models.BigIntegerField(db_index=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "lists_settlement"
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_on__gte=F("starts_on")), name="entry_settled_after_it_was_disputed"
            ),
        ]
