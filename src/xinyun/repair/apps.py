from django.apps import AppConfig


class RepairConfig(AppConfig):
    name = "xinyun.repair"
    label = "repair"
    verbose_name = "异议与信用修复"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from xinyun.repair import reactions  # noqa: F401 - importing subscribes
