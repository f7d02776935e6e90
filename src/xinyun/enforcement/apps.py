from django.apps import AppConfig


class EnforcementConfig(AppConfig):
    name = "xinyun.enforcement"
    label = "enforcement"
    verbose_name = "奖惩执行"
    default_auto_field = "django.db.models.BigAutoField"
