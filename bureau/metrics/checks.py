"""What `check` says about declared metrics: paths that don't exist, and joins that would multiply rows."""

import re
from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db.models import F, Q

from bureau.metrics.registry import Metric, Sentence, declared, declared_sentences

#: {a.b.c}, {a.{dimension}.c}, {a.b.c@period}
TOKEN = re.compile(r"\{((?:[^{}]|\{[a-z_]+\})+)\}")


@register("metrics")
def metrics(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found = [problem for metric in declared() for problem in check_metric(metric)]
    keys = {metric.key for metric in declared()}
    return found + [problem for sentence in declared_sentences() for problem in check_sentence(sentence, keys)]


def check_metric(metric: Metric) -> list[CheckMessage]:
    found: list[CheckMessage] = []

    def refuse(text: str, number: int) -> None:
        found.append(Error(f"{metric.key}: {text}", id=f"metrics.E00{number}"))

    if bool(metric.date) == bool(metric.begins):
        refuse("a flow has a date, a stock has begins (and ends); exactly one of the two.", 1)
    if metric.sum and metric.distinct:
        refuse("a sum is not counted distinct.", 2)
    for path, lookup in _paths(metric):
        if reason := _path_problem(metric, path, lookup):
            refuse(reason, 3)
    for name in metric.placeholders:
        if name not in metric.source.dims or metric.source.dims[name].values is None:
            refuse(f"its key names {{{name}}}, which its source does not list.", 4)
    for path in filter(None, (metric.sum, metric.date, metric.begins, metric.ends)):
        try:
            metric.source.field_of(path)
        except (FieldError, ImproperlyConfigured) as error:
            refuse(str(error), 5)
    return found


def _paths(metric: Metric) -> Iterator[tuple[str, bool]]:
    """(path, does it end in a lookup?) of everything that joins."""
    source = metric.source
    for path in (metric.sum, metric.distinct, metric.date, metric.begins, metric.ends, source.region, source.unit):
        if path:
            yield path, False
    for dimension in source.dims.values():
        yield dimension.path, False
    for column in metric.columns:
        yield (f"{column.path}_zh" if column.pair else column.path), False
    yield from _conditions(metric.where)


def _conditions(condition: Q) -> Iterator[tuple[str, bool]]:
    for child in condition.children:
        if isinstance(child, Q):
            yield from _conditions(child)
        elif isinstance(child, tuple):
            yield child[0], True
            if isinstance(child[1], F):
                yield str(child[1].name), False  # type: ignore[attr-defined]


def _path_problem(metric: Metric, path: str, lookup: bool) -> str:
    """Why the path must not be used; an `Exists()` in `where` may look at many rows, a join may not."""
    query = metric.source.queryset().query
    parts = path.split("__")
    if parts[0] in query.annotations:
        return ""
    try:
        steps, _final, _targets, rest = query.names_to_path(parts, query.get_meta(), fail_on_missing=not lookup)
    except FieldError as error:
        return str(error)
    if any(step.m2m for step in steps):
        return f"{path} joins many rows to one and would count them several times; use Exists()."
    return ""


def check_sentence(sentence: Sentence, keys: set[str]) -> list[CheckMessage]:
    """A sentence names declared keys only, and shows or asks only what it names."""
    named = set(sentence.keys)
    found: list[CheckMessage] = [
        Error(f"A report sentence names {key}, which no metric declares.", id="metrics.E006")
        for key in sorted(named - keys)
    ]
    for text in (sentence.zh, sentence.en, f"{{{sentence.when}}}" if sentence.when else ""):
        shown = {token.partition("@")[0] for token in TOKEN.findall(text) if "." in token}
        found += [
            Error(f"A report sentence shows {key} without naming it in keys.", id="metrics.E007")
            for key in sorted(shown - named)
        ]
    return found
