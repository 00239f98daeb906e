"""Texts that staff configure are pairs of fields, `<name>_zh` and `<name>_en`."""

from typing import Any

from django.utils.translation import get_language


def is_chinese() -> bool:
    return (get_language() or "zh-hans").startswith("zh")


def localized(obj: Any, field: str) -> str:
    """The pair's text in the current language, else the other one; from an object or a dict."""
    first, second = ("zh", "en") if is_chinese() else ("en", "zh")
    for language in (first, second):
        key = f"{field}_{language}"
        value = obj.get(key) if isinstance(obj, dict) else getattr(obj, key)
        if value:
            return str(value)
    return ""
