#!/usr/bin/env python3
"""Sends and receives messages by a ClawReach relay, with Python's standard library alone (3.9 or newer).

The relay can read and forge these messages. The owner of a project makes the instance and its key on the project's page
"Programs", or with `clawreach-relay instance add`. Store the key in a file that only you can read:

    export RELAY_URL=https://relay.example INSTANCE_ID=office-bot INSTANCE_KEY_FILE=~/.office-bot.key
    python3 relay_instance.py send planner office-bot2/reader "Good morning"   # as the agent "planner"
    python3 relay_instance.py listen reader                                    # prints what comes for "reader"
"""

import base64
import hashlib
import hmac
import json
import os
import queue
import random
import secrets
import socket
import ssl
import struct
import sys
import threading
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

# Messages that wait for the program, and IDs of handled ones that are remembered.
MOST_WAITING, MOST_KNOWN = 1000, 1000
# Pauses before another connection, s.
FIRST_PAUSE, LONGEST_PAUSE = 1, 30
# Close code 4002 of the relay: a newer connection of the same instance.
REPLACED = struct.pack("!H", 4002)


class Refused(Exception):
    """The relay refused a request. `code` says why, such as `offline`, `signature` or `rate`."""

    def __init__(self, code, text):
        super().__init__(f"{code}: {text}")
        self.code = code


class RelayInstance:
    """Instance at a relay. `key` is the text that the relay showed once: 43 characters."""

    def __init__(self, url, instance_id, key, context=None):
        self.url = url.rstrip("/")
        self.instance_id = instance_id
        self._key = base64.urlsafe_b64decode(key + "=")
        self._context = context
        # Added to this machine's time, s. A refusal tells the relay's time.
        self._clock_offset = 0
        self._connection = None

    def sign(self, request, fields):
        """Returns the fields with timestamp, nonce and signature. `request` is method and path."""
        signed = {
            **fields,
            "timestamp": int(time.time()) + self._clock_offset,
            "nonce": base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode("ascii"),
        }
        canonical = json.dumps(signed, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        text = f"{request}\n{canonical}".encode("utf-8")
        signed["signature"] = hmac.new(self._key, text, hashlib.sha256).hexdigest()
        return signed

    def register(self, agents=()):
        """Checks key and clock. Returns the relay's answer."""
        return self._post("/api/v1/register", {"instance_id": self.instance_id, "agents": list(agents)})

    def send(self, agent, to, message, message_id=None):
        """Sends a message as an agent of this instance, and waits until the recipient has it. Raises `Refused`.

        After a lost answer, send again with the same `message_id`: the recipient sees that it is the same message.
        """
        message_id = message_id or secrets.token_hex(16)
        fields = {"from": f"{self.instance_id}/{agent}", "to": to, "message": message, "id": message_id}
        return self._post("/api/v1/send", fields)

    def listen(self, agents, on_message):
        """Calls `on_message(from_agent, to_agent, message)` for each message, one at a time, and connects again when needed.

        The receipt goes out after `on_message` has returned. After 10 s without one, the sender hears `offline` and can send
        the message again with its ID: that is not handled again while this program runs. Raises `Refused` if the relay
        doesn't let the instance in, or another program has taken its place.
        """
        waiting = queue.Queue(MOST_WAITING)
        # False until `on_message` has returned, by sender and ID of the message.
        known = {}
        threading.Thread(target=self._handle, args=(waiting, known, on_message), daemon=True).start()
        pause = FIRST_PAUSE
        while True:
            try:
                with _WebSocket(self.url, "/api/v1/ws", self._context) as connection:
                    self._register(connection, agents)
                    pause = FIRST_PAUSE
                    for message in connection:
                        self._receive(message, waiting, known)
            except OSError as error:
                print(f"not connected: {error}", file=sys.stderr)
            finally:
                self._connection = None
            time.sleep(pause * random.uniform(0.5, 1))
            pause = min(pause * 2, LONGEST_PAUSE)

    def _register(self, connection, agents):
        fields = {"type": "register", "instance_id": self.instance_id, "agents": list(agents)}
        connection.send(json.dumps(self.sign("GET /api/v1/ws", fields)))
        answer = next(connection, None)
        if answer is None:
            raise ConnectionError("the relay has closed the connection")
        if answer["type"] == "error" and self._sets_clock(answer):
            raise ConnectionError("the clocks differ")
        if answer["type"] == "error":
            raise Refused(answer["code"], answer["error"])
        self._connection = connection

    def _receive(self, message, waiting, known):
        """Takes what the relay sends. Never waits, so that pings are answered while a message is handled."""
        if message["type"] == "error":
            print(f"{message['code']}: {message['error']}", file=sys.stderr)
        if message["type"] != "message":
            return
        key = (message["from"], message["id"])
        if known.get(key):
            self._acknowledge(message)
        elif key not in known and not waiting.full():
            known[key] = False
            waiting.put(message)

    def _handle(self, waiting, known, on_message):
        while True:
            message = waiting.get()
            key = (message["from"], message["id"])
            try:
                on_message(message["from"], message["to"], message["message"])
            except Exception as error:
                # Without a receipt, the sender sends it again.
                print(f"not handled: {error!r}", file=sys.stderr)
                del known[key]
                continue
            known[key] = True
            self._acknowledge(message)
            for old in [key for key, done in list(known.items()) if done][:-MOST_KNOWN]:
                del known[old]

    def _acknowledge(self, message):
        receipt = {"type": "receipt", "id": message["id"], "from": message["to"], "to": message["from"]}
        connection = self._connection
        try:
            if connection is not None:
                connection.send(json.dumps(receipt))
        except OSError:
            pass  # The sender sends it again.

    def _sets_clock(self, refusal):
        """Takes over the relay's time from a refusal. Returns false if it was something else, or that didn't help."""
        offset = refusal.get("server_time", 0) - int(time.time())
        if refusal.get("code") != "clock" or abs(offset - self._clock_offset) < 60:
            return False
        self._clock_offset = offset
        return True

    def _post(self, path, fields):
        body = json.dumps(self.sign(f"POST {path}", fields)).encode("utf-8")
        request = urllib.request.Request(self.url + path, body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=20, context=self._context) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                answer = json.load(error)
            if self._sets_clock(answer):
                return self._post(path, fields)
            raise Refused(answer.get("code", "unknown"), answer.get("error", "")) from None


class _WebSocket:
    """Client of RFC 6455 for text messages: enough for this relay."""

    def __init__(self, url, path, context):
        parts = urlsplit(url)
        is_secure = parts.scheme == "https"
        port = parts.port or (443 if is_secure else 80)
        self._socket = socket.create_connection((parts.hostname, port), timeout=60)
        if is_secure:
            context = context or ssl.create_default_context()
            self._socket = context.wrap_socket(self._socket, server_hostname=parts.hostname)
        self._reader = self._socket.makefile("rb")
        self._sending = threading.Lock()
        nonce = base64.b64encode(secrets.token_bytes(16)).decode("ascii")
        self._socket.sendall(
            (
                f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Key: {nonce}\r\nSec-WebSocket-Version: 13\r\n\r\n"
            ).encode("ascii")
        )
        status = self._reader.readline()
        while self._reader.readline().strip():
            pass
        if status.split()[1:2] != [b"101"]:
            raise ConnectionError(f"no WebSocket: {status.decode('latin-1').strip()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._reader.close()
        self._socket.close()

    def send(self, text, opcode=1):
        payload = text if isinstance(text, bytes) else text.encode("utf-8")
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
        elif size < 65536:
            head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
        mask = secrets.token_bytes(4)
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        with self._sending:
            self._socket.sendall(head + mask + masked)

    def __iter__(self):
        return self

    def __next__(self):
        """Returns the next message. Ends when the relay closes the connection."""
        while True:
            opcode, payload = self._frame()
            if opcode == 1:
                return json.loads(payload)
            if opcode == 8 and payload[:2] == REPLACED:
                raise Refused("replaced", "Another program has connected as this instance.")
            if opcode == 8:
                raise StopIteration
            if opcode == 9:
                self.send(payload, opcode=10)

    def _frame(self):
        # The relay sends whole messages, unmasked, and a ping every 18 seconds.
        first, second = self._read(2)
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack("!H", self._read(2))
        elif size == 127:
            (size,) = struct.unpack("!Q", self._read(8))
        return first & 0x0F, self._read(size)

    def _read(self, size):
        data = self._reader.read(size)
        if len(data) < size:
            raise ConnectionError("the connection broke")
        return data


def main():
    with open(os.path.expanduser(os.environ["INSTANCE_KEY_FILE"]), encoding="ascii") as file:
        key = file.read().strip()
    instance = RelayInstance(os.environ["RELAY_URL"], os.environ["INSTANCE_ID"], key)
    command, *words = sys.argv[1:] or ["help"]
    if command == "send" and len(words) == 3:
        print(json.dumps(instance.send(*words)))
    elif command == "listen" and words:
        instance.listen(words, lambda sender, to, message: print(f"{sender} -> {to}: {message}", flush=True))
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main()
    except Refused as refused:
        sys.exit(str(refused))
