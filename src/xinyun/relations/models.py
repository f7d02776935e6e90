"""Links between subjects, as records told them. Derived: `xinyun rebuild relations` makes them anew from the records."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class Link(models.Model):
    """A revision of a record told, from `seq` until `ended_seq` of the feed, what `far` is to `near`, the record's subject.

    `near` is a code. `far` is a code, the keyed hash of a natural person's identity number, or the digest of what
    partners have in common, whose records all have the same. Days are half-open.
    """

    class Shape(models.TextChoices):
        """What `far` is."""

        CODE = "code", "代码"
        PERSON = "person", "自然人"
        SHARED = "shared", "共同的事"

    link = models.CharField(max_length=40)
    relation = models.CharField(max_length=80)
    item = models.CharField(max_length=60)
    office = models.CharField(max_length=80)
    # No index that the key brings: `link_of_record` below serves the end of a record.
    record = models.ForeignKey("archive.Record", models.PROTECT, related_name="+", db_index=False)
    near = models.CharField(max_length=18)
    far = models.CharField(max_length=64)
    shape = models.CharField(max_length=8, choices=Shape.choices)
    document = models.CharField(max_length=200, blank=True)
    share = models.CharField(max_length=20, blank=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    seq = models.BigIntegerField()
    ended_seq = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(near=F("far")), name="link_is_to_another"),
            models.CheckConstraint(
                condition=Q(ended_seq__isnull=True) | Q(ended_seq__gte=F("seq")), name="link_ends_later"
            ),
        ]
        indexes = [
            models.Index(fields=["near", "id"], condition=Q(ended_seq__isnull=True), name="link_near"),
            models.Index(fields=["far", "id"], condition=Q(ended_seq__isnull=True), name="link_far"),
            models.Index(fields=["record"], name="link_of_record"),
        ]
