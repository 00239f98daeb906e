"""A proxy before PostgreSQL that cuts the connection at a chosen moment."""

import socket
import threading
from contextlib import suppress


class CuttingProxy:
    """Passes everything on. `arm("before", words)` cuts at the next statement that begins with these words, before the
    server hears of it; `arm("after", words)` when the server has answered and the client has not. Each cuts once."""

    def __init__(self, host, port):
        self.target = (host, port)
        self.armed = None
        self.cuts = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def arm(self, when, words="COMMIT"):
        self.armed = when, words.encode()

    def close(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                client, _address = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.target)
            state = {}
            for source, sink, look in ((client, server, self._asked), (server, client, self._answered)):
                threading.Thread(target=self._pass, args=(source, sink, look, state), daemon=True).start()

    def _pass(self, source, sink, look, state):
        with suppress(OSError):
            while data := source.recv(65536):
                if look(data, state):
                    self.cuts += 1
                    break
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)  # the other thread may be reading from it
            end.close()

    def _asked(self, data, state):
        """A simple query: 'Q', a length of four bytes, the text, a NUL."""
        if self.armed and data[:1] == b"Q" and data[5:].startswith(self.armed[1]):
            when, self.armed = self.armed[0], None
            if when == "before":
                return True
            state["waiting"] = True
        return False

    def _answered(self, data, state):
        return state.pop("waiting", False)
