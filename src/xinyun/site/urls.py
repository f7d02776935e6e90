"""All addresses. Pages exist in Chinese at `/…` and in English at `/en/…`; programs use `/api/v1` and `/v1`."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from xinyun.site.api import api

handler500 = "xinyun.portal.views.failed"

urlpatterns = [
    path("api/v1/", api.urls),
    path("", include("xinyun.gateway.urls")),
    *i18n_patterns(
        path("", include("xinyun.portal.urls")),
        path("", include("xinyun.console.urls")),
        prefix_default_language=False,
    ),
]
