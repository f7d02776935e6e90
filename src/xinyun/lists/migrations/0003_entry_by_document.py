from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lists", "0002_insert_only")]

    operations = [
        migrations.AddIndex(
            model_name="entry", index=models.Index(fields=["document"], name="entry_by_document")
        ),
    ]
