"""Whom offices deal with, what they are to do about them, and what they did."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from xinyun.plumbing.models import AppendOnly


class Roster(models.Model):
    """Those with whom an office deals in a scene, such as licence holders or bidders."""

    office = models.CharField(max_length=80)
    scene = models.CharField(max_length=80)
    created_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["office", "scene"], name="one_roster_an_office_and_scene")
        ]


class Upload(AppendOnly):
    """A change of a roster: a file or lines that somebody sent, or took away."""

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="uploads")
    what = models.CharField(max_length=10)  # added, replaced, removed
    file_name = models.CharField(max_length=200, blank=True)
    lines = models.PositiveIntegerField()
    actor = models.CharField(max_length=80)
    on = models.DateField()
    seq = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())


class Line(models.Model):
    """Somebody on a roster. `key` is the code as sent, or the name where none was; `code` may be found for a name later.

    `matched_on` is the last day on which it was compared with the lists: none for one that is new, changed or gone.
    """

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="lines")
    key = models.CharField(max_length=200)
    code = models.CharField(max_length=18, blank=True)
    name = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=80, blank=True)
    upload = models.ForeignKey(Upload, models.PROTECT, related_name="+", db_index=False)
    ended_on = models.DateField(null=True)
    matched_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["roster", "key", "reference"], name="one_line_a_subject_and_reference"
            ),
        ]
        indexes = [
            models.Index(fields=["code"], name="line_by_code"),
            models.Index(fields=["matched_on", "id"], name="line_by_matched"),
        ]


class Doubt(models.Model):
    """A name on a roster without a code that listed subjects bear: somebody looks which of them is meant, if any."""

    line = models.OneToOneField(Line, models.CASCADE, related_name="doubt")
    candidates = models.JSONField(default=list)
    opened_on = models.DateField()
    settled_code = models.CharField(max_length=18, blank=True)
    settled_by = models.CharField(max_length=80, blank=True)
    settled_on = models.DateField(null=True)


class Task(models.Model):
    """An office is to carry out a measure that follows from an entry of somebody on its roster.

    `ended_on` is the day from which it no longer follows; a measure that was carried out is then to be undone.
    """

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", "待办"
        DONE = "done", "已执行"
        DECLINED = "declined", "未执行"
        ENDED = "ended", "已终止"
        RELEASE = "release", "待解除"
        RELEASED = "released", "已解除"

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="tasks")
    office = models.CharField(max_length=80)
    scene = models.CharField(max_length=80)
    code = models.CharField(max_length=18)
    entry = models.BigIntegerField()
    list_id = models.CharField(max_length=80)
    document = models.CharField(max_length=200)
    decided_by = models.CharField(max_length=200)
    decided_on = models.DateField()
    measure = models.CharField(max_length=80)
    effect = models.CharField(max_length=10)
    basis = models.JSONField()
    norm = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    since = models.DateField()
    remind_on = models.DateField()
    due_on = models.DateField()
    escalate_on = models.DateField()
    told = models.PositiveSmallIntegerField(default=0)  # 1 reminded, 2 escalated
    acted_on = models.DateField(null=True)
    in_time = models.BooleanField(null=True)
    days_to_act = models.IntegerField(null=True)
    ended_on = models.DateField(null=True)
    ended_why = models.CharField(max_length=12, blank=True)
    released_on = models.DateField(null=True)
    days_to_release = models.IntegerField(null=True)
    seq = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["roster", "code", "entry", "measure"],
                condition=Q(ended_on__isnull=True),
                name="one_living_task_a_measure",
            ),
            models.CheckConstraint(
                condition=Q(remind_on__lte=F("due_on")) & Q(escalate_on__gte=F("due_on")),
                name="task_is_reminded_before_it_is_escalated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ended", "release", "released"]) | Q(ended_on__isnull=False),
                name="task_that_ended_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["office", "state", "due_on"], name="task_by_office"),
            models.Index(fields=["state", "due_on"], name="task_by_due"),
            models.Index(fields=["code"], name="task_by_code"),
            models.Index(fields=["entry"], name="task_by_entry"),
        ]


class Action(AppendOnly):
    """What an office said that it did about a task, or why it did nothing."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="actions")
    kind = models.CharField(max_length=10)  # done, declined, released
    day = models.DateField()
    document = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=30, blank=True)
    text = models.CharField(max_length=1000)
    entry = models.BigIntegerField()
    basis = models.JSONField()
    actor = models.CharField(max_length=80)
    on = models.DateField()
    seq = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="action_says_what")]


class FalseAlarm(models.Model):
    """A roster's line is not whom an entry is about, or the entry does not concern the office; a second officer agrees.

    Until `until` it makes no task. `entry` is empty where all of the subject's entries are meant.
    """

    roster = models.ForeignKey(Roster, models.PROTECT, related_name="false_alarms")
    code = models.CharField(max_length=18)
    entry = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=1000)
    proposed_by = models.CharField(max_length=80)
    proposed_on = models.DateField()
    confirmed_by = models.CharField(max_length=80, blank=True)
    confirmed_on = models.DateField(null=True)
    until = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("proposed_by")) & ~Q(reason=""), name="a_second_officer_confirms"
            ),
            models.CheckConstraint(condition=Q(until__gt=F("proposed_on")), name="false_alarm_ends"),
        ]
        indexes = [models.Index(fields=["roster", "code"], name="false_alarm_by_code")]


class Override(AppendOnly):
    """An officer did otherwise than a check had answered, and says why. `leaf` is the check's place in the log."""

    office = models.CharField(max_length=80)
    scene = models.CharField(max_length=80)
    leaf = models.BigIntegerField(unique=True)
    outcome = models.CharField(max_length=10)
    did = models.CharField(max_length=12)  # let-through, refused
    reason = models.CharField(max_length=1000)
    receipt = models.TextField()
    actor = models.CharField(max_length=80)
    on = models.DateField()
    seq = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="override_has_its_reason")]


class Progress(models.Model):
    """Up to where the feed, and the log of checks, have been followed; one row each."""

    name = models.CharField(max_length=20, primary_key=True)
    place = models.BigIntegerField(default=0)


class CheckTally(models.Model):
    """How many checks of a day, a scene and an office were answered so."""

    day = models.DateField()
    scene = models.CharField(max_length=80)
    office = models.CharField(max_length=80)
    outcome = models.CharField(max_length=10)
    count = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "scene", "office", "outcome"], name="one_tally_a_day_and_outcome"
            )
        ]
