"""Connector for the documented protocol: pairs a machine with a code, then serves shells on PTYs through `/connect`.

Written from the description of the protocol, as an independent implementation for tests. Like the published one it forgets its sessions when the
connection is lost, and its shells run on unreachable. One line on standard output for each thing that happens.
"""

import argparse
import base64
import fcntl
import json
import os
import pty
import signal
import struct
import sys
import termios
import threading
import time
import urllib.error
import urllib.request

from websocket import Closed, Refused, WebSocket


def say(*words):
    print(*words, flush=True)


def pair(arguments):
    """Exchanges the pairing code for credentials, and saves them for their owner only."""
    body = {"pairing_code": arguments.pair}
    if arguments.name:
        body["name"] = arguments.name
    request = urllib.request.Request(
        arguments.api.rstrip("/") + "/pair-device",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
        method="POST",
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            config = json.load(answer)
    except urllib.error.HTTPError as error:
        say("pairing failed", error.code, json.load(error)["error"])
        return 1
    wanted = {key: config[key] for key in ("device_id", "token", "relay_url")}
    descriptor = os.open(arguments.config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(wanted, file, indent=2)
    say("paired", wanted["device_id"])
    return 0


class Shell:
    """Shell on a PTY of its own."""

    def __init__(self, connector, session, cols, rows):
        self.session = session
        self.ended = False
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ["TERM"] = "xterm-256color"
            os.environ["PS1"] = "$ "
            os.chdir(connector.workdir or os.path.expanduser("~"))
            os.execvp(connector.shell, [connector.shell, "-i"])
        self.resize(cols, rows)
        threading.Thread(target=self._read, args=(connector,), daemon=True).start()

    def _read(self, connector):
        while True:
            try:
                chunk = os.read(self.terminal, 4096)
            except OSError:
                chunk = b""
            if chunk == b"":
                break
            connector.send_from(self, "stdout", {"session_id": self.session, "data_b64": base64.b64encode(chunk).decode()})
        os.waitpid(self.pid, 0)
        os.close(self.terminal)
        if not self.ended:
            connector.send_from(self, "session_end", {"session_id": self.session, "reason": "exit"})
        connector.sessions.pop(self.session, None)

    def write(self, data):
        while data:
            data = data[os.write(self.terminal, data):]

    def resize(self, cols, rows):
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def end(self):
        self.ended = True
        try:
            os.kill(self.pid, signal.SIGHUP)
        except ProcessLookupError:
            pass


class Connector:
    """Connection to the relay, with the shells of its sessions."""

    def __init__(self, arguments):
        with open(arguments.config) as file:
            self.config = json.load(file)
        self.shell = arguments.shell
        self.workdir = arguments.workdir
        self.sessions = {}
        self.lock = threading.Lock()
        self.socket = None

    def send(self, kind, data):
        with self.lock:
            self.socket.send(json.dumps({"type": kind, "data": data}))

    def send_from(self, shell, kind, data):
        """Sends for a shell, if the connection still knows it."""
        if self.sessions.get(shell.session) is not shell:
            return
        try:
            self.send(kind, data)
        except OSError:
            pass

    def connect(self):
        """Serves one connection until it ends."""
        self.socket = WebSocket(self.config["relay_url"].rstrip("/") + "/connect")
        self.sessions = {}
        self.send(
            "hello",
            {"device_id": self.config["device_id"], "token": self.config["token"], "meta": {"name": "connector"}},
        )
        while True:
            message = json.loads(self.socket.receive())
            self.handle(message["type"], message.get("data") or {})

    def handle(self, kind, data):
        if kind == "hello_ok":
            self.workdir = data.get("workdir") or self.workdir
            say("online")
            return
        if kind == "error":
            say("error", data["message"])
            return
        session = data.get("session_id")
        if kind == "session_start":
            say("session_start", session, data["cols"], data["rows"])
            self.sessions[session] = Shell(self, session, data["cols"], data["rows"])
            self.send("session_started", {"session_id": session})
            return
        shell = self.sessions.get(session)
        if kind not in ("stdin", "resize", "session_end"):
            return
        if shell is None:
            say("session_not_found", kind, session)
            self.send("error", {"session_id": session, "message": "session_not_found"})
        elif kind == "stdin":
            shell.write(base64.b64decode(data["data_b64"]))
        elif kind == "resize":
            say("resize", session, data["cols"], data["rows"], "probe" if data.get("probe") else "")
            shell.resize(data["cols"], data["rows"])
            if data.get("probe"):
                self.send("session_started", {"session_id": session})
        elif data.get("reason") not in ("", "browser_disconnected"):
            say("session_end", session, data.get("reason"))
            self.sessions.pop(session, None)
            shell.end()

    def run(self, first_wait):
        wait = first_wait
        while True:
            try:
                self.connect()
            except Closed as closed:
                say("closed", closed.code, closed.reason)
            except (OSError, Refused) as error:
                say("unreachable", error)
            time.sleep(wait)
            wait = min(30, wait * 2)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pair")
    parser.add_argument("--name")
    parser.add_argument("--api")
    parser.add_argument("--config", default=os.path.expanduser("~/.relay-connector.json"))
    parser.add_argument("--shell", default=os.environ.get("SHELL") or "/bin/sh")
    parser.add_argument("--workdir")
    parser.add_argument("--first-wait", type=float, default=1, help="first wait before a new connection, for tests")
    arguments = parser.parse_args()
    if arguments.pair:
        return pair(arguments)
    # One on standard input has the connection dropped without a word.
    connector = Connector(arguments)

    def listen():
        for line in sys.stdin:
            if line.strip() == "drop" and connector.socket is not None:
                connector.socket.drop()

    threading.Thread(target=listen, daemon=True).start()
    connector.run(arguments.first_wait)
    return 0


if __name__ == "__main__":
    sys.exit(main())
