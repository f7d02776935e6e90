from django.apps import AppConfig


class CodesConfig(AppConfig):
    name = "xinyun.codes"
    label = "codes"
    verbose_name = "统一社会信用代码"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from xinyun.codes import reactions  # noqa: F401 - importing subscribes
