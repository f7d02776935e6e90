"""Who subscribed to what and how far it has been told, and what was delivered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from xinyun.plumbing.models import AppendOnly


class Subscription(models.Model):
    """A client is told of changes to these lists and items, about subjects of a division where one is named.

    The cursor says up to where it has been told; `due_at` when to try again after a failure; who delivers holds a lease.
    """

    class Channel(models.TextChoices):
        """How it is told."""

        WEBHOOK = "webhook", "回调"
        FILE = "file", "文件"
        QUEUE = "queue", "消息队列"
        INBOX = "inbox", "收件箱"

    client = models.ForeignKey("accounts.Client", models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    lists = models.JSONField(default=list)
    items = models.JSONField(default=list)
    division = models.CharField(max_length=6, blank=True)
    address = models.CharField(max_length=400, blank=True)
    secret = models.BinaryField(null=True)
    cursor_seq = models.BigIntegerField()
    cursor_rank = models.SmallIntegerField()
    cursor_id = models.BigIntegerField()
    failures = models.PositiveIntegerField(default=0)
    last_failure = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(channel="webhook") | (~Q(address="") & Q(secret__isnull=False)),
                name="webhook_has_address_and_secret",
            ),
            models.CheckConstraint(
                condition=~Q(channel="queue") | ~Q(address=""), name="queue_has_its_address"
            ),
        ]


class Delivery(AppendOnly):
    """Messages that a subscriber has: so many, after one cursor and up to another. `actor` took them out of the inbox."""

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="deliveries")
    after = models.CharField(max_length=60)
    through = models.CharField(max_length=60)
    messages = models.PositiveIntegerField()
    oldest_at = models.DateTimeField()
    actor = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "deliveries"
