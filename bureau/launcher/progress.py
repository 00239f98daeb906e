"""What the launcher says: one line for each step, with the time it took."""

import sys
import time
from contextlib import contextmanager


def say(line=""):
    print(line, flush=True)


@contextmanager
def step(what):
    """Say what is being done, then how long it took."""
    begin = time.monotonic()
    on_screen = sys.stdout.isatty()
    if on_screen:
        print(f"  {what} …", end="", flush=True)
    yield
    took = f"{time.monotonic() - begin:.1f} s"
    print(f"\r  {what}: {took}  " if on_screen else f"  {what}: {took}", flush=True)
