"""Prints whom one may log in as, for the newcomer who has just started the demo."""

from django.conf import settings
from django.core.management.base import BaseCommand

from demo.haidong.hard_case import NEPHEW
from demo.haidong.people import PASSWORD

SHOWN = [
    ("hualong.intake", "county Hualong: accepts, asks for corrections"),
    ("hualong.review", "county Hualong: first review"),
    ("hualong.clerk", "county Hualong: register, import, papers"),
    ("guangzhou", "office in Guangzhou: enters for owners"),
    ("clerk", "bureau: papers, training, titles (then: moderator, for what citizens say)"),
    ("check", "bureau: checks"),
    ("approve", "bureau: approves"),
    ("finance", "bureau: budget and payments"),
    ("editor", "bureau: drafts reports (then: checker, issuer)"),
    ("official", "bureau: dashboard and reports"),
    ("sysadmin", "accounts and settings (then: secadmin, auditor)"),
]


class Command(BaseCommand):
    help = "Print the demo's logins, one per line."

    def handle(self, **options):
        if not settings.DEMO:
            return
        self.stdout.write(f"Staff, at /admin/ — one password for all: {PASSWORD}")
        for username, duty in SHOWN:
            self.stdout.write(f"  {username:<16}{duty}")
        self.stdout.write("Owners, at /login/ — any mobile number; the code is shown at /sent-messages/")
        self.stdout.write(f"  {NEPHEW.phone:<16}runs a shop in Guangzhou; the office there enters its case")
