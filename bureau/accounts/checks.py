"""System checks: the build fails when a route does not say who may call it."""

from typing import Any

from django.contrib import admin
from django.core.checks import CheckMessage, Error, register

from bureau.accounts.access import routes


@register("access")
def every_route_is_declared(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"Nobody said who may call {route}.",
            hint="Decorate the view with @access(rule), or set `access` on the class or the model admin.",
            obj=f"{route.view.__module__}.{getattr(route.view, '__qualname__', route.view)}",
            id="access.E001",
        )
        for route in routes()
        if route.rule is None
    ]


@register("access")
def every_admin_page_has_our_base(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    from bureau.accounts.admin_base import BureauAdmin

    return [
        Error(f"{type(model_admin).__name__} is not a BureauAdmin.", obj=model, id="access.E002")
        for model, model_admin in admin.site._registry.items()
        if not isinstance(model_admin, BureauAdmin)
    ]
