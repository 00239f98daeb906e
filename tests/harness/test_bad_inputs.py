"""Every form of the portal, found by walking it, is sent what people and programs send: never an error of the
server, never taken wrongly, a message beside the field in the user's language, the rest of what was typed kept."""

from collections import Counter
from itertools import count

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import Client

from bureau.common.forms import CleanCharField, StrictNumber
from bureau.common.text import EDGES, INVISIBLE, ascii_digits
from tests.harness import inputs, pages, submit, town

pytestmark = pytest.mark.sweep

ROLES = ("clerk", "editor", "approver", "finance", "system", "helper", "intake", "security", "auditor", "checker",
         "issuer", "verifier", "official", "moderator")
#: Pages that no link leads to, and why.
UNLINKED = {
    "admin:autocomplete": "asked by a script", "admin:app_list": "the navigation is by work, not by app",
    "admin:accounts_siteprofile_add": "there is one profile already",
    "admin:subsidies_backentry_add": "comes from an import",
    "admin:subsidies_drawdown_add": "comes from an import", "admin:subsidies_loanbackentry_add": "comes from an import",
    "admin:targets_statedvalue_add": "leads to the form of a statement", "admin:targets_target_add": "leads to the grid",
    "attachments:upload": "asked by a script; tests/bureau/attachments sends it hostile files",
    "attachments:discard": "asked by a script",
    "attachments:thumb": "a picture",
    "accounts:end_session": "only with a second session",
    "programs:thumb": "a picture", "desk:help_picture": "a picture", "enterprises:credential_picture": "a picture",
    "jobs:cancel": "only while a job runs",
    "notifications:open": "only with an unread message",
    "notifications:read_all": "only with an unread message",
    "subsidies:my_take_over": "only for an application that an office entered",
    "subsidies:my_lost": "leads to the first open screen", "subsidies:entry_lost": "leads to the first open screen",
    "subsidies:entry_index": "leads to the only scheme", "subsidies:entry_receipt": "only once handed in",
    "subsidies:entry_correct": "as the owner's",
    "admin:subsidies_application_print_payees": "opened by an action of the list",
    "admin:subsidies_application_print_request": "opened by an action of the list",
    "admin:notifications_notification_change": "the list has no links",
    "admin:auth_user_password_change": "opened from the account's page by its stock address",
    "accounts:code": "needs a number first; tests/bureau/accounts",
}
#: Forms that cannot be sent as they stand, and why.
NEEDS_MORE = {
    "accounts:confirm": "the password is not shown", "admin:login": "the password is not shown",
    "admin:password_change": "the password is not shown", "admin:accounts_user_add": "the password is not shown",
    "accounts:totp": "the code is on a phone", "admin:formbuilder_importrun_add": "wants a file",
    "admin:subsidies_application_step": "some want one of several lines", "desk:gallery": "shows a mistake",
    "reports:paragraph": "figures only by name", "subsidies:entry_begin": "wants a photo",
    "subsidies:my_declaration": "wants a photo", "enterprises:new": "wants a code or a place abroad",
    "subsidies:my_payee": "the other answers of this case are missing", "subsidies:my_correct": "nothing is corrected yet",
    "admin:subsidies_loanrequest_add": "wants a photo", "admin:enterprises_credentialround_add": "wants one of several lines",
    "admin:training_agreement_trainees": "wants one of several lines", "admin:training_agreement_step": "wants a photo",
    "admin:training_session_enroll_many": "wants one of several lines",
}


@pytest.fixture(scope="module")
def place(django_db_setup, django_db_blocker):
    """The town, walked once; everything in one transaction that is rolled back."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        found = Place(town.build(patch))
        with submit.Sender() as sender:
            found.sender = sender
            yield found
        transaction.set_rollback(True)


class Place:
    def __init__(self, built: town.Town):
        users = {"owner": built.world.owner, **{role: built.people[role] for role in ROLES}}
        users["county"] = built.home.people["county"]
        self.browsers = {who: (pages.browser(user), user) for who, user in users.items()}
        self.browsers["nobody"] = (pages.browser(), AnonymousUser())
        self.walk = pages.walk(self.browsers)
        self.sender: submit.Sender
        self._ready: list | None = None

    def client(self, form: pages.FormOnPage) -> Client:
        return self.browsers[form.who][0]

    def ready(self) -> list[tuple[pages.FormOnPage, submit.Values, submit.Sent]]:
        """Every form that is posted, with values that are taken where that can be, and what became of them."""
        if self._ready is None:
            posted = [form for form in self.walk.forms.values() if form.method == "post" and form.inputs]
            found = [(form, *submit.filled_in(form, self.sender, self.client(form))) for form in posted]
            self._ready = sorted(found, key=lambda one: one[2].seconds)  # the quick ones are tried with everything
        return self._ready


def test_every_page_is_reached_and_none_fails(place):
    assert not place.walk.errors
    acted = {form.route for form in place.walk.forms.values()}
    missing = {
        route.name for route in pages.get_routes()
        if route.name and route.name not in acted and route.name not in place.walk.seen
    }
    missing = {name for name in missing if not name.endswith("_history")} - pages.ENDS_SESSION
    assert missing <= set(UNLINKED), "\n".join(sorted(missing - set(UNLINKED)))


def test_every_form_is_taken_when_it_is_filled_in(place):
    """Otherwise its refusals below would prove nothing."""
    wrong = {
        f"{form.route} at {form.page} as {form.who}: {sent.status} {[dict(one.errors) for one in sent.read]}"
        for form, _values, sent in place.ready()
        if form.route not in NEEDS_MORE and not (sent.redirected or sent.status in (200, 204) and not sent.has_errors)
    }
    assert not wrong, "\n".join(sorted(wrong))


def test_text_and_numbers_are_read_by_the_portals_own_fields(place):
    """Django's own take "1_0" for 10, and characters that turn the line around."""
    stock = (forms.CharField, forms.IntegerField, forms.DecimalField, forms.FloatField, forms.DateField)
    own = (CleanCharField, StrictNumber, forms.JSONField, forms.EmailField)
    found = {
        f"{form.route}: {type(one).__module__}.{type(one).__name__}.{key} is {type(one.fields[key]).__name__}"
        for form, _values, sent in place.ready() for one, key in sent.fields().values()
        if type(one.fields[key]) in stock and not isinstance(one.fields[key], own)
        and not isinstance(one.fields[key].widget, forms.PasswordInput)
        and not type(one).__module__.startswith("django.contrib.admin.helpers")
    }
    assert not found, "\n".join(sorted(found))


# --- one field at a time -------------------------------------------------------------------------


def cases(place):
    """(form, values, name, field, bad): all values on one field of each sort, one in turn on the others."""
    tried: Counter = Counter()
    turn = count()
    for form, values, sent in place.ready():
        for name, (one, key) in sent.fields().items():
            asked = one.fields[key]
            if asked.disabled or name not in values or isinstance(asked.widget, forms.PasswordInput):
                continue
            bad = [*inputs.required(asked), *inputs.for_field(asked)]
            if tried[sort_of(asked)]:
                bad = bad[next(turn) * 3 % max(len(bad), 1) :][:1]
            tried[sort_of(asked)] += 1
            for number, one_bad in enumerate(bad):
                yield form, values, name, asked, one_bad, ("en" if number % 2 else "zh-hans")


def sort_of(asked: forms.Field) -> tuple:
    """Fields of one sort treat every value alike."""
    return type(asked), getattr(asked, "lines", None), bool(getattr(asked, "max_length", None)), type(asked.widget)


def test_one_bad_value_at_a_time(place):
    wrong, sent_count = [], 0
    for form, values, name, asked, bad, language in cases(place):
        sent = place.sender.send(place.client(form), form, {**values, name: [bad.value]}, language=language)
        sent_count += 1
        for fault in faults(form, values, name, asked, bad, sent):
            shown = bad.value if len(bad.value) < 60 else bad.value[:20]
            wrong.append(f"{form.route} {form.page} [{form.who}, {language}] {name}={shown!r} ({bad.rule}): {fault}")
    print(f"{sent_count} values sent to {len(place.ready())} forms")
    assert not wrong, f"{len(wrong)} faults\n" + "\n".join(sorted(wrong))
    assert sent_count > 500


def faults(form, values, name, asked, bad, sent):
    """What is wrong with an answer, if anything."""
    if sent.status >= 500:
        return [f"status {sent.status}"]
    found = []
    if any(submit.POISON.search(text) for text in sent.texts_written()):
        found.append("harmful characters were written")
    messages = sent.messages(name)
    if bad.refused and not messages:
        found.append(f"taken ({sent.status})" if not sent.has_errors else "refused without a message of this field")
    if messages and sent.is_page:
        found += page_faults(form, values, name, bad, sent, messages)
    hidden = any(item.name == name and item.kind == "hidden" for item in form.inputs)
    if not messages and sent.redirected and not bad.refused and not hidden and not kept_as_typed(asked, bad.value, sent):
        found.append(f"stored differently: {sorted(sent.texts_written())[:12]}")
    return found


def page_faults(form, values, name, bad, sent, messages):
    content = sent.answer.content.decode("utf-8", "replace")
    found = [f"{raw} stands in the page" for raw in submit.SHOWN_RAW if raw in content]
    tree, again = submit.form_again(sent, form)
    if again is None:
        return [*found, "the form is not there any more"]
    hidden = any(item.name == name and item.kind == "hidden" for item in again.inputs)
    for message in messages:
        if not (hidden or submit.beside(tree, name, message)):
            found.append(f"the message {message!r} does not stand beside the field")
        if bool(submit.CHINESE.search(message)) != (sent.language != "en"):
            found.append(f"the message {message!r} is in the wrong language")
    now = submit.as_shown(again)
    for other, typed in values.items():
        button = any(item.name == other and item.kind in ("submit", "password") for item in form.inputs)
        lost = not button and other in now and typed != [""] and now[other] != typed and other != name and other not in ("rev", "key")
        if lost:
            found.append(f"{other} was {typed}, now {now[other]}")
    return found


def kept_as_typed(asked, value, sent) -> bool:
    """Whether the text, or the number it means, was written; or nothing was, as with a choice that stays."""
    if not sent.writes or not isinstance(value, str):
        return True
    text = value.translate(INVISIBLE).strip(EDGES)
    if not text or isinstance(asked, (forms.ChoiceField, forms.ModelChoiceField, forms.DateField)):
        return True
    if isinstance(asked, StrictNumber):
        number = float(ascii_digits(text).replace(",", ""))
        return any(is_number(one) and float(one) == number for one in sent.texts_written())
    return any(text in one for one in sent.texts_written())


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
