"""How a form of the engine is laid out: one field set per section, a box per field that autosave can address."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import TEMPLATE_PACK, Layout, LayoutObject
from crispy_forms.utils import render_field
from django.template.loader import render_to_string

from bureau.formbuilder.enums import Kind
from bureau.formbuilder.spec import FieldSpec, Section, Spec


def helper(spec: Spec, form) -> FormHelper:
    """No <form> tag and no button: the page owns them."""
    made = FormHelper()
    made.form_tag = False
    made.disable_csrf = True
    made.layout = Layout(*(SectionBox(section, number) for number, section in enumerate(spec.sections, 1)))
    return made


class SectionBox(LayoutObject):
    def __init__(self, section: Section, number: int):
        self.section, self.number = section, number

    def render(self, form, context, template_pack=TEMPLATE_PACK, **kwargs):
        boxes = [box(form, item, context, template_pack) for item in self.section.fields]
        context = {"label": self.section.label(), "number": self.number, "boxes": boxes}
        return render_to_string("formbuilder/section.html", context)


def box(form, item: FieldSpec, context, template_pack: str) -> str:
    """A field with its place for "Saved 14:05", or a repeated group."""
    if item.kind == Kind.GROUP:
        return group(form, item, context, template_pack)
    name = form.add_prefix(item.key)
    return render_to_string("formbuilder/field.html", {
        "item": item,
        "name": name,
        "kind": item.kind,
        "closed": item.key not in form.shown(),
        "locked": item.key in form.locked,
        "unit": item.text("unit") or "",
        "body": render_field(item.key, form, context, template_pack=template_pack),
    })


def group(form, item: FieldSpec, context, template_pack: str) -> str:
    rows = form.rows[item.key]

    def row(one):
        return {
            "id": one.row_id(), "prefix": one.prefix,
            "boxes": [box(one, part, context, template_pack) for part in item.fields],
        }

    return render_to_string("formbuilder/group.html", {
        "item": item,
        "rows": [row(one) for one in rows.forms],
        "total": max((int(one.prefix.rsplit("-", 1)[1]) + 1 for one in rows.forms), default=0),
        "blank": row(rows.empty_form),
        "errors": rows.errors,
        "closed": item.key not in form.shown(),
        "locked": rows.locked,
        "total_name": rows.total_name,
        "high": rows.high,
    })
