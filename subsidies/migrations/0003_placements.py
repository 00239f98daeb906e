from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("subsidies", "0002_sql")]
    operations: list = []
