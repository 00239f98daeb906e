"""Print the migration operation that guards a transition table in the database."""

from pprint import pformat

from django.core.management.base import BaseCommand, CommandError

from bureau.workflow.checks import guard_of
from bureau.workflow.table import all_workflows


class Command(BaseCommand):
    help = "Print GuardStates(…) for a model, ready for a migration."
    requires_system_checks: list[str] = []  # it is what one of the checks asks for

    def add_arguments(self, parser):
        parser.add_argument("model", help="for example subsidies.Application")

    def handle(self, *args, model, **options):
        found = [workflow for workflow in all_workflows() if workflow.model_label.lower() == model.lower()]
        if not found:
            raise CommandError(f"{model} has no transition table.")
        name, positional, named = guard_of(found[0]).deconstruct()
        body = "".join(f"    {key}={pformat(value, width=100)},\n" for key, value in named.items())
        self.stdout.write(f"from bureau.workflow.migrations import {name}\n\n")
        self.stdout.write(f"{name}(\n    {positional[0]!r},\n{body})\n")
