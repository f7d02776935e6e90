from django.urls import path

from xinyun.gateway import pages, views, wire

urlpatterns = [
    path(wire.ROUTE.removeprefix("/"), views.checks, name="checks"),
    path("console/replays", pages.replays, name="console-replays"),
]
