"""A file's way: upload, trial, corrected mapping and trial again, then one write. Each step is a job."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bureau import audit, jobs
from bureau.accounts.models import User
from bureau.attachments import actions, storage
from bureau.common import clock
from bureau.formbuilder.tabular import importers
from bureau.formbuilder.tabular.cells import plain
from bureau.formbuilder.tabular.columns import Column
from bureau.formbuilder.tabular.importers import Importer, Outcome
from bureau.formbuilder.tabular.layout import Layout, best_of, detect_layouts
from bureau.formbuilder.tabular.models import ImportRun, Mode, SavedMapping
from bureau.formbuilder.tabular.rows import parse_rows
from bureau.formbuilder.tabular.sheets import read_book
from bureau.formbuilder.tabular.workbook import SheetOut, write_workbook
from bureau.jobs.models import Job
from bureau.jobs.report import Report

PURPOSE, REPORT_PURPOSE = "import-sheet", "import-report"
KIND = "tabular.import"
LISTED_FAULTS = 20_000
SAMPLES = 3


def start(*, importer: Importer, upload: UploadedFile, options: dict[str, Any], by: User) -> ImportRun:
    """Keep the file and ask for the first trial. Raises ValidationError when the file is refused; the refusal stays
    on record, so the file is stored in a transaction of its own."""
    file = actions.store(upload, purpose=PURPOSE, by=by)
    with transaction.atomic():
        run = ImportRun.objects.create(
            importer=importer.key, file=file, asked_by=by, asked_at=clock.now(), options=options
        )
        actions.claim(file, run)
        _ask_trial(run, by)
    return run


@transaction.atomic
def remap(*, run: ImportRun, mapping: dict[int, str], factor: int, by: User) -> None:
    """Keep what the columns mean, for this file and for the next one of the same layout, and try again."""
    run = _locked(run)
    if run.job_id:
        raise ValidationError(_("This file has been imported already."))
    run.mapping, run.factor = {str(index): key for index, key in mapping.items()}, factor
    SavedMapping.objects.update_or_create(
        importer=run.importer, signature=run.signature,
        defaults={"mapping": run.mapping, "factor": factor, "saved_by": by, "saved_at": clock.now()},
    )
    _ask_trial(run, by)


@transaction.atomic
def ask_write(*, run: ImportRun, mode: Mode, by: User) -> None:
    """Ask for the one write. Raises ValidationError when it was asked for, or the trial has not ended well."""
    run = _locked(run)
    if run.job_id:
        raise ValidationError(_("This file has been imported already."))
    if not run.trial or run.trial.state != "done":
        raise ValidationError(_("Wait until the file has been checked."))
    if undecided(run):
        raise ValidationError(_("Choose which sheet of the workbook shall be read."))
    run.mode = mode
    run.job = jobs.ask(KIND, by=by, params={"run": str(run.pk), "write": True}, key=f"{KIND}:{run.pk}", subject=run)
    run.save()


@transaction.atomic
def choose_sheets(*, run: ImportRun, names: Sequence[str], by: User) -> None:
    """Read these sheets of the book, and try again. Raises ValidationError for a sheet that has no heads we know,
    and for several where the importer takes one."""
    run = _locked(run)
    if run.job_id:
        raise ValidationError(_("This file has been imported already."))
    offered = [sheet["name"] for sheet in run.sheets]
    chosen = [name for name in offered if name in names]
    if not chosen or len(chosen) < len(set(names)):
        raise ValidationError(_("Choose a sheet from the list."))
    if len(chosen) > 1 and not importers.get(run.importer).takes_sheets:
        raise ValidationError(_("One sheet at a time can be read here."))
    run.chosen, run.mapping, run.heads = chosen, {}, []
    _ask_trial(run, by)


def undecided(run: ImportRun) -> bool:
    """Several sheets fit, one can be read, and nobody has said which."""
    fitting = sum(sheet["fits"] for sheet in run.sheets)
    return fitting > 1 and not run.chosen and not importers.get(run.importer).takes_sheets


def _locked(run: ImportRun) -> ImportRun:
    rows = ImportRun.objects.select_related("trial").select_for_update(of=("self",), no_key=True)
    return rows.get(pk=run.pk)


def _ask_trial(run: ImportRun, by: User) -> None:
    run.trial = jobs.ask(KIND, by=by, params={"run": str(run.pk), "write": False}, subject=run)
    run.save()


def perform(job: Job, report: Report) -> dict[str, Any]:
    """The job: read the sheet once, judge every row, and write where asked, all in one transaction."""
    run = ImportRun.objects.select_related("file", "asked_by").get(pk=job.params["run"])
    importer = importers.get(run.importer)
    report.step(0, 3, _("Reading the file"))
    columns = importer.columns(run)
    layouts = _layouts(run, importer, detect_layouts(read_book(storage.path_of(run.file.key)), columns), columns)
    for layout in layouts:
        if missing := layout.missing(columns):
            names = "、".join(str(column.label) for column in missing)
            raise ValidationError(_("No column has been named as: %(names)s.") % {"names": names})
    report.step(1, 3, _("Checking the rows"), force=True)
    several = len(layouts) > 1

    def load(write: bool) -> Outcome:
        rows = (parse_rows(layout, columns, mark=layout.sheet.name if several else "") for layout in layouts)
        return importer.load(
            chain.from_iterable(rows), run=run, by=run.asked_by, write=write, report=report
        )

    outcome = _write(run, load, report) if job.params["write"] else _try(load)
    if outcome is None:  # an earlier attempt of this job has written; only its report was lost
        return {**job.published["result"], "written": True}
    report.step(2, 3, _("Writing the row report"), force=True)
    _tell(report, run, outcome)
    return {**_counts(outcome), "written": run.written_at is not None}


def _try(load: Callable[[bool], Outcome]) -> Outcome:
    with transaction.atomic():
        outcome = load(False)
        transaction.set_rollback(True)
    return outcome


def _write(run: ImportRun, load: Callable[[bool], Outcome], report: Report) -> Outcome | None:
    """Good rows, or none where any is wrong and the mode says all or nothing."""
    found: list[Outcome] = []

    def publish() -> dict[str, int]:
        with transaction.atomic():
            outcome = load(True)
            found.append(outcome)
            if run.mode == Mode.ALL and outcome.faults:
                transaction.set_rollback(True)
            else:
                run.written_at = clock.now()
                run.save(update_fields=["written_at"])
                audit.record("formbuilder.import.written", run, by=run.asked_by, importer=run.importer,
                             file=run.file.sha256, **_counts(outcome))
        return _counts(outcome)

    try:
        report.publish(publish)
    except IntegrityError as error:
        raise ValidationError(
            _("Somebody entered one of these rows while the file was read. Nothing was written: try again.")
        ) from error
    return found[0] if found else None


def _counts(outcome: Outcome) -> dict[str, int]:
    return {"rows": outcome.rows, "new": outcome.new, "changed": outcome.changed, "unchanged": outcome.unchanged,
            "wrong": outcome.wrong}


def _layouts(run: ImportRun, importer: Importer, found: list[Layout], columns: Sequence[Column]) -> list[Layout]:
    """The sheets to be read: those that people chose, else all that fit where the importer takes several, else the
    one that names the most. The first is the one whose columns the page shows."""
    read = [_remembered(run, layout) for layout in found]
    fitting = [layout for layout in read if not layout.missing(columns)]
    if run.chosen:
        taken = [layout for layout in read if layout.sheet.name in run.chosen]
    else:
        taken = fitting if importer.takes_sheets else []
    taken = taken or [best_of(fitting or read)]
    run.sheets = [
        {"name": layout.sheet.name, "rows": layout.rows, "fits": layout in fitting, "taken": layout in taken}
        for layout in read
    ]
    return [_shown(run, taken[0]), *taken[1:]]


def _remembered(run: ImportRun, found: Layout) -> Layout:
    """With the mapping that staff saved for this layout, if they did."""
    saved = SavedMapping.objects.filter(importer=run.importer, signature=found.signature).first()
    return found.with_mapping(_mapping(saved.mapping), saved.factor) if saved else found


def _shown(run: ImportRun, found: Layout) -> Layout:
    """The mapping that staff gave this file, else the one they saved for its layout, else the one detected."""
    if run.mapping:
        run.save(update_fields=["sheets"])
        return found.with_mapping(_mapping(run.mapping), run.factor)
    layout = found
    run.sheet, run.signature, run.factor = layout.sheet.name, layout.signature, layout.factor
    run.mapping = {str(index): key for index, key in layout.mapping.items()}
    run.heads = [
        {"index": head.index, "letter": layout.sheet.letter(head.index), "label": head.label, "factor": head.factor,
         "samples": samples}
        for head, samples in zip(layout.heads, _samples(layout), strict=True)
    ]
    run.save(update_fields=["sheets", "sheet", "signature", "factor", "mapping", "heads"])
    return layout


def _mapping(stored: dict[str, str]) -> dict[int, str]:
    return {int(index): key for index, key in stored.items()}


def _samples(layout: Layout) -> list[list[str]]:
    """The first cells below each head, so that people recognize the column."""
    rows = list(islice(layout.sheet.open(), layout.first_row - 1, layout.first_row - 1 + SAMPLES))
    return [
        [plain(row[head.index])[:40] if head.index < len(row) else "" for row in rows] for head in layout.heads
    ]


def _tell(report: Report, run: ImportRun, outcome: Outcome) -> None:
    """Faults on the job; the row report as its file."""
    for fault in outcome.faults:
        column = f"{fault.part}：{fault.column}" if fault.part else fault.column
        report.fault(fault.row, column, fault.value, fault.reason)
    path = _row_report(outcome)
    try:
        name = _("Row report of %(name)s") % {"name": Path(run.file.name).stem}
        report.attach(actions.make_private_file(path, f"{name}.xlsx", REPORT_PURPOSE, run.asked_by, subject=run))
    finally:
        path.unlink(missing_ok=True)


def _row_report(outcome: Outcome) -> Path:
    words = {"new": _("new"), "changed": _("with changes"), "unchanged": _("unchanged")}
    ordered = sorted(outcome.faults, key=lambda fault: (fault.part, fault))[:LISTED_FAULTS]
    faults = SheetOut(
        _("Wrong rows"), [_("Sheet"), _("Row"), _("Column"), _("What stands there"), _("Why it cannot be taken")],
        ((f.part, f.row, f.column, f.value, f.reason) for f in ordered), widths=(12, 8, 24, 30, 60),
    ) if any(fault.part for fault in ordered) else SheetOut(
        _("Wrong rows"), [_("Row"), _("Column"), _("What stands there"), _("Why it cannot be taken")],
        ((f.row, f.column, f.value, f.reason) for f in ordered), widths=(8, 24, 30, 60),
    )
    good = SheetOut(
        _("Good rows"), [_("Row"), _("Who or what"), _("Outcome"), _("What changes")],
        ((row, name, words[kind], what) for row, name, kind, what in outcome.lines), widths=(8, 36, 12, 60),
    )
    return write_workbook(faults, good)
