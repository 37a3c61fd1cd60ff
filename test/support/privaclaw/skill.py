"""OpenClaw node with the documented skill: heartbeats, prompts, status, restart and workflows through `/connect`.

The configuration comes from the environment, as documented: RELAY_URL, NODE_ID, AUTH_TOKEN. `--form flat` sends the messages of the document,
`--form nested` those of the published skill. One line on standard output for each thing that happens.
"""

import argparse
import json
import os
import sys
import threading
import time

from websocket import Closed, WebSocket


def say(*words):
    print(*words, flush=True)


class Node:
    def __init__(self, form, heartbeat):
        self.form = form
        self.heartbeat = heartbeat
        self.node = os.environ["NODE_ID"]
        self.begun = time.monotonic()
        self.tasks = {}
        self.last_error = None
        self.lock = threading.Lock()
        self.socket = WebSocket(os.environ["RELAY_URL"].rstrip("/") + "/connect")

    def send(self, message):
        with self.lock:
            self.socket.send(json.dumps(message))

    def payload(self):
        return {
            "node_id": self.node,
            "uptime": int(time.monotonic() - self.begun),
            "active_tasks": len(self.tasks),
            "last_error": self.last_error,
            "connection_state": "online",
        }

    def answer(self, kind, request, **fields):
        if self.form == "nested":
            self.send({"type": "response", "data": {"type": kind, "request_id": request, **fields}})
        elif kind == "status":
            # The document's status is the heartbeat with the request's ID.
            self.send({**fields, "request_id": request})
        else:
            self.send({"type": kind, "request_id": request, **fields})

    def beat(self):
        while True:
            payload = self.payload()
            self.send({"type": "heartbeat", "data": payload} if self.form == "nested" else payload)
            time.sleep(self.heartbeat)

    def read(self, message):
        """Returns type, request and data of a request in the form of this node."""
        if self.form == "nested":
            data = message.get("data") or {}
            return message["type"], data.get("request_id"), data.get("data") or {}
        return message["type"], message.get("request_id"), message.get("data") or {}

    def run(self):
        hello = {"node_id": self.node, "token": os.environ["AUTH_TOKEN"], "meta": {"kind": "openclaw"}}
        self.send({"type": "hello", "data": hello})
        while True:
            message = json.loads(self.socket.receive())
            if message["type"] == "hello_ok":
                say("online")
                if self.heartbeat > 0:
                    threading.Thread(target=self.beat, daemon=True).start()
                continue
            kind, request, data = self.read(message)
            if request is None:
                say("unreadable", json.dumps(message))
                continue
            say(kind, request)
            threading.Thread(target=self.serve, args=(kind, request, data), daemon=True).start()

    def serve(self, kind, request, data):
        if kind == "prompt":
            if data["prompt"] == "fail":
                self.last_error = "the model failed"
                self.answer("error", request, message="the model failed")
                return
            self.tasks[request] = data["prompt"]
            for word in data["prompt"].split(" "):
                self.answer("token", request, content=word + " ")
            if data["prompt"].startswith("wait"):
                return
            self.tasks.pop(request)
            self.answer("done", request)
        elif kind == "status":
            self.answer("status", request, **self.payload())
        elif kind == "restart":
            self.answer("pending", request, tasks=list(self.tasks.values()))
            self.tasks.clear()
            self.answer("done", request)
        elif kind == "workflow":
            self.answer("token", request, content=f"{data['workflow_id']} {json.dumps(data['params'], sort_keys=True)}")
            self.answer("done", request)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--form", choices=["flat", "nested"], required=True)
    parser.add_argument("--heartbeat", type=float, default=15, help="seconds; 0 for none")
    arguments = parser.parse_args()
    try:
        Node(arguments.form, arguments.heartbeat).run()
    except Closed as closed:
        say("closed", closed.code, closed.reason)
    return 0


if __name__ == "__main__":
    sys.exit(main())
