from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from bureau.common.clock import real_now


class AuditEncoder(DjangoJSONEncoder):
    """Dates and amounts as text, secrets as their mask, anything else as it prints."""

    def default(self, o):
        try:
            return super().default(o)
        except TypeError:
            return str(o)


class AuditEvent(models.Model):
    """Who did what to which object. Only ever inserted; names no rows by foreign key, so it outlives them."""

    at = models.DateTimeField(_("time"), default=real_now)  # the database puts its own time in place of it
    event = models.CharField(_("event"), max_length=80)
    actor_id = models.BigIntegerField(_("user id"), null=True)
    actor_label = models.CharField(_("user"), max_length=80, blank=True)
    object_type = models.CharField(_("kind of object"), max_length=60, blank=True)
    object_id = models.CharField(_("object id"), max_length=40, blank=True)
    object_label = models.CharField(_("object"), max_length=200, blank=True)
    data = models.JSONField(_("details"), default=dict, encoder=AuditEncoder)
    request_id = models.CharField(_("request"), max_length=20, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            models.Index(fields=["object_type", "object_id"], name="audit_event_object"),
            models.Index(fields=["actor_id", "id"], name="audit_event_actor"),
            models.Index(fields=["event", "id"], name="audit_event_event"),
            models.Index(fields=["at"], name="audit_event_at"),
        ]

    def __str__(self):
        return f"{self.event} {self.object_label}"


class AuditLink(models.Model):
    """The place of an event in the chain; written by the database when the transaction commits."""

    seq = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField(unique=True)
    prev = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        ordering = ["seq"]

    def __str__(self):
        return f"{self.seq}:{bytes(self.hash).hex()}"


class AuditHead(models.Model):
    """The one row that every writer locks last, at its commit."""

    seq = models.BigIntegerField(default=0)
    hash = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="audit_one_head")]

    def __str__(self):
        return f"{self.seq}:{bytes(self.hash).hex()}"
