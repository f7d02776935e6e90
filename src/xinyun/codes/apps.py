from django.apps import AppConfig

from xinyun.base.announce import react_in


class CodesConfig(AppConfig):
    name = "xinyun.codes"
    label = "codes"
    verbose_name = "统一社会信用代码"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        react_in("xinyun.codes.reactions")
