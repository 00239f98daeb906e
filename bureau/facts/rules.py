"""Rules: checked before publishing, matched over a register in one statement, explained for one subject by the
same SQL, so that the explanation cannot drift from the match. A rule is true, false, or None: unknown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import Promise

from bureau.common import trees
from bureau.facts.registry import Fact, facts_of, subject_model
from bureau.facts.sql import Compiler, facts_select

SUBJECT = "enterprises.Enterprise"
PYTHON_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "bool"), (int, "int"), (Decimal, "number"), (float, "number"), (date, "date"), (str, "text"),
)


@dataclass(frozen=True)
class Given:
    """A fact that the application brings along: not in the register, valid for this case only."""

    type: str
    value: Any
    label: str | Promise = ""
    source: str | Promise = ""
    unit: str | Promise = ""


@dataclass
class Node:
    """One node of an explanation. A leaf has `key`, `label`, `found`, `wanted` and where the value is from."""

    kind: str
    verdict: bool | None
    least: int = 0
    children: list["Node"] = field(default_factory=list)
    key: str = ""
    label: str = ""
    op: str = ""
    found: Any = None
    wanted: Any = None
    unit: str = ""
    source: str = ""
    as_of: date | None = None

    def leaves(self) -> Iterator["Node"]:
        if self.kind == "is":
            yield self
        for child in self.children:
            yield from child.leaves()

    def unknown(self) -> list["Node"]:
        """The leaves whose fact is not known: what the applicant may still prove."""
        return [leaf for leaf in self.leaves() if leaf.verdict is None]


def check(tree: Any, *, given: Mapping[str, str] | None = None, subject: str = SUBJECT) -> list[str]:
    """What keeps the rule from being published: [] when nothing. `given`: key → type of answers it may use."""
    return trees.problems(tree, _types(subject, given or {}))


def _types(subject: str, given: Mapping[str, str]) -> dict[str, str]:
    return {key: fact.type for key, fact in facts_of(subject).items()} | dict(given)


def verdicts_sql(rules: Sequence[Any], subjects: QuerySet, *, grouped: bool = True) -> tuple[str, list[Any]]:
    """`select pk, v0, v1 …`: one row per subject, one nullable truth per rule; every fact computed once."""
    known = facts_of(subjects.model._meta.label)
    used = sorted({key for tree in rules for key in trees.keys(tree)})
    compiler = Compiler({key: known[key].type for key in used})
    parts = [compiler.tree(tree) for tree in rules]
    columns = ", ".join(f'{text} as "v{number}"' for number, (text, _params) in enumerate(parts))
    body, tail = facts_select(subjects, [known[key] for key in used], compiler, grouped=grouped)
    head = [value for _text, params in parts for value in params]
    # Only names from the registry and our own operators are in the text; values are parameters.
    return f'select f."pk"{", " if columns else ""}{columns} from ({body}) f', [*head, *tail]  # noqa: S608


def verdicts(rules: Sequence[Any], subjects: QuerySet, *, grouped: bool = True) -> Iterator[tuple]:
    """(pk, verdict of each rule) for every subject, in one statement. `grouped=False` suits a few subjects."""
    sql, params = verdicts_sql(rules, subjects, grouped=grouped)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(5000):
            yield from rows


def tally(tree: Any, subjects: QuerySet) -> dict[bool | None, int]:
    """How many subjects meet, fail, or are unknown: shown before a rule is published."""
    sql, params = verdicts_sql([tree], subjects)
    with connection.cursor() as cursor:
        cursor.execute(f"select v0, count(*) from ({sql}) r group by v0", params)  # noqa: S608
        return {True: 0, False: 0, None: 0} | dict(cursor.fetchall())


def explain(tree: Any, pk: Any, *, given: Mapping[str, Any] | None = None, subject: str = SUBJECT) -> Node:
    """The rule for one subject, node by node. `given`: {key: Given, (type, value) or plain value}; it hides a
    registered fact of the same key. Raises KeyError for an unknown fact, LookupError for an unknown subject."""
    brought = {key: _given(value) for key, value in (given or {}).items()}
    known = facts_of(subject)
    used = trees.keys(tree)
    kinds = {key: brought[key].type if key in brought else known[key].type for key in used}
    compiler = Compiler(kinds)
    nodes: list[Any] = []
    _flatten(tree, nodes)
    parts = [compiler.tree(node) for node in nodes]
    facts = [known[key] for key in sorted(used) if key not in brought]
    body, tail = facts_select(
        subject_model(subject)._default_manager.filter(pk=pk), facts, compiler, grouped=False, as_of=True,
        given={key: (one.type, one.value) for key, one in brought.items() if key in used},
    )
    columns = ", ".join(f'{text} as "n{number}"' for number, (text, _params) in enumerate(parts))
    with connection.cursor() as cursor:
        head = [value for _text, params in parts for value in params]
        cursor.execute(f"select f.*, {columns} from ({body}) f", [*head, *tail])  # noqa: S608
        row = cursor.fetchone()
        if row is None:
            raise LookupError(f"There is no {subject} {pk}.")
        found = dict(zip([column.name for column in cursor.description], row, strict=True))
    return _Explanation(compiler, known, brought, found).node(tree)


def _flatten(tree: Any, into: list[Any]) -> None:
    into.append(tree)
    node = trees.read(tree)
    if isinstance(node, trees.Branch):
        for part in node.parts:
            _flatten(part, into)


def _given(value: Any) -> Given:
    if isinstance(value, Given):
        return value
    if isinstance(value, tuple):
        return Given(*value)
    for python, kind in PYTHON_TYPES:
        if isinstance(value, python):
            return Given(kind, value)
    raise TypeError("An unknown answer needs its type: pass (type, None).")


class _Explanation:
    """Walks the tree in the order in which its nodes were compiled."""

    def __init__(self, compiler: Compiler, known: Mapping[str, Fact], brought: Mapping[str, Given],
                 row: Mapping[str, Any]):
        self.compiler, self.known, self.brought, self.row = compiler, known, brought, row
        self.next = 0

    def node(self, tree: Any) -> Node:
        verdict = self.row[f"n{self.next}"]
        self.next += 1
        read = trees.read(tree)
        if isinstance(read, trees.Branch):
            return Node(read.kind, verdict, read.least, [self.node(part) for part in read.parts])
        return self._leaf(read, verdict)

    def _leaf(self, leaf: trees.Leaf, verdict: bool | None) -> Node:
        name = self.compiler.names[leaf.key]
        about: Any = self.brought.get(leaf.key) or self.known[leaf.key]
        kind = self.compiler.types[leaf.key]
        return Node(
            "is", verdict, key=leaf.key, label=str(about.label or leaf.key), op=leaf.op, found=self.row[name],
            wanted=trees.operand(leaf, kind), unit=str(about.unit), source=str(about.source),
            as_of=self.row.get(f"{name}_d"),
        )
