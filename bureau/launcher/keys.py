"""The secrets of this installation, made once and kept in `var/secrets.env`."""

import base64
import os
import secrets

from .trouble import Trouble


def _key():
    return base64.b64encode(secrets.token_bytes(32)).decode()


def fresh():
    """A full set of new secrets. FIELD_KEYS is "key id:key", the last one encrypts and all of them decrypt."""
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_KEYS": f"1:{_key()}",
        "INDEX_KEY": _key(),
        "POSTGRES_PASSWORD": secrets.token_hex(16),
        "REDIS_PASSWORD": secrets.token_hex(16),
    }


def read_env(path):
    """NAME=value lines as a dict; empty where there is no file."""
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        return {}
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def write_env(path, values):
    """Write NAME=value lines, readable by the owner only, complete or not at all."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.writelines(f"{name}={value}\n" for name, value in values.items())
        out.flush()
        os.fsync(out.fileno())
    new.replace(path)


def load(path):
    """The stored secrets, completed with new ones. A lost file means unreadable identity numbers, so it is kept."""
    stored = read_env(path)
    values = {**fresh(), **stored}
    if values != stored:
        try:
            write_env(path, values)
        except OSError as error:
            raise Trouble(f"Cannot write {path}: {error.strerror}.") from None
    return values
