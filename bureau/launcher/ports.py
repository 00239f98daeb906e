"""Free ports, and whether a port can be had."""

import random
import socket

from .trouble import Trouble


def can_bind(host, port):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Trouble(f"Port {port} needs more rights than you have; choose one above 1023.") from None
        except (OSError, OverflowError) as error:
            if isinstance(error, socket.gaierror) or getattr(error, "errno", 0) == 99:
                raise Trouble(f"{host} is not an address of this machine.") from None
            return False
    return True


def free_port():
    """A free port on 127.0.0.1, below the range from which the system gives ports to outgoing connections."""
    chance = random.SystemRandom()
    for _ in range(200):
        port = chance.randrange(20_000, 32_000)
        if can_bind("127.0.0.1", port):
            return port
    raise Trouble("No free port was found on 127.0.0.1.")
