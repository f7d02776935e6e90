"""Submissions, the batches they became, the rows that were returned, and what offices settled with us about them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from xinyun.plumbing.models import AppendOnly


class Submission(models.Model):
    """A file on its way in; the batch that it becomes bears its id, and its copy lies sealed under it.

    `progress` counts rows read. `lease_until` is until when a worker holds it: one that died is taken over after
    that. `problem` is why it was refused as a whole, as a problem document; `doubts` why it waits for a second officer.
    """

    class State(models.TextChoices):
        """Where a submission stands."""

        WAITING = "waiting", "等待处理"
        RUNNING = "running", "正在处理"
        HELD = "held", "等待复核"
        DONE = "done", "已归集"
        REFUSED = "refused", "整批退回"

    class Way(models.TextChoices):
        """By which way it came."""

        COMMAND = "command", "命令行"
        WEB = "web", "工作台"
        API = "api", "接口"
        DROP = "drop", "投递文件夹"
        FORM = "form", "单条填报"
        PULL = "pull", "定时拉取"

    id = models.CharField(max_length=32, primary_key=True)
    item = models.CharField(max_length=60)
    office = models.CharField(max_length=80)
    actor = models.CharField(max_length=80)
    way = models.CharField(max_length=20, choices=Way.choices)
    file_name = models.CharField(max_length=255)
    size = models.BigIntegerField(default=0)
    columns = models.JSONField(default=dict)
    """A saved mapping's choice, title of the file → field; empty where titles speak for themselves."""
    idempotency_key = models.CharField(max_length=200, null=True)
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    progress = models.BigIntegerField(default=0)
    attempts = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    problem = models.JSONField(null=True)
    doubts = models.JSONField(null=True)
    reviewed_by = models.CharField(max_length=80, blank=True)
    review = models.TextField(blank=True)
    submitted_on = models.DateField()
    at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "idempotency_key"], name="submission_once"),
            models.CheckConstraint(
                condition=Q(reviewed_by="") | ~Q(reviewed_by=F("actor")), name="submission_second_officer"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "at"], name="submission_queue"),
            models.Index(fields=["office", "-at"], name="submission_of_office"),
        ]


class Batch(AppendOnly):
    """One submitted file; its copy lies sealed in the `submissions` folder under the batch's id.

    `profile` is what its rows look like in numbers, by which later batches of the office are compared; its `columns`
    say which title of the file was read as which field, by which its returned rows are read.
    """

    id = models.CharField(max_length=32, primary_key=True)
    item = models.CharField(max_length=60)
    office = models.CharField(max_length=80)
    actor = models.CharField(max_length=80)
    way = models.CharField(max_length=20, choices=Submission.Way.choices, default=Submission.Way.COMMAND)
    file_name = models.CharField(max_length=255)
    file_digest = models.CharField(max_length=64)
    received = models.BigIntegerField()
    accepted = models.BigIntegerField()
    unchanged = models.BigIntegerField()
    revised = models.BigIntegerField()
    rejected = models.BigIntegerField()
    faults = models.JSONField(default=dict)
    warnings = models.JSONField(default=dict)
    profile = models.JSONField(default=dict)
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
        indexes = [
            models.Index(fields=["-at"], name="batch_latest"),
            models.Index(fields=["office", "item", "collected_on"], name="batch_of_office"),
        ]


class Returned(models.Model):
    """A row that was refused: kept sealed, with its faults, until the office has mended, confirmed or dropped it.

    `faults` is a list of `[field, rule, severity]`. `follows` is the returned row that this one was to mend. Only
    the settling columns are ever written later, once.
    """

    class Settled(models.TextChoices):
        """How it came to an end."""

        MENDED = "mended", "已改正"
        CONFIRMED = "confirmed", "已确认无误"
        AGAIN = "again", "改后仍被退回"
        DROPPED = "dropped", "不再报送"

    batch = models.CharField(max_length=32)
    row = models.BigIntegerField()
    place = models.CharField(max_length=200)
    item = models.CharField(max_length=60)
    office = models.CharField(max_length=80)
    content = models.TextField()
    faults = models.JSONField()
    follows = models.BigIntegerField(null=True)
    returned_on = models.DateField()
    due_on = models.DateField()
    settled = models.CharField(max_length=20, choices=Settled.choices, blank=True)
    settled_on = models.DateField(null=True)
    settled_batch = models.CharField(max_length=32, blank=True)
    settled_by = models.CharField(max_length=80, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "row"], name="returned_once")]
        indexes = [
            models.Index(fields=["office", "item"], condition=Q(settled=""), name="returned_open"),
            models.Index(fields=["due_on"], condition=Q(settled=""), name="returned_due"),
        ]


class ColumnMapping(AppendOnly):
    """A clerk's word on which column of an office's layout is which field; the newest of a layout counts.

    `layout` is the digest of the folded titles in order; `columns` maps a title to a field, or to "" where it is none.
    """

    office = models.CharField(max_length=80)
    item = models.CharField(max_length=60)
    layout = models.CharField(max_length=64)
    columns = models.JSONField()
    confirmed_by = models.CharField(max_length=80)
    confirmed_on = models.DateField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["office", "item", "layout", "-at"], name="mapping_of_layout")]


class Pull(models.Model):
    """A department's view that we read on a schedule. Its address with the password is in the environment alone."""

    name = models.CharField(max_length=40, unique=True)
    office = models.CharField(max_length=80)
    item = models.CharField(max_length=60)
    variable = models.CharField(max_length=80)
    relation = models.CharField(max_length=130)
    every_minutes = models.IntegerField()
    active = models.BooleanField(default=True)
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True)
    last_submission = models.CharField(max_length=32, blank=True)
    last_problem = models.JSONField(null=True)
    added_by = models.CharField(max_length=80)
    at = models.DateTimeField(db_default=Now())


class Amendment(AppendOnly):
    """What an office did with a record that was in the archive already, and why.

    `record` is the revision that it was about. A correction is submitted as a file of one row, `submission`, and what
    became of it is said there. A readmission names the notice by which the subject was told before.
    """

    class Kind(models.TextChoices):
        """What was done."""

        CORRECTED = "corrected", "更正"
        WITHDRAWN = "withdrawn", "撤回"
        READMITTED = "readmitted", "恢复"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    item = models.CharField(max_length=60)
    record = models.BigIntegerField()
    office = models.CharField(max_length=80)
    reason = models.CharField(max_length=400)
    notice = models.CharField(max_length=400, blank=True)
    notified_on = models.DateField(null=True)
    submission = models.CharField(max_length=32, blank=True)
    actor = models.CharField(max_length=80)
    amended_on = models.DateField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="amendment_has_its_reason"),
            models.CheckConstraint(
                condition=~Q(kind="readmitted") | (~Q(notice="") & Q(notified_on__lte=F("amended_on"))),
                name="readmission_after_a_notice",
            ),
            models.CheckConstraint(
                condition=~Q(kind="corrected") | ~Q(submission=""), name="correction_is_submitted"
            ),
        ]
        indexes = [
            models.Index(fields=["record"], name="amendment_of_record"),
            models.Index(fields=["office", "kind", "-at"], name="amendment_of_office"),
        ]


class ErasedOriginal(AppendOnly):
    """The sealed copy of a batch is shredded, by an order of the archive's; the file goes after this is committed."""

    batch = models.CharField(max_length=32, primary_key=True)
    order = models.ForeignKey("archive.ErasureOrder", models.PROTECT, related_name="+")
