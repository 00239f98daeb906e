from tests.bureau.lab import lab  # noqa: F401
