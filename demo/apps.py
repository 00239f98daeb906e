from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Record-level data of one bureau; people and shops are invented."""

    name = "demo"
    label = "demo"
