"""References to rows that stay where they are: published forms and their stages, offices, regions."""

from copy import copy
from typing import Any

from django.db import models
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor

from bureau.common.remembered import Remembered


class LastingDescriptor(ForwardManyToOneDescriptor):
    """Finds the row in the process after the first time. Each gets a copy of his own, with nothing hung on it."""

    def __init__(self, field: Any):
        super().__init__(field)
        self.known: Remembered[dict[Any, Any]] = Remembered(dict)

    def get_object(self, instance: Any) -> Any:
        known, key = self.known(), getattr(instance, self.field.attname)
        if key not in known:
            known[key] = super().get_object(instance)
        return copy(known[key])


class LastingForeignKey(models.ForeignKey):
    """To a row that decides by what cannot change in it, as the path of an office; a new name of it is seen within
    half a minute. To migrations it is a plain foreign key."""

    forward_related_accessor_class = LastingDescriptor

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.ForeignKey", args, kwargs
