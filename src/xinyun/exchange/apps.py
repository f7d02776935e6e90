from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "xinyun.exchange"
    label = "exchange"
    verbose_name = "订阅推送"
    default_auto_field = "django.db.models.BigAutoField"
