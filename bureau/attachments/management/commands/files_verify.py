from django.core.management.base import BaseCommand, CommandError

from bureau.attachments import storage
from bureau.attachments.enums import State
from bureau.attachments.models import Attachment


class Command(BaseCommand):
    help = "Compares every stored file with its record: it must be there and have the SHA-256 written down."

    def handle(self, **options):
        bad: list[str] = []
        count = 0
        kept = Attachment.objects.filter(state=State.CLEAN).values_list("key", "sha256", "name")
        for key, sha256, name in kept.iterator():
            count += 1
            path = storage.path_of(key)
            if not path.is_file():
                bad.append(f"{key}: missing ({name})")
            elif storage.digest(path) != sha256:
                bad.append(f"{key}: changed ({name})")
        for line in bad[:50]:
            self.stderr.write(line)
        if bad:
            raise CommandError(f"{len(bad)} of {count} files are missing or changed.")
        self.stdout.write(f"{count} files, all as they were stored")
