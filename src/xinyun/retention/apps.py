from django.apps import AppConfig


class RetentionConfig(AppConfig):
    name = "xinyun.retention"
    label = "retention"
    verbose_name = "保存期限"
    default_auto_field = "django.db.models.BigAutoField"
