"""A scheme from a file into an immutable version: everything is checked first, then published under one digest."""

import hashlib
import json
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from bureau.accounts.roles import Permission
from bureau.audit import record
from bureau.common import clock
from bureau.facts import rules
from bureau.formbuilder.models import FormVersion
from bureau.formbuilder.spec import problems as form_problems
from subsidies import amounts
from subsidies.enums import Level, StageKind, Step
from subsidies.models import Declaration, Scheme, SchemeVersion, Stage

PAIRS = ("name", "summary", "basis")
KINDS_IN_ORDER = [StageKind.ACCEPT, StageKind.REVIEW, StageKind.APPROVAL, StageKind.PAYMENT]


def digest(data):
    """SHA-256 of canonical JSON: two files that say the same are one version."""
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def load(data, *, by=None):
    """Publish `data` (see demo/schemes/new_shop.json). Returns (version, created); the same content again is
    the version that exists. Raises ValidationError with everything that is wrong."""
    if wrong := problems(data):
        raise ValidationError(wrong)
    mark = digest(data)
    with transaction.atomic():
        scheme = _scheme(data)
        if existing := SchemeVersion.objects.filter(digest=mark).first():
            return existing, False
        version = _publish(scheme, data, mark)
        record("subsidies.scheme.published", version, by=by, digest=mark)
        return version, True


def problems(data):
    """What keeps a scheme from being published: [] when nothing."""
    found = [f"{name}_{lang} is missing" for name in PAIRS for lang in ("zh", "en") if not data.get(f"{name}_{lang}")]
    needed = ("key", "number_prefix", "opens_on", "form", "rules", "amounts", "stages", "materials", "declaration")
    if missing := [name for name in needed if not data.get(name)]:
        return [*found, *(f"{name} is missing" for name in missing)]
    found += [f"form: {text}" for text in form_problems(data["form"])]
    if found:
        return found
    found += [f"rules: {text}" for text in rules.check(data["rules"]) or []]
    found += [f"amounts: {text}" for text in amounts.problems(data["amounts"], data["form"])]
    found += _stage_problems(data["stages"])
    found += [f"duties: {pair}" for pair in data.get("duties", []) if len(set(pair) & set(Step.values)) != 2]
    return found


def _stage_problems(stages):
    kinds = [stage["kind"] for stage in stages]
    ranks = [KINDS_IN_ORDER.index(kind) for kind in kinds if kind in KINDS_IN_ORDER]
    found = []
    if len(ranks) != len(kinds) or ranks != sorted(ranks):
        found.append("stages: acceptance, reviews, approval, payment, in this order")
    if any(kinds.count(kind) != 1 for kind in (StageKind.ACCEPT, StageKind.APPROVAL, StageKind.PAYMENT)):
        found.append("stages: exactly one acceptance, one approval, one payment")
    for stage in stages:
        if stage["permission"] not in set(Permission) or stage["level"] not in Level.values:
            found.append(f"stages: {stage['key']}")
        if stage["kind"] == StageKind.REVIEW and stage["key"] not in Step.values:
            found.append(f"stages: {stage['key']} is no step that duties know")
    return found


def _scheme(data):
    names = {key: data[key] for key in ("name_zh", "name_en", "number_prefix")}
    scheme, _created = Scheme.objects.select_for_update().get_or_create(key=data["key"], defaults=names)
    return scheme


def _publish(scheme, data, mark):
    last = scheme.versions.order_by("-number").first()
    version = SchemeVersion.objects.create(
        scheme=scheme,
        number=last.number + 1 if last else 1,
        form=FormVersion.publish(f"subsidies-{scheme.key}", data["form"]),
        declaration=_declaration(data["declaration"]),
        rules=data["rules"],
        amounts=data["amounts"],
        duties=data.get("duties", []),
        materials=data["materials"],
        minutes=data.get("minutes", 10),
        opens_on=date.fromisoformat(data["opens_on"]),
        closes_on=date.fromisoformat(data["closes_on"]) if data.get("closes_on") else None,
        digest=mark,
        published_at=clock.now(),
        **{f"{name}_{lang}": data[f"{name}_{lang}"] for name in ("summary", "basis") for lang in ("zh", "en")},
    )
    Stage.objects.bulk_create(
        Stage(version=version, order=order, **stage) for order, stage in enumerate(data["stages"], start=1)
    )
    return version


def _declaration(data):
    mark = digest({key: data[key] for key in sorted(data) if key != "number"})
    found = Declaration.objects.filter(key=data["key"], number=data["number"]).first()
    if found is None:
        return Declaration.objects.create(digest=mark, **data)
    if found.digest != mark:
        raise ValidationError(f"declaration {data['key']} {data['number']} says something else already")
    return found


