"""Transition tables: which moves an aggregate with a life cycle may make, as data a lawyer could read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Field, Model
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from bureau.accounts.roles import Permission

Text = str | Promise
#: Says why not: an empty list means the move is possible.
Guard = Callable[[Any, Any], Iterable[Text]]
#: Writes what the move brings along: (obj, by, cleaned data, log row). Runs before the row is saved.
Effect = Callable[[Any, Any, dict, Any], None]
Target = str | Callable[[Any, dict], str]


def later(path: str) -> Callable[..., Any]:
    """A callable of a later floor of an app, an effect or a form, found when it is called."""

    def call(*args: Any, **kwargs: Any) -> Any:
        return import_string(path)(*args, **kwargs)

    call.__name__ = path.rsplit(".", 1)[-1]
    return call


@dataclass(frozen=True)
class Transition:
    """One move. `label` is what staff read in the timeline, `owner_label` what the applicant reads (none: he
    does not see it), `button` the words on the button. `permission`: one, or any of several; none means that
    only the portal itself moves. `owner`: made by the applicant, or by the office that enters for him.
    `form(data=None, case=obj, user=user)` makes the form. `targets` names the possible ends of a callable target."""

    name: str
    label: Text
    sources: Sequence[str]
    target: Target
    permission: Permission | Sequence[Permission] | None = None
    guards: Sequence[Guard] = ()
    form: type | Callable[..., Any] | None = None
    effect: Effect | None = None
    owner_label: Text = ""
    button: Text = ""
    owner: bool = False
    danger: bool = False
    targets: Sequence[str] = ()

    @property
    def asks(self) -> bool:
        """Whether it is asked something first. Templates ask this, since they would call `form`."""
        return self.form is not None

    @property
    def permissions(self) -> tuple[Permission, ...]:
        if self.permission is None:
            return ()
        return (self.permission,) if isinstance(self.permission, str) else tuple(self.permission)

    @property
    def ends(self) -> tuple[str, ...]:
        return tuple(self.targets) if callable(self.target) else (self.target,)

    def end(self, obj: Any, data: dict) -> str:
        state = str(self.target(obj, data) if callable(self.target) else self.target)
        if state not in self.ends:
            raise ValueError(f"{self.name} may not end in {state}")
        return state


@dataclass(frozen=True)
class Workflow:
    """The table of one model. `unit` names the attribute with the office whose people may act, `entry_unit` the
    office that enters for the applicant (it counts for his own steps only). `initial`: the states in which a row
    is born without a log row; by default the field's default."""

    model_label: str
    transitions: Sequence[Transition]
    log_model_label: str
    state_field: str = "state"
    unit: str = "unit"
    entry_unit: str = "entry_unit"
    initial: Sequence[str] = ()
    _by_name: dict[str, Transition] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {t.name: t for t in self.transitions})
        register(self)

    def __getitem__(self, name: str) -> Transition:
        return self._by_name[name]

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.model_label)

    @property
    def log_model(self) -> type[Model]:
        return apps.get_model(self.log_model_label)

    @property
    def app_label(self) -> str:
        return self.model_label.split(".")[0]

    @property
    def model_name(self) -> str:
        return self.model_label.split(".")[1].lower()

    def state(self, obj: Any) -> str:
        return str(getattr(obj, self.state_field))

    @property
    def states(self) -> Field:
        """The column that holds the state."""
        found = self.model._meta.get_field(self.state_field)
        assert isinstance(found, Field)  # noqa: S101  a state is a column of its own table
        return found

    def births(self) -> list[str]:
        """The states a row may be created in without a log row."""
        default = self.states.get_default()
        return sorted(map(str, self.initial or [default]))

    def edges(self) -> dict[str, list[str]]:
        """{state: states it may become}, sorted: what the database guards."""
        found: dict[str, set[str]] = {}
        for transition in self.transitions:
            for source in transition.sources:
                found.setdefault(str(source), set()).update(map(str, transition.ends))
        return {source: sorted(ends) for source, ends in sorted(found.items())}


_registry: dict[str, Workflow] = {}


def register(workflow: Workflow) -> None:
    _registry[workflow.model_label.lower()] = workflow


def all_workflows() -> list[Workflow]:
    return [_registry[label] for label in sorted(_registry)]


def workflow_of(model: type[Model] | Model) -> Workflow:
    """The table of a model or instance. KeyError when it has none."""
    return _registry[model._meta.label_lower]
