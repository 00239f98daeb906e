"""What the pages of one application share: from which side it is opened, who may open it, where one goes next."""

from dataclasses import dataclass

from django.http import Http404
from django.urls import reverse
from django.views.generic import View

from bureau.accounts.access import needs
from bureau.accounts.roles import Permission
from bureau.attachments.enums import Channel
from bureau.formbuilder.case import Case
from subsidies import permissions, queries, steps
from subsidies.enums import State
from subsidies.models import Application
from subsidies.purposes import PAPER

RELATED = (
    "scheme", "scheme_version__form", "scheme_version__declaration", "enterprise", "stage", "unit", "entry_unit",
    "applicant", "declaration_sheet",
)


@dataclass(frozen=True)
class Side:
    """The owner's own pages, or those of the office that enters for him; the pages are the same."""

    key: str

    def url(self, name, application, **kwargs):
        """Address of a page; the screens are named by their slug."""
        if name == "fill":
            slug = kwargs.pop("slug")
            name, kwargs = ("section", {"slug": slug}) if slug.startswith("part-") else (slug, {})
        if self.key == "entry":
            kwargs["scheme"] = application.scheme.key
        return reverse(f"subsidies:{self.key}_{name}", kwargs={"ref": application.ref, **kwargs})

    @property
    def is_entry(self):
        return self.key == "entry"


MY, ENTRY = Side("my"), Side("entry")


class CaseView(View):
    """A page of one application; somebody else's is not found."""

    side = MY
    access = needs(Permission.APPLY)

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.application = None

    def dispatch(self, request, *args, **kwargs):
        self.application = self.find(kwargs)
        return super().dispatch(request, *args, **kwargs)

    def find(self, kwargs):
        user = self.request.user
        rows = Application.objects.select_related(*RELATED)
        if self.side.is_entry:
            rows = rows.visible_to(user).filter(channel=Channel.ON_BEHALF, scheme__key=kwargs["scheme"])
        else:
            rows = rows.of_owner(user)
        found = rows.filter(ref=kwargs["ref"]).first()
        if found is None or (self.side.is_entry and not permissions.enters_for(found, user)):
            raise Http404
        return found

    def url(self, name, **kwargs):
        return self.side.url(name, self.application, **kwargs)

    def file_case(self):
        return Case(by=self.request.user, purpose=PAPER, subject=self.application)

    def context(self, **extra):
        application = self.application
        return {
            "application": application,
            "side": self.side,
            "is_entry": self.side.is_entry,
            "detail_url": self.url("detail"),
            "list_url": reverse("subsidies:entry", args=[application.scheme.key]) if self.side.is_entry
            else reverse("subsidies:my_list"),
            **extra,
        }

    def missing_context(self):
        """What is still to do, each with the screen where it is done."""
        application = self.application
        if application.state == State.RETURNED:
            items = queries.unanswered(application)
        else:
            items = queries.missing(application)
        return {"missing": [(item.label, self.url("fill", slug=item.slug)) for item in items]}

    def steps_context(self, slug):
        row = steps.steps(self.application.scheme_version)
        open_slugs = {item.slug for item in queries.missing(self.application)}
        before, after = steps.neighbors(self.application.scheme_version, slug)
        place = next(i for i, step in enumerate(row, start=1) if step.slug == slug)
        return {
            "step": row[place - 1],
            "steps": [
                {
                    "label": step.label, "url": self.url("fill", slug=step.slug), "current": step.slug == slug,
                    "done": step.slug not in open_slugs and step.slug != steps.REVIEW,
                }
                for step in row
            ],
            "place": place,
            "total": len(row),
            "before_url": self.url("fill", slug=before.slug) if before else "",
            "next_url": self.url("fill", slug=after.slug) if after else "",
        }


def on_behalf(view):
    """The same page for the office that enters for the owner."""
    return type(f"Entry{view.__name__}", (view,), {
        "side": ENTRY, "access": needs(Permission.ENTER_ON_BEHALF), "chapter": "on-behalf",
    })
