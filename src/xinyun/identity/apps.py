from django.apps import AppConfig


class IdentityConfig(AppConfig):
    name = "xinyun.identity"
    label = "identity"
    verbose_name = "主体沿革"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from xinyun.identity import reactions  # noqa: F401 - importing subscribes
