"""Print every metric as it stood at the end of a day."""

import json
from datetime import date

from django.core.management.base import BaseCommand, CommandError

from bureau.accounts.models import Unit
from bureau.common import clock
from bureau.common.periods import Period
from bureau.metrics.figures import compute
from bureau.regions.models import Region


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"{text} is no date; write it as 2021-05-20.") from error


class Command(BaseCommand):
    help = "Flows from 1 January to the end of the day, stocks as they stood then, in Asia/Shanghai."

    def add_arguments(self, parser):
        parser.add_argument("--as-of", type=day, help="the day (today)")
        parser.add_argument("--from", dest="first", type=day, help="first day of the flows")
        parser.add_argument("--to", dest="last", type=day, help="last day, in place of --as-of")
        parser.add_argument("--region", help="code or name of a region of scope")
        parser.add_argument("--unit", help="code of a unit")
        parser.add_argument("--json", action="store_true", help="a list of objects instead of a table")

    def handle(self, *args, **options):
        last = options["last"] or options["as_of"] or clock.today()
        first = options["first"] or date(last.year, 1, 1)
        if first > last:
            raise CommandError("The first day is after the last.")
        figures = compute(None, [Period.between(first, last)], region=self._region(options["region"]),
                          unit=self._unit(options["unit"]))
        rows = [
            {"key": figure.key, "label": figure.metric.label, "value": figure.as_text(),
             "unit": str(figure.metric.unit.label), "records": figure.records}
            for figure in figures
        ]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2))
            return
        for row in rows:
            self.stdout.write("{key:<48} {value:>18} {unit:<6} {records:>8}  {label}".format(**row))

    def _region(self, text):
        if not text:
            return None
        found = Region.objects.find(text)
        if len(found) != 1:
            raise CommandError(f"{text} names {len(found)} regions; give a code.")
        return found[0]

    def _unit(self, code):
        if not code:
            return None
        try:
            return Unit.objects.get(code=code)
        except Unit.DoesNotExist as error:
            raise CommandError(f"There is no unit with the code {code}.") from error
