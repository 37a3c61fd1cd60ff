"""WebSocket client (RFC 6455) over a plain or TLS socket, with the standard library alone."""

import base64
import hashlib
import os
import socket
import ssl
import struct
from urllib.parse import urlsplit

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Closed(Exception):
    """The connection has closed: with the code and reason of the other side, or 1006 if it broke."""

    def __init__(self, code, reason):
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason


class Refused(Exception):
    """The server answered the upgrade with an HTTP status."""

    def __init__(self, status):
        super().__init__(f"HTTP {status}")
        self.status = status


class WebSocket:
    """One connection. `receive` is called by one thread, `send` by any number."""

    def __init__(self, url, timeout=10, receive_buffer=None):
        parts = urlsplit(url)
        secure = parts.scheme in ("wss", "https")
        port = parts.port or (443 if secure else 80)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if receive_buffer is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(timeout)
        self.socket.connect((parts.hostname, port))
        if secure:
            self.socket = ssl.create_default_context().wrap_socket(self.socket, server_hostname=parts.hostname)
        self.buffer = b""
        self._upgrade(parts, port)
        self.socket.settimeout(None)

    def _upgrade(self, parts, port):
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {parts.path or '/'} HTTP/1.1",
            f"Host: {parts.hostname}:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        ]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        while b"\r\n\r\n" not in self.buffer:
            self._fill()
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        status = int(head.split(b" ", 2)[1])
        if status != 101:
            raise Refused(status)
        accept = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest())
        if b"sec-websocket-accept: " + accept.lower() not in head.lower():
            raise Refused(status)

    def _fill(self):
        try:
            chunk = self.socket.recv(65536)
        except OSError:
            chunk = b""
        if chunk == b"":
            raise Closed(1006, "")
        self.buffer += chunk

    def _take(self, length):
        while len(self.buffer) < length:
            self._fill()
        taken, self.buffer = self.buffer[:length], self.buffer[length:]
        return taken

    def _frame(self, opcode, payload):
        mask = os.urandom(4)
        size = len(payload)
        if size < 126:
            head = struct.pack("!BB", 0x80 | opcode, 0x80 | size)
        elif size < 65536:
            head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
        # XOR of whole integers: a loop over bytes would be too slow for floods.
        key = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
        masked = (int.from_bytes(payload, "big") ^ key).to_bytes(size, "big")
        self.socket.sendall(head + mask + masked)

    def send(self, text):
        """Sends a text message."""
        self._frame(0x1, text.encode())

    def receive(self):
        """Returns the next text message. Answers pings. Raises Closed."""
        message = b""
        while True:
            first, second = self._take(2)
            size = second & 0x7F
            if size == 126:
                (size,) = struct.unpack("!H", self._take(2))
            elif size == 127:
                (size,) = struct.unpack("!Q", self._take(8))
            payload = self._take(size)
            opcode = first & 0x0F
            if opcode == 0x8:
                code = struct.unpack("!H", payload[:2])[0] if len(payload) >= 2 else 1005
                try:
                    self._frame(0x8, payload[:2])
                except OSError:
                    pass
                self.socket.close()
                raise Closed(code, payload[2:].decode(errors="replace"))
            if opcode == 0x9:
                self._frame(0xA, payload)
            elif opcode in (0x0, 0x1, 0x2):
                message += payload
                if first & 0x80:
                    return message.decode()

    def close(self, code=1000):
        """Begins the closing handshake."""
        try:
            self._frame(0x8, struct.pack("!H", code))
        except OSError:
            pass

    def drop(self):
        """Ends the connection without a word."""
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.socket.close()
