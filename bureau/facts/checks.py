"""What `check` says about declared facts: subjects that don't exist, expressions that don't compile."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import FieldError

from bureau.facts.registry import declared_of, subject_model, subjects
from bureau.facts.sql import Compiler, facts_select


@register("facts")
def facts(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [problem for subject in subjects() for problem in check_subject(subject)]


def check_subject(subject: str) -> list[CheckMessage]:
    try:
        rows = subject_model(subject)._default_manager.all()
    except LookupError:
        return [Error(f"There is no model {subject} to have facts.", id="facts.E001")]
    found: list[CheckMessage] = []
    for fact in declared_of(subject).values():
        compiler = Compiler({fact.key: fact.type})
        for grouped in (True, False):
            try:
                facts_select(rows, [fact], compiler, grouped=grouped)
            except (FieldError, ValueError, TypeError) as error:
                found.append(Error(f"{fact.key}: {error}", id="facts.E002"))
    return found
