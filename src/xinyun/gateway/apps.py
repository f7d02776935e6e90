from django.apps import AppConfig


class GatewayConfig(AppConfig):
    name = "xinyun.gateway"
    label = "gateway"
    verbose_name = "核查网关"
