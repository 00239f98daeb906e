"""The day as the database knows it. What is decided by a day asks here: the clock of a web server may be wrong."""

from django.db.models import DateField, Func


class Today(Func):
    """The day of the business clock, in Asia/Shanghai."""

    template = "(portal_now() AT TIME ZONE 'Asia/Shanghai')::date"
    output_field = DateField()
