"""Builds the demo, once: people, shops and cases are invented."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.haidong import pack


class Command(BaseCommand):
    help = "Build the demo data of one bureau (only with DEMO=1; does nothing where they stand already)."

    def handle(self, **options):
        if not settings.DEMO:
            raise CommandError("Demo data are built only in a demo: set DEMO=1.")
        built = pack.build(say=self.stdout.write)
        self.stdout.write("The demo data stand." if built else "The demo data stood already.")
