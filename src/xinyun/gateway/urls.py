from django.urls import path

from xinyun.gateway import check_views, embed_views, replay_views, sandbox, views, wire

urlpatterns = [
    path(wire.ROUTE.removeprefix("/"), views.checks, name="checks"),
    path(wire.BATCH.removeprefix("/"), views.batch, name="checks-batch"),
    path(wire.OFFLINE.removeprefix("/"), views.offline, name="checks-offline"),
    path(wire.BUNDLES.removeprefix("/"), views.bundles, name="bundles"),
    path("v1/embeds", embed_views.embeds, name="embeds"),
    path(sandbox.ROUTE.removeprefix("/"), views.sandbox_checks, name="sandbox-checks"),
]

pages = [
    path("embed/check", embed_views.page, name="embed"),
    path("console/check", check_views.check, name="console-check"),
    path("console/replays", replay_views.replays, name="console-replays"),
]
"""Pages in two languages."""
