"""The portal: shared rooms that the domain apps stand on. Celery's app is loaded with Django."""

from bureau.celery import app as celery_app

__all__ = ["celery_app"]
