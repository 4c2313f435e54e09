"""A mail server for tests."""

import socket
import threading
from contextlib import suppress
from typing import Any


class Mailbox:
    """A mail server of one thread, on this host only."""

    def __init__(self) -> None:
        self.letters: list[str] = []
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"smtp://127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                line, _ = self.server.accept()
                with line, line.makefile("rw", newline="\r\n", encoding="utf-8") as talk:
                    self.talk(talk)

    def talk(self, talk: Any) -> None:
        answer = lambda text: (talk.write(text + "\r\n"), talk.flush())  # noqa: E731
        answer("220 here")
        while said := talk.readline().strip():
            if said.upper().startswith("DATA"):
                answer("354 go on")
                self.letters.append("".join(iter(talk.readline, ".\r\n")))
            answer("221 bye" if said.upper().startswith("QUIT") else "250 fine")

    def close(self) -> None:
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
