"""Times: medians of pairs that were taken in turn, and processes of their own where memory counts."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import import_module
from multiprocessing import get_context
from resource import RUSAGE_SELF, getrusage
from statistics import median
from typing import Any, NamedTuple

#: Works whose floor is slower than we are to be: their ratio says how many times faster ours is, not slower.
FASTER = {"admin_list", "admin_search"}
#: The ratio of `budget` is that of transactions per second, ours to the floor's.
RATES = {"budget"}


@dataclass(frozen=True)
class Result:
    """One line of results.json. `notes` are printed and shown in the docs, not part of the list."""

    work: str
    ours_s: float
    floor_s: float
    rows: int
    notes: tuple[str, ...] = ()

    @property
    def ratio(self) -> float:
        if self.work in FASTER | RATES:
            return self.floor_s / self.ours_s
        return self.ours_s / self.floor_s

    def row(self) -> dict[str, Any]:
        found = asdict(self) | {"ratio": self.ratio}
        del found["notes"]
        return {key: round(value, 6) if isinstance(value, float) else value for key, value in found.items()}


def in_turn(times: int, *functions: Callable[[], Any]) -> list[float]:
    """Median seconds of each function; one round to warm up, then all of them in every round."""
    taken: list[list[float]] = [[] for _function in functions]
    for number in range(times + 1):
        for seconds, function in zip(taken, functions, strict=True):
            began = time.perf_counter()
            function()
            if number:
                seconds.append(time.perf_counter() - began)
    return [median(seconds) for seconds in taken]


class Apart(NamedTuple):
    value: Any
    seconds: float
    megabytes: float


def apart(path: str, *arguments: Any) -> Apart:
    """Call "module:function" in a fresh process of the portal; its answer, its time and the most memory it held."""
    context = get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_call, args=(there, path, arguments))
    process.start()
    there.close()
    try:
        return Apart(*here.recv())
    except EOFError:
        raise RuntimeError(f"{path} failed; see above") from None
    finally:
        process.join()


def _call(pipe: Any, path: str, arguments: tuple[Any, ...]) -> None:
    import django

    django.setup()
    module, name = path.split(":")
    function = getattr(import_module(module), name)
    began = time.perf_counter()
    value = function(*arguments)
    seconds = time.perf_counter() - began
    pipe.send((value, seconds, getrusage(RUSAGE_SELF).ru_maxrss / 1024))
