from django.core.management.base import BaseCommand, CommandError

from bureau.audit import chain
from bureau.audit.models import AuditEvent


class Command(BaseCommand):
    help = "Recomputes the audit chain and compares it with the heads noted outside the database."

    def add_arguments(self, parser):
        parser.add_argument("--note", action="store_true", help="note the head after a good check")
        parser.add_argument("--restored", metavar="REASON", help="go on after a restore, naming the lost head")

    def handle(self, *, note, restored, **options):
        if restored:
            self.stdout.write(f"New beginning after {chain.open_after_restore(restored)}")
        if found := chain.problems():
            for problem in found[:50]:
                self.stderr.write(f"{problem.seq}: {problem.what}")
            raise CommandError(f"The audit chain has {len(found)} bad places.")
        head = chain.note_head() if note else chain.head()
        self.stdout.write(f"{AuditEvent.objects.count()} events, chain whole, head {head}")
