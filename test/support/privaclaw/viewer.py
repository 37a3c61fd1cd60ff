"""Viewer of a terminal session for the documented protocol: `/session` as a browser speaks it.

Reads commands as JSON lines from standard input: {"type": text}, {"resize": [cols, rows]}, {"end": true}, {"ping": true}, {"raw": message},
{"drop": true}, {"stop-reading": true}. Writes what happens as JSON lines: {"event": …}.
"""

import argparse
import base64
import json
import sys
import threading
import time

from websocket import Closed, Refused, WebSocket

LOCK = threading.Lock()


def tell(event, **fields):
    with LOCK:
        print(json.dumps({"event": event, **fields}), flush=True)


class Viewer:
    def __init__(self, arguments):
        self.arguments = arguments
        self.started = threading.Event()
        self.pinged = 0.0
        self.reading = threading.Event()
        self.reading.set()
        self.socket = WebSocket(arguments.url + "/session", receive_buffer=65536 if arguments.small_buffer else None)

    def send(self, kind, data=None):
        self.socket.send(json.dumps({"type": kind} if data is None else {"type": kind, "data": data}))

    def session(self, **fields):
        return {"session_id": self.arguments.session, **fields}

    def size(self):
        cols, rows = (int(part) for part in self.arguments.size.split("x"))
        return {"cols": cols, "rows": rows}

    def begin(self):
        """Starts a new session; resumes one by a probe, and starts it again if nothing answers within three seconds."""
        if self.arguments.mode == "new":
            self.send("session_start", self.session(**self.size()))
        elif self.arguments.mode == "resume":
            self.send("resize", self.session(**self.size(), probe=True))
            if not self.started.wait(3):
                tell("probe-unanswered")
                self.send("session_start", self.session(**self.size()))

    def handle(self, kind, data):
        if kind == "auth_ok":
            tell(kind)
            threading.Thread(target=self.begin, daemon=True).start()
        elif kind == "session_started":
            self.started.set()
            tell(kind, session=data["session_id"])
        elif kind == "stdout":
            tell(kind, session=data["session_id"], text=base64.b64decode(data["data_b64"]).decode(errors="replace"))
        elif kind == "pong":
            tell(kind, milliseconds=(time.monotonic() - self.pinged) * 1000)
        else:
            tell(kind, data=data)

    def read(self):
        try:
            while True:
                self.reading.wait()
                message = json.loads(self.socket.receive())
                self.handle(message["type"], message.get("data") or {})
        except Closed as closed:
            tell("closed", code=closed.code, reason=closed.reason)

    def obey(self, command):
        if "type" in command:
            text = base64.b64encode(command["type"].encode()).decode()
            self.send("stdin", self.session(data_b64=text))
        elif "resize" in command:
            cols, rows = command["resize"]
            self.send("resize", self.session(cols=cols, rows=rows))
        elif "end" in command:
            self.send("session_end", self.session(reason="user_disconnect"))
        elif "ping" in command:
            self.pinged = time.monotonic()
            self.send("ping")
        elif "raw" in command:
            self.socket.send(command["raw"] if isinstance(command["raw"], str) else json.dumps(command["raw"]))
        elif "stop-reading" in command:
            self.reading.clear()
        elif "start-reading" in command:
            self.reading.set()
        elif "drop" in command:
            self.socket.drop()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--session", required=True)
    parser.add_argument("--device", required=True)
    parser.add_argument("--mode", choices=["new", "resume", "silent"], default="new")
    parser.add_argument("--size", default="80x24")
    parser.add_argument("--small-buffer", action="store_true")
    arguments = parser.parse_args()
    token = sys.stdin.readline().strip()
    try:
        viewer = Viewer(arguments)
    except Refused as refused:
        tell("refused", status=refused.status)
        return 1
    viewer.send("auth", {"token": token, "session_id": arguments.session, "device_id": arguments.device})
    reader = threading.Thread(target=viewer.read, daemon=True)
    reader.start()

    def listen():
        for line in sys.stdin:
            try:
                viewer.obey(json.loads(line))
            except OSError as error:
                tell("unsent", error=str(error))

    threading.Thread(target=listen, daemon=True).start()
    reader.join()
    return 0


if __name__ == "__main__":
    sys.exit(main())
