from django.urls import path

from xinyun.gateway import sandbox, views, wire

urlpatterns = [
    path(wire.ROUTE.removeprefix("/"), views.checks, name="checks"),
    path(wire.OFFLINE.removeprefix("/"), views.offline, name="checks-offline"),
    path(wire.BUNDLES.removeprefix("/"), views.bundles, name="bundles"),
    path(sandbox.ROUTE.removeprefix("/"), views.sandbox_checks, name="sandbox-checks"),
]
