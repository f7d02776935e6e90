from django.urls import path

from xinyun.gateway import views, wire

urlpatterns = [path(wire.ROUTE.removeprefix("/"), views.checks, name="checks")]
