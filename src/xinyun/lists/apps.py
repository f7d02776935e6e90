from django.apps import AppConfig

from xinyun.base.announce import react_in


class ListsConfig(AppConfig):
    name = "xinyun.lists"
    label = "lists"
    verbose_name = "名单"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        react_in("xinyun.lists.reactions")
