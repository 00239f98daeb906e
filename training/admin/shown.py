from django.template.loader import render_to_string
from django.utils.safestring import mark_safe


def rendered(template, context):
    """A component in a cell of a list."""
    return mark_safe(render_to_string(template, context).strip())  # noqa: S308 - our own escaped template
