from django.db import migrations

from xinyun.plumbing.guards import EVERY_ROW, insert_only


class Migration(migrations.Migration):
    dependencies = [("listing", "0003_applications")]

    operations = [
        insert_only({"listing_application": EVERY_ROW, "listing_applicationstep": EVERY_ROW}),
    ]
