from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "xinyun.lists"
    label = "lists"
    verbose_name = "名单"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from xinyun.lists import reactions  # noqa: F401 - importing subscribes
