"""Old numbers as registries told them, and the notices to registering offices with their answers: facts, written once."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from xinyun.plumbing.models import AppendOnly


class OldNumber(AppendOnly):
    """A registry's record said that a number of before belongs to a code; two codes of one number are both kept.

    Whether the registry still says so is asked of its current record.
    """

    class Kind(models.TextChoices):
        """What the number was given as."""

        REGISTRATION_NO = "registration-no", "注册号"
        ORGANISATION_CODE = "organisation-code", "组织机构代码"

    kind = models.CharField(max_length=20, choices=Kind.choices)
    number = models.CharField(max_length=20)
    code = models.CharField(max_length=18)
    seq = models.BigIntegerField()
    since = models.DateField()

    class Meta:
        # The only index: it also serves the question, and a batch's rows are written in its order.
        constraints = [models.UniqueConstraint(fields=["number", "kind", "code"], name="old_number_once")]


class CodeNotice(AppendOnly):
    """Findings that were sent to the office that registered the codes; each is answered on its own."""

    office = models.CharField(max_length=80)
    findings = models.JSONField()
    issued_on = models.DateField()
    due_on = models.DateField()
    actor = models.CharField(max_length=80)
    seq = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["office", "issued_on"], name="code_notice_of_office")]


class CodeAnswer(AppendOnly):
    """What the registering office did about a finding of a notice, and why."""

    notice = models.ForeignKey(CodeNotice, models.PROTECT, related_name="answers")
    finding = models.CharField(max_length=40)
    outcome = models.CharField(max_length=20)
    reason = models.CharField(max_length=500)
    actor = models.CharField(max_length=80)
    answered_on = models.DateField()
    seq = models.BigIntegerField()
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "finding"], name="code_answer_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="code_answer_gives_its_reason"),
        ]
