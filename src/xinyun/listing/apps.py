from django.apps import AppConfig


class ListingConfig(AppConfig):
    name = "xinyun.listing"
    label = "listing"
    verbose_name = "列入名单"
    default_auto_field = "django.db.models.BigAutoField"
