"""So many threads that start together, each with a connection of its own."""

import threading

from django.db import connection


def at_once(count, work):
    """Run `work(number)` in `count` threads; their answers, or what they raised, by number."""
    start, answers = threading.Barrier(count), [None] * count

    def run(number):
        try:
            start.wait(60)
            answers[number] = work(number)
        except Exception as error:  # noqa: BLE001 - counted by the test
            answers[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
