from django.urls import path

from xinyun.gateway import replay_views, views, wire

urlpatterns = [
    path(wire.ROUTE.removeprefix("/"), views.checks, name="checks"),
    path("console/replays", replay_views.replays, name="console-replays"),
]
