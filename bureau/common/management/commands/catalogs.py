"""Translations: `catalogs update [label …]`, `catalogs compile`, `catalogs check [label …]`."""

from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser

from bureau.common.catalogs.checking import faults
from bureau.common.catalogs.compiling import compile_place
from bureau.common.catalogs.extract import update
from bureau.common.catalogs.places import chosen


class Command(BaseCommand):
    help = "Extract, compile and check translations, without GNU gettext."
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["update", "compile", "check"])
        parser.add_argument("labels", nargs="*", help="app labels, or `project`; all of them when left out")

    def handle(self, *args: Any, action: str, labels: list[str], **options: Any) -> None:
        try:
            places = chosen(labels)
        except LookupError as error:
            raise CommandError(error.args[0]) from error
        getattr(self, action)(places)

    def update(self, places: list) -> None:
        for place in places:
            total, missing = update(place)
            if total:
                self.stdout.write(f"{place.label}: {total} messages, {missing} to translate")

    def compile(self, places: list) -> None:
        changed = sum(compile_place(place) for place in places)
        self.stdout.write(f"{changed} catalogs compiled")

    def check(self, places: list) -> None:
        found = faults(places)
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError(f"{len(found)} faults in the catalogs")
        self.stdout.write("The catalogs are complete")
