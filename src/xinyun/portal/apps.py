from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "xinyun.portal"
    default_auto_field = "django.db.models.BigAutoField"
