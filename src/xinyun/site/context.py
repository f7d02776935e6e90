"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """`site`: this machine's settings, for names, footers and the demo banner."""
    return {"site": settings.XINYUN}
