from django.db import migrations

from xinyun.plumbing.guards import EVERY_ROW, insert_only


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0001_initial")]

    operations = [
        insert_only(
            {"enforcement_upload": EVERY_ROW, "enforcement_action": EVERY_ROW, "enforcement_override": EVERY_ROW}
        )
    ]
