"""Celery only carries the ids of jobs; the truth about every job is a row in PostgreSQL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bureau.settings")

app = Celery("bureau")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    # A message is given back when its worker dies, and is never lost with it.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
    # The visibility timeout is longer than any task can live, or a task would run twice at once.
    task_time_limit=900,
    task_soft_time_limit=840,
    worker_soft_shutdown_timeout=60,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        "visibility_timeout": 1800,
        "socket_connect_timeout": 2,
        "socket_timeout": 10,
        "socket_keepalive": True,
        "health_check_interval": 30,
        # Pages do not wait for a broker that is away: the sweeper sends the job later.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.2,
        "interval_max": 0.2,
    },
    task_publish_retry=False,
    # A tick that nobody took in time is worth nothing.
    beat_schedule={"jobs.tick": {"task": "jobs.tick", "schedule": 15.0, "options": {"expires": 15}}},
)
app.autodiscover_tasks()
