"""The one base of all admin pages: closed by default, scoped, and quick on big tables."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, Field, ForeignKey, Model, QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from bureau.accounts.access import Rule, as_rule
from bureau.accounts.admin_paging import CappedPaginator, TurningChangeList
from bureau.accounts.roles import Permission
from bureau.common.forms import form_class_for

#: What the stock list filters append to the name of their field.
FILTER_SUFFIXES = ("", "__exact", "__isnull", "__in", "__gte", "__gt", "__lte", "__lt")
DATE_SUFFIXES = ("__year", "__month", "__day", "__gte", "__lt")


class PatientAutocomplete(AutocompleteSelect):
    """The stock widget looks up whatever was sent when it draws itself again; a key that is none is an error there."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        return super().optgroups(name, [one for one in value if _is_key(self.field, one)], attr)


def _is_key(field: Any, value: Any) -> bool:
    try:
        field.target_field.to_python(value)
    except (ValidationError, ValueError, OverflowError):
        return False
    return "\0" not in str(value)


class BureauAdmin(admin.ModelAdmin):
    """`access` names the permission (or several, or a rule) for view, add and change; what is missing is closed.

    Rows come from `visible_to(user)` where the model's queryset has it, so another's object is a 404.
    Lookups by address are closed but for the declared filters and `lookups`.
    """

    chapter: ClassVar[str] = ""  # of the staff handbook; see chapters.py
    access: ClassVar[dict[str, Rule | Permission | tuple[Permission, ...] | None]] = {}
    lookups: ClassVar[tuple[str, ...]] = ()
    view_on_site = False
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    paginator = CappedPaginator
    save_on_top = False

    # --- rights -----------------------------------------------------------------------------------

    def _allows(self, request: HttpRequest, key: str) -> bool:
        return as_rule(self.access.get(key)).allows(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._allows(request, "view") or self._allows(request, "change")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._allows(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._allows(request, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nothing is deleted: things end in a state."""
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return any(self._allows(request, key) for key in ("view", "add", "change"))

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        queryset = super().get_queryset(request)
        return queryset.visible_to(request.user) if hasattr(queryset, "visible_to") else queryset

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> Any:
        """The stock page leads to the index with a message; what is not there, or another's, is not found."""
        raise Http404

    # --- forms ------------------------------------------------------------------------------------

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        """The portal's fields, which refuse what would harm a later page. Date-times keep the admin's two inputs;
        their years are checked with the constraints of the model."""
        if not isinstance(db_field, DateTimeField) and (form_class := form_class_for(db_field)):
            kwargs.setdefault("form_class", form_class)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: ForeignKey, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request) and "widget" not in kwargs:
            kwargs["widget"] = PatientAutocomplete(db_field, self.admin_site, using=kwargs.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """A new row is titled in the words of the button that led there."""
        context = dict(extra_context or {})
        if object_id is None:
            context.setdefault("title", _("New %(name)s") % {"name": self.opts.verbose_name})
        return super().changeform_view(request, object_id, form_url, context)

    # --- lists ------------------------------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[TurningChangeList]:
        return TurningChangeList

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Exactly the declared filters: everything else could spell out hidden columns letter by letter."""
        return lookup in self._open_lookups(request)

    def _open_lookups(self, request: HttpRequest | None) -> set[str]:
        allowed = set(self.lookups)
        for item in self.get_list_filter(request):  # type: ignore[arg-type]
            if isinstance(item, type):
                allowed.add(item.parameter_name)
                continue
            name = item[0] if isinstance(item, tuple | list) else item
            allowed.update(name + suffix for suffix in FILTER_SUFFIXES)
            if target := self._relation_target(name):
                allowed.update(f"{name}__{target}{suffix}" for suffix in FILTER_SUFFIXES)
        if self.date_hierarchy:
            allowed.update(self.date_hierarchy + suffix for suffix in DATE_SUFFIXES)
        return allowed

    def _relation_target(self, name: str) -> str | None:
        """The name of the key behind a foreign key, which the stock related filter puts into the address."""
        model: type[Model] = self.model
        found: Field | None = None
        for part in name.split("__"):
            found = model._meta.get_field(part)  # type: ignore[assignment]
            if found is not None and found.is_relation and found.related_model:
                model = found.related_model  # type: ignore[assignment]
        return found.target_field.name if isinstance(found, ForeignKey) else None

    # --- audit ------------------------------------------------------------------------------------

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._audit(request, obj, "added")
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> Any:
        self._audit(request, obj, "changed", message)
        return super().log_change(request, obj, message)

    def _audit(self, request: HttpRequest, obj: Model, what: str, message: Any = None) -> None:
        """Names of the fields, never their values: the log outlives the right to see them."""
        from bureau import audit

        fields = [
            field for part in message if isinstance(part, dict) for field in part.get("changed", {}).get("fields", [])
        ] if isinstance(message, list) else []
        audit.record(f"{obj._meta.label_lower}.{what}", obj, by=request.user, fields=[str(f) for f in fields])
