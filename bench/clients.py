"""Many clients in a few processes, as the workers of a web server are."""

import threading
import time
from contextlib import suppress
from multiprocessing import get_context
from typing import Any

CLIENTS, PROCESSES = 32, 8


def race(side: str, items: list[Any], warm: dict[int, list[int]]) -> tuple[float, int]:
    """Seconds until 32 clients, connected before, have done all items, and how many were refused."""
    context = get_context("spawn")
    barrier, pipes, processes = context.Barrier(CLIENTS + 1), [], []
    for number in range(PROCESSES):
        here, there = context.Pipe()
        share = items[number::PROCESSES]
        process = context.Process(target=_clients, args=(barrier, there, side, share, warm.get(number, [])), daemon=True)
        process.start()
        there.close()
        pipes.append(here)
        processes.append(process)
    barrier.wait(120)
    began = time.perf_counter()
    refused = sum(pipe.recv() for pipe in pipes)
    took = time.perf_counter() - began
    for process in processes:
        process.join()
    return took, refused


def _clients(barrier: Any, pipe: Any, side: str, items: list[Any], warm: list[int]) -> None:
    """One process's share of the clients, as a web server's workers are."""
    import django

    django.setup()
    from bench.works import acts

    act = getattr(acts, side)(warm)
    waiting, refused = list(items), []

    def client() -> None:
        do = act()
        barrier.wait(120)
        with suppress(IndexError):
            while True:
                item = waiting.pop()
                if not do(item):
                    refused.append(item)

    threads = [threading.Thread(target=client) for _n in range(CLIENTS // PROCESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pipe.send(len(refused) if not waiting else -1)
