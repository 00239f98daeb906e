"""A setting that takes the public pledges off the public pages."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_three_administrators")]
    operations = [
        migrations.AddField(
            model_name="siteprofile",
            name="shows_pledges",
            field=models.BooleanField(
                default=True,
                help_text="Off: their public pages are not found and nothing links to them; staff go on working.",
                verbose_name="shows public pledges",
            ),
        ),
    ]
