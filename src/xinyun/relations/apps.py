from django.apps import AppConfig


class RelationsConfig(AppConfig):
    name = "xinyun.relations"
    label = "relations"
    verbose_name = "关联关系"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from xinyun.relations import reactions  # noqa: F401 - importing subscribes
