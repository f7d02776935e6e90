from django.apps import AppConfig

from xinyun.base.announce import react_in


class RelationsConfig(AppConfig):
    name = "xinyun.relations"
    label = "relations"
    verbose_name = "关联关系"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        react_in("xinyun.relations.reactions")
