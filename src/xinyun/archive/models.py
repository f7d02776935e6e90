"""Subjects and the revisions of their records."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from xinyun.plumbing.models import AppendOnly, TrustedJSON


class Subject(models.Model):
    """A subject's header, as the registry's latest record gives it; its history is in the records.

    An organisation or individual business has a `code`; a person has an `identity_hash` instead, and the
    identity number itself only as `identity_sealed` (SM4-GCM). `first_seq` and `seq` are the changes of the
    feed by which the archive first heard of the subject, and by which its header is as it is.
    """

    code = models.CharField(max_length=18, null=True, unique=True)
    identity_hash = models.CharField(max_length=64, null=True, unique=True)
    identity_sealed = models.TextField(null=True)
    kind = models.CharField(max_length=24)
    category = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=400)
    division = models.CharField(max_length=6, blank=True)
    status = models.CharField(max_length=50, blank=True)
    established_on = models.DateField(null=True)
    first_seq = models.BigIntegerField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="person", identity_hash__isnull=False, code__isnull=True)
                | (~Q(kind="person") & Q(code__isnull=False, identity_hash__isnull=True)),
                name="subject_identified",
            )
        ]
        indexes = [models.Index(fields=["seq"], name="subject_seq")]


class Record(models.Model):
    """One revision of a record. Only `superseded_seq` is ever written later.

    `key` and `digest` are fingerprints of what makes it the same record, and of what it says. A revision with a
    `withdrawal` says that the furnishing office took the record back, and why: it is the current one and shown nowhere.
    """

    # No index of its own: every question about a subject's records is served by `record_revision` below.
    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.CharField(max_length=60)
    key = models.BigIntegerField()
    revision = models.IntegerField()
    digest = models.BigIntegerField()
    content = TrustedJSON()
    office = models.CharField(max_length=80)
    batch = models.CharField(max_length=32)
    decided_on = models.DateField(null=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    withdrawal = models.CharField(max_length=400, blank=True, default="", db_default="")
    recorded_seq = models.BigIntegerField()
    superseded_seq = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            # Begins with the subject, so that a batch's rows fall together and not all over the index.
            models.UniqueConstraint(fields=["subject", "item", "key", "revision"], name="record_revision"),
            models.CheckConstraint(
                condition=Q(superseded_seq__isnull=True) | Q(superseded_seq__gte=F("recorded_seq")),
                name="record_superseded_later",
            ),
        ]
        indexes = [
            models.Index(
                fields=["item", "recorded_seq"],
                condition=Q(superseded_seq__isnull=True, withdrawal=""),
                name="record_arrival",
            ),
            models.Index(
                fields=["item"],
                condition=~Q(withdrawal="") & Q(superseded_seq__isnull=True),
                name="record_withdrawn",
            ),
        ]


class Statement(models.Model):
    """What an office said of a record that another office's word decides. Only `ended_seq` is ever written later.

    Within a department the later word counts, so a record has one standing statement of each `department` at most.
    `batch` and `recorded_at` are those by which the office said it, `recorded_seq` is the change of the feed since
    which it stands beside the record: later than the batch where a higher authority spoke afterwards.
    """

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.CharField(max_length=60)
    key = models.BigIntegerField()
    office = models.CharField(max_length=80)
    department = models.CharField(max_length=80)
    digest = models.BigIntegerField()
    content = TrustedJSON()
    batch = models.CharField(max_length=32)
    decided_on = models.DateField(null=True)
    valid_from = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    recorded_seq = models.BigIntegerField()
    ended_seq = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "item", "key", "department"],
                condition=Q(ended_seq__isnull=True),
                name="statement_standing",
            ),
            models.CheckConstraint(
                condition=Q(ended_seq__isnull=True) | Q(ended_seq__gte=F("recorded_seq")),
                name="statement_ended_later",
            ),
        ]
        indexes = [models.Index(fields=["subject", "item", "key"], name="statement_record")]


class Sighting(AppendOnly):
    """A batch said again what the archive already held: the revisions, or the statements, of a range of ids.

    Ids follow the order of their file, so a file that is sent again is few ranges. `block` is the ids' number divided
    by `BLOCK`, and no range crosses a block: who looks for one id reads the ranges of its block alone.
    """

    BLOCK = 4096

    statements = models.BooleanField()
    block = models.BigIntegerField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    office = models.CharField(max_length=80)
    batch = models.CharField(max_length=32)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["statements", "block", "id"], name="sighting_block")]


class ErasureOrder(AppendOnly):
    """That rows which the law says to delete are deleted: by which norm and articles, when, by whom; `seq` is the change.

    `norm` is a retention norm, `since` the day from which the edition holds that was applied.
    """

    norm = models.CharField(max_length=80)
    since = models.DateField()
    basis = models.CharField(max_length=400)
    seq = models.BigIntegerField(unique=True)
    actor = models.CharField(max_length=80)
    on = models.DateField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(basis=""), name="erasure_has_its_article")]


class Erased(AppendOnly):
    """A row that an order names, and the tombstone that is left of it: what counts and the feed need, nothing of whom.

    The database lets a row be deleted that stands here, and no other. `batch` and `recorded_seq` are what brought it.
    """

    table_name = models.CharField(max_length=40)
    row = models.BigIntegerField()
    order = models.ForeignKey(ErasureOrder, on_delete=models.PROTECT, related_name="+", db_index=False)
    item = models.CharField(max_length=60, blank=True)
    batch = models.CharField(max_length=32, blank=True)
    recorded_seq = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["table_name", "row"], name="erased_once")]
        indexes = [
            models.Index(fields=["order", "table_name"], name="erased_by_order"),
            models.Index(fields=["batch"], name="erased_of_batch"),
        ]


class Dispute(AppendOnly):
    """An objection to a record was accepted: whoever reads the record, in any revision, is told so until it is settled."""

    subject = models.ForeignKey(Subject, on_delete=models.PROTECT, related_name="+")
    item = models.CharField(max_length=60)
    key = models.BigIntegerField()
    reference = models.CharField(max_length=40, unique=True)  # the objection's number
    record = models.BigIntegerField()  # the revision that was current then
    office = models.CharField(max_length=80)  # who furnished it
    starts_on = models.DateField()
    seq = models.BigIntegerField(db_index=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "archive_dispute"
        constraints = [
            models.CheckConstraint(condition=~Q(reference=""), name="record_dispute_names_its_objection")
        ]


class Settlement(AppendOnly):
    """The objection to a record was decided or dropped: it is disputed no longer."""

    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, related_name="settlement")
    outcome = models.CharField(max_length=20)
    starts_on = models.DateField()  # the dispute's own, repeated so that the database can compare
    settled_on = models.DateField()
    seq = models.BigIntegerField(db_index=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "archive_settlement"
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_on__gte=F("starts_on")), name="record_settled_after_it_was_disputed"
            )
        ]
