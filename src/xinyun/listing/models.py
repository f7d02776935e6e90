"""Cases of entering a list and their steps: facts, written once. The database keeps what a row can know about itself."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from xinyun.plumbing.models import AppendOnly


class Case(AppendOnly):
    """An officer proposed that a subject be put on a list."""

    list_id = models.CharField(max_length=80)
    code = models.CharField(max_length=18)
    name = models.CharField(max_length=200)
    office = models.CharField(max_length=80)
    conduct = models.CharField(max_length=10)
    document = models.CharField(max_length=200, blank=True)  # the notice's number, where there is a notice
    told = models.JSONField()  # facts, articles, evidence, and what the notice says
    actor = models.CharField(max_length=80)
    on = models.DateField()
    seq = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name="") & ~Q(office="") & ~Q(actor=""),
                name="case_says_whom_and_who",
            )
        ]
        indexes = [
            models.Index(fields=["office", "-id"], name="case_of_office"),
            models.Index(fields=["code"], name="case_of_subject"),
        ]


class Step(AppendOnly):
    """Something happened in a case; `number` counts its steps, so that of two at once one is written."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    counts_from = models.DateField(null=True)  # the day from which clocks run, where it is not `on`
    entry = models.BigIntegerField(null=True)  # the entry that the decision made
    told = models.JSONField(default=dict)
    proposed_by = models.CharField(max_length=80)  # the case's own, repeated so that the database can compare
    actor = models.CharField(max_length=80)
    on = models.DateField()
    seq = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_step_a_number"),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=~Q(kind__in=["stated", "answered"]),
                name="each_step_once_but_statements",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["decided", "not-entered"]) | ~Q(actor=F("proposed_by")),
                name="a_second_officer_decides",
            ),
            models.CheckConstraint(
                condition=~Q(kind="effective") | Q(entry__isnull=False), name="effective_has_its_entry"
            ),
        ]


class Application(AppendOnly):
    """A subject applied to be put on a favourable list, at an office that took the application in."""

    list_id = models.CharField(max_length=80)
    code = models.CharField(max_length=18)
    name = models.CharField(max_length=200)
    office = models.CharField(max_length=80)
    told = models.JSONField()  # what it states of itself, and evidence
    actor = models.CharField(max_length=80)
    on = models.DateField()
    seq = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name="") & ~Q(office="") & ~Q(actor=""),
                name="application_says_whom_and_who",
            )
        ]
        indexes = [models.Index(fields=["list_id", "code"], name="application_of_subject")]


class ApplicationStep(AppendOnly):
    """An application was recommended or not, withdrawn, or taken into a case."""

    class Kind(models.TextChoices):
        """What became of it."""

        RECOMMENDED = "recommended", "推荐"
        TURNED_DOWN = "turned-down", "不予推荐"
        WITHDRAWN = "withdrawn", "撤回"
        PROPOSED = "proposed", "提出列入"

    application = models.ForeignKey(Application, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    reasons = models.CharField(max_length=2000, blank=True)
    case = models.OneToOneField(Case, models.PROTECT, null=True, related_name="application_step")
    office = models.CharField(max_length=80)
    actor = models.CharField(max_length=80)
    on = models.DateField()
    seq = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "kind"], name="each_application_step_once"),
            # Whatever two officers do at once, an application is recommended or not, and has one end.
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(kind__in=["recommended", "turned-down"]),
                name="one_review_an_application",
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(kind__in=["turned-down", "withdrawn", "proposed"]),
                name="one_end_an_application",
            ),
            models.CheckConstraint(
                condition=Q(kind="proposed", case__isnull=False)
                | (~Q(kind="proposed") & Q(case__isnull=True)),
                name="proposed_application_has_its_case",
            ),
        ]
