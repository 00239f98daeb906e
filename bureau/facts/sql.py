"""Rule trees as SQL text with three-valued logic, over one sub-select that computes each fact once.

Never `Q`: Django compiles `~Q(x__lt=3)` to NOT (x < 3 AND x IS NOT NULL), which turns unknown into true.
Keys come from the registry only, operators from one table; values travel as parameters with a cast.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from bureau.common import trees
from bureau.facts.registry import SQL_TYPES, Fact, Related

#: The only operator text that reaches SQL.
OPERATORS = {"=": "=", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
Sql = tuple[str, list[Any]]


class Compiler:
    """Compiles trees over columns of `f`. `types`: key → type; the column of a key is its position."""

    def __init__(self, types: Mapping[str, str]):
        self.types = dict(types)
        self.names = {key: f"k{number}" for number, key in enumerate(sorted(self.types))}

    def column(self, key: str) -> str:
        return f'f."{self.names[key]}"'

    def tree(self, tree: Any) -> Sql:
        """An expression that is true, false, or null where a fact is unknown."""
        node = trees.read(tree)
        if isinstance(node, trees.Leaf):
            return self._leaf(node)
        parts = [self.tree(part) for part in node.parts]
        params = [value for _text, values in parts for value in values]
        texts = [text for text, _values in parts]
        if node.kind == "not":
            return f"(not {texts[0]})", params
        if node.kind == "at_least":
            return self._at_least(node.least, texts, params)
        if not texts:
            return ("true" if node.kind == "all" else "false"), []
        return "(" + (" and " if node.kind == "all" else " or ").join(texts) + ")", params

    @staticmethod
    def _at_least(count: int, texts: Sequence[str], params: list[Any]) -> Sql:
        sure = " + ".join(f"coalesce({text}, false)::int" for text in texts)
        possible = " + ".join(f"coalesce({text}, true)::int" for text in texts)
        # The parts appear twice, so do their parameters.
        return (f"(case when {sure} >= {count:d} then true when {possible} < {count:d} then false end)",
                [*params, *params])

    def _leaf(self, leaf: trees.Leaf) -> Sql:
        kind = self.types[leaf.key]
        column, cast = self.column(leaf.key), SQL_TYPES[kind]
        value = trees.operand(leaf, kind)
        if leaf.op == "known":
            return f"({column} is {'not ' if value else ''}null)", []
        if leaf.op == "between":
            return f"({column} between %s::{cast} and %s::{cast})", list(value)
        if leaf.op == "in":
            if not value:  # NULL = ANY('{}') is false, and unknown must stay unknown
                return f"(case when {column} is not null then false end)", []
            return f"({column} in ({', '.join(f'%s::{cast}' for _ in value)}))", list(value)
        return f"({column} {OPERATORS[leaf.op]} %s::{cast})", [value]


def facts_select(subjects: QuerySet, facts: Iterable[Fact], compiler: Compiler, *, grouped: bool,
                 given: Mapping[str, tuple[str, Any]] | None = None, as_of: bool = False) -> Sql:
    """`select pk, k0, k1 …`: one row per subject, each fact once, typed. `grouped`: related facts as one grouped
    join for everybody; otherwise as correlated sub-queries, right for a few subjects."""
    facts = list(facts)
    plain: dict[str, Any] = {}
    joins: list[Sql] = []
    outer = ['b."subject" as "pk"']
    head: list[Any] = []
    for fact in facts:
        name = compiler.names[fact.key]
        if isinstance(fact.expression, Related) and grouped:
            joins.append(_grouped(fact.expression, f"g{len(joins)}"))
            empty = fact.expression.empty
            outer.append(f'coalesce(g{len(joins) - 1}."v", %s)::{fact.sql_type} as "{name}"')
            head.append(empty)
        else:
            plain[f"{name}_v"] = _expression(fact.expression)
            outer.append(f'(b."{name}_v")::{fact.sql_type} as "{name}"')
        if as_of and fact.as_of is not None:
            plain[f"{name}_d"] = _expression(fact.as_of)
            outer.append(f'(b."{name}_d")::date as "{name}_d"')
    for key, (kind, value) in (given or {}).items():
        outer.append(f'%s::{SQL_TYPES[kind]} as "{compiler.names[key]}"')
        head.append(value)
    base, params = subjects.order_by().values(subject=F("pk")).annotate(**plain).query.sql_with_params()
    text = f"select {', '.join(outer)} from ({base}) b"  # noqa: S608  names are ours, values are parameters
    tail: list[Any] = list(params)
    for number, (join, values) in enumerate(joins):
        text += f' left join ({join}) g{number} on g{number}."k" = b."subject"'
        tail += values
    return text, [*head, *tail]  # parameters of SELECT come before those of FROM


def _expression(expression: Any) -> Any:
    if isinstance(expression, str):
        return F(expression)
    if not isinstance(expression, Related):
        return expression
    rows = expression.queryset().order_by().filter(**{expression.link: OuterRef("pk")})
    one = Subquery(rows.values(expression.link).annotate(v=expression.aggregate).values("v"))
    return one if expression.empty is None else Coalesce(one, Value(expression.empty))


def _grouped(related: Related, name: str) -> Sql:
    rows = related.queryset().order_by().values(k=F(related.link)).annotate(v=related.aggregate)
    sql, params = rows.query.sql_with_params()
    return sql, list(params)
