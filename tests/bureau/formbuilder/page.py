"""A page with one form of the engine, as addresses of a test: it stores the draft in memory."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import include, path

from bureau.accounts.access import PUBLIC, access
from bureau.formbuilder import drafts, engine
from bureau.urls import urlpatterns as project
from tests.bureau.formbuilder.specs import SPEC

STORE = {}


def reset():
    STORE.clear()
    STORE.update(answers={}, rev=0, saves=0)


@access(PUBLIC)
def fill(request):
    if request.method != "POST":
        form = engine.build(SPEC, initial=STORE["answers"], draft=True)
        return render(request, "lab/fill.html", {
            "form": form, "rev": STORE["rev"], "missing": engine.missing(SPEC, STORE["answers"])})
    if not request.headers.get("HX-Request"):
        form = engine.build(SPEC, data=request.POST, initial=STORE["answers"])
        status = 200 if form.is_valid() else 422
        if status == 200:
            return HttpResponse("<h1>ok</h1>")
        return render(request, "lab/fill.html", {"form": form, "rev": STORE["rev"], "missing": []}, status=422)
    if STORE.get("expired"):
        return HttpResponse(status=204, headers={"HX-Redirect": "/login/?next=/lab/fill/"})
    draft = drafts.read(request, SPEC, stored=STORE["answers"])
    if draft.rev != STORE["rev"]:
        return draft.conflict()
    STORE.update(answers=draft.answers, rev=draft.rev + 1, saves=STORE["saves"] + 1)
    return draft.saved()


urlpatterns = [path("lab/fill/", fill), path("", include(project))]
