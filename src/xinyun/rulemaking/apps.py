from django.apps import AppConfig


class RulemakingConfig(AppConfig):
    name = "xinyun.rulemaking"
    label = "rulemaking"
    verbose_name = "法规编修"
    default_auto_field = "django.db.models.BigAutoField"
