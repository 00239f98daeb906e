from django.db import migrations

from bureau.common.calendar_seed import rows

PORTAL_NOW = """
create function portal_now() returns timestamptz language sql volatile parallel safe
set search_path = pg_catalog, public, pg_temp as $$
    select clock_timestamp() + coalesce((select "offset" from public.common_clock where id = 1), interval '0')
$$
"""

# Bigrams of each run of hanzi or of letters and digits; bureau.common.search.grams() is the same in Python.
ZH_GRAMS = """
create function zh_grams(s text) returns text[] language sql immutable parallel safe as $$
    select coalesce(array_agg(distinct substr(r.m[1], g.i, 2)), '{}')
    from regexp_matches(upper(s collate "C"), '([\\u3400-\\u9fff]+|[A-Z0-9]+)', 'g') r(m),
         generate_series(1, greatest(length(r.m[1]) - 1, 1)) g(i)
$$
"""


def seed(apps, schema_editor):
    apps.get_model("common", "Clock").objects.create(pk=1)
    day = apps.get_model("common", "CalendarDay")
    day.objects.bulk_create(
        day(date=date, is_workday=is_workday, name_zh=name_zh, name_en=name_en)
        for date, is_workday, name_zh, name_en in rows()
    )


class Migration(migrations.Migration):
    dependencies = [("common", "0001_initial")]

    operations = [
        migrations.RunSQL(PORTAL_NOW, "drop function portal_now()"),
        migrations.RunSQL(ZH_GRAMS, "drop function zh_grams(text)"),
        migrations.RunPython(seed, migrations.RunPython.noop),
    ]
