"""Identity and account numbers: encrypted in the database, masked on every page.

A stored value is `<key id>:<base64 of nonce, ciphertext and tag>` (AES-256-GCM). The last key of
`settings.FIELD_KEYS` encrypts, all of them decrypt. Equality is found by `blind_index`, a keyed hash.
"""

import base64
import hashlib
import hmac
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from bureau.common.text import fold

NONCE = 12


def encrypt(text: str) -> str:
    key_id = next(reversed(settings.FIELD_KEYS))
    nonce = os.urandom(NONCE)
    sealed = AESGCM(settings.FIELD_KEYS[key_id]).encrypt(nonce, text.encode(), key_id.encode())
    return f"{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str) -> str:
    """The text; ImproperlyConfigured when the key is missing or the value was altered."""
    key_id, _, body = stored.partition(":")
    if key_id not in settings.FIELD_KEYS:
        raise ImproperlyConfigured(f"FIELD_KEYS has no key {key_id!r}.")
    raw = base64.b64decode(body)
    try:
        return AESGCM(settings.FIELD_KEYS[key_id]).decrypt(raw[:NONCE], raw[NONCE:], key_id.encode()).decode()
    except InvalidTag:
        raise ImproperlyConfigured(f"A value does not fit key {key_id!r}.") from None


def blind_index(text: str, purpose: str) -> str:
    """64 hex digits, the same for every spelling of one number; purpose "id" or "account"."""
    message = f"{purpose}:{fold(text)}".encode()
    return hmac.new(settings.INDEX_KEY, message, hashlib.sha256).hexdigest()


def mask_id(text: str) -> str:
    return _middle(text, 3, 4)


def mask_account(text: str) -> str:
    return f"**** {text[-4:]}" if len(text) > 6 else "*" * len(text)


def mask_phone(text: str) -> str:
    return _middle(text, 3, 4)


def mask_name(text: str) -> str:
    """The first character stays: 马*, 马**."""
    return text[:1] + "*" * max(len(text) - 1, 0)


def _middle(text: str, head: int, tail: int) -> str:
    if len(text) <= head + tail:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]


MASKS = {"id": mask_id, "account": mask_account, "phone": mask_phone, "name": mask_name}


class Secret:
    """A value that shows its mask wherever it is printed; `.reveal()` gives the text."""

    __slots__ = ("_mask", "_plain", "_stored")

    def __init__(self, plain: str | None = None, *, stored: str | None = None, mask: str = "id"):
        self._plain, self._stored, self._mask = plain, stored, mask

    def reveal(self) -> str:
        if self._plain is None:
            self._plain = decrypt(self._stored) if self._stored else ""
        return self._plain

    def stored(self) -> str:
        """What the database holds; an unchanged value keeps its ciphertext."""
        if self._stored is None:
            self._stored = encrypt(self._plain) if self._plain else ""
        return self._stored

    def __str__(self) -> str:
        return MASKS[self._mask](self.reveal())

    def __repr__(self) -> str:
        return f"<Secret {self}>"

    def __bool__(self) -> bool:
        return bool(self._plain or self._stored)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Secret):
            return hmac.compare_digest(self.reveal().encode(), other.reveal().encode())
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.reveal())


class SecretAttribute(DeferredAttribute):
    """Text put on an instance becomes a Secret at once, so it cannot be printed by accident."""

    def __set__(self, instance, value):
        instance.__dict__[self.field.attname] = self.field.to_python(value)


class EncryptedTextField(models.TextField):
    """Text, encrypted at rest. Not editable in model forms, not searchable but by null."""

    descriptor_class = SecretAttribute

    def __init__(self, *args: Any, mask: str = "id", **kwargs: Any):
        self.mask = mask
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        kwargs.update(mask=self.mask, editable=self.editable)
        return name, path, args, kwargs

    def from_db_value(self, value, expression, connection):
        return value if value is None else Secret(stored=value, mask=self.mask)

    def to_python(self, value):
        if value is None or isinstance(value, Secret) or hasattr(value, "resolve_expression"):
            return value
        return Secret(str(value), mask=self.mask)

    def get_prep_value(self, value):
        value = self.to_python(value)
        return value.stored() if isinstance(value, Secret) else value

    def get_lookup(self, lookup_name):
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None

    def value_to_string(self, obj):
        return self.get_prep_value(self.value_from_object(obj))
