"""People who work with the platform, and programs that ask it."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Role(models.TextChoices):
    """What a person may do; the words of DESIGN's page inventory."""

    OPERATOR = "operator", "信用中心工作人员"
    CLERK = "clerk", "部门经办人"
    AUDITOR = "auditor", "审计人员"


class User(AbstractUser):
    """A person who logs in, for one office, in one role."""

    office = models.CharField(max_length=80, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices, blank=True)

    def holds(self, role: str) -> bool:
        """Whether this person may do what `role` may; `staff` means any role. Who works for no office may do nothing."""
        return self.is_active and bool(self.role and self.office) and role in {self.role, "staff"}


class Client(models.Model):
    """A program of an office that asks the platform or furnishes for its office; only a digest of its key is kept."""

    name = models.CharField(max_length=100, unique=True)
    office = models.CharField(max_length=80)
    scenes = models.JSONField(default=list)
    furnishes = models.BooleanField(default=False)
    origins = models.JSONField(default=list)  # of the pages in which the embedded page may stand
    key_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    revoked_at = models.DateTimeField(null=True)
    quota = models.PositiveIntegerField(null=True)  # checks a minute; null is without bound

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quota__gte=1) | Q(quota=None), name="client_quota_positive")
        ]
