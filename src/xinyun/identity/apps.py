from django.apps import AppConfig

from xinyun.base.announce import react_in


class IdentityConfig(AppConfig):
    name = "xinyun.identity"
    label = "identity"
    verbose_name = "主体沿革"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        react_in("xinyun.identity.reactions")
