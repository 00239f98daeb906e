"""Ends the launcher's children when the launcher is gone. Started by `family.py`, which writes its lines.

`+PID SIGNAL` names the leader of a group to end, `-PID` takes it back; end of file means the launcher is dead.
"""

import os
import signal
import sys
import time


def group_lives(pid):
    try:
        os.killpg(pid, 0)
    except OSError:
        return False
    return True


def main():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups = {}
    for line in sys.stdin:
        pid, _, number = line.strip()[1:].partition(" ")
        if line.startswith("+"):
            groups[int(pid)] = int(number)
        else:
            groups.pop(int(pid), None)
    end = time.monotonic() + 5
    for pid, number in reversed(list(groups.items())):
        if group_lives(pid):
            os.killpg(pid, number)
    while any(map(group_lives, groups)) and time.monotonic() < end:
        time.sleep(0.05)
    for pid in groups:
        if group_lives(pid):
            os.killpg(pid, signal.SIGKILL)


main()
