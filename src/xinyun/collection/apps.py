from django.apps import AppConfig


class CollectionConfig(AppConfig):
    name = "xinyun.collection"
    label = "collection"
    default_auto_field = "django.db.models.BigAutoField"
