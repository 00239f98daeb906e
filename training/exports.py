"""The participants of a session as a workbook, in the layout that the import reads. Numbers stay masked."""

from django.utils.translation import gettext as _

from bureau.formbuilder.tabular.workbook import SheetOut, write_workbook
from training import queries
from training.prints import sign

HALVES = {"am": "上午", "pm": "下午"}


def workbook(session):
    """A file that the caller removes: one row a participant, half-days across, then what they add up to."""
    days = sorted({day for _key, day, _half in session.half_day_list()})
    half_days = session.half_day_list()
    heads = [_("No."), _("Name"), _("Identity number"), _("Home county"), _("Phone"), _("Shop")]
    heads += [f"第{days.index(day) + 1}天{HALVES[half]}" for _key, day, half in half_days]
    heads += [_("Half-days present"), _("Hours"), _("Completed")]
    rows = []
    for number, row in enumerate(queries.participants(session), start=1):
        enrollment = row["enrollment"]
        rows.append([
            number, row["name"], row["id_number"], str(row["county"] or ""), row["phone"], str(enrollment.enterprise or ""),
            *(sign(row["marks"].get(key)) for key, _day, _half in half_days),
            enrollment.present, enrollment.hours, _("yes") if enrollment.completed else "",
        ])
    return write_workbook(SheetOut(session.number, heads, rows, title=session.title, widths=[6, 12, 22, 12, 14, 24]))
