"""All addresses. Pages exist in Chinese at `/…` and in English at `/en/…`; programs use `/api/v1` and `/v1`."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path

from xinyun.gateway.urls import pages as embedded
from xinyun.portal import views as portal
from xinyun.site.api import api, unknown

handler500 = "xinyun.portal.views.failed"

urlpatterns = [
    path("api/v1/", api.urls),
    re_path("^api/", unknown),
    path("robots.txt", portal.robots),
    path("favicon.ico", portal.favicon),
    path("", include("xinyun.gateway.urls")),
    *i18n_patterns(
        path("", include("xinyun.portal.urls")),
        path("", include("xinyun.console.urls")),
        path("", include(embedded)),
        prefix_default_language=False,
    ),
]
