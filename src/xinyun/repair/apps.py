from django.apps import AppConfig

from xinyun.base.announce import react_in


class RepairConfig(AppConfig):
    name = "xinyun.repair"
    label = "repair"
    verbose_name = "异议与信用修复"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        react_in("xinyun.repair.reactions")
