"""Client of A2A 1.0 (JSON-RPC and HTTP+JSON), written from the specification with the standard library only.

Usage: a2a_client.py TOKEN-FILE MACHINE/AGENT TEXT [FILE]. The token file gives address and token. Sends TEXT twice, and with
FILE a third time with the bytes of that file. Prints one JSON object.
"""

import base64
import contextlib
import http.client
import json
import os
import sys
import urllib.parse
import uuid


class Client:
    def __init__(self, origin, path, token):
        self.host = urllib.parse.urlsplit(origin).netloc
        self.path = path
        self.headers = {"Authorization": "Bearer " + token, "A2A-Version": "1.0"}

    def request(self, method, path, body=None, kind="application/a2a+json"):
        connection = http.client.HTTPConnection(self.host, timeout=60)
        text = None if body is None else json.dumps(body).encode("utf-8")
        headers = dict(self.headers)
        if text is not None:
            headers["Content-Type"] = kind
        connection.request(method, path, text, headers)
        return connection, connection.getresponse()

    def json(self, method, path, body=None, kind="application/a2a+json"):
        connection, response = self.request(method, path, body, kind)
        with contextlib.closing(connection):
            return json.loads(response.read())

    def rpc(self, method, params):
        number = str(uuid.uuid4())
        answer = self.json(
            "POST", self.path, {"jsonrpc": "2.0", "id": number, "method": method, "params": params}, "application/json"
        )
        assert answer["jsonrpc"] == "2.0" and answer["id"] == number, answer
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    def rpc_stream(self, method, params):
        number = str(uuid.uuid4())
        body = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        for answer in self.stream(self.path, body, "application/json"):
            assert answer["jsonrpc"] == "2.0" and answer["id"] == number, answer
            if "error" in answer:
                raise RuntimeError(answer["error"])
            yield answer["result"]

    def stream(self, path, body, kind="application/a2a+json"):
        connection, response = self.request("POST", path, body, kind)
        with contextlib.closing(connection):
            assert response.getheader("Content-Type").startswith("text/event-stream"), response.status
            for line in response:
                if line.startswith(b"data:"):
                    yield json.loads(line[5:])


def message(text, *parts, **more):
    return {"message": {"messageId": str(uuid.uuid4()), "role": "ROLE_USER", "parts": [{"text": text}, *parts], **more}}


def file_part(path):
    with open(path, "rb") as opened:
        raw = base64.b64encode(opened.read()).decode("ascii")
    return {"raw": raw, "filename": os.path.basename(path), "mediaType": "application/octet-stream"}


def main():
    file, address, text, *files = sys.argv[1:]
    with open(file, encoding="utf-8") as opened:
        known = json.load(opened)
    client = Client(known["http"], "/a2a/" + urllib.parse.quote(address), known["token"])
    card = client.json("GET", client.path + "/.well-known/agent-card.json")
    interfaces = {one["protocolBinding"]: one for one in card["supportedInterfaces"]}
    assert all(one["protocolVersion"] == "1.0" for one in interfaces.values()), card
    base = urllib.parse.urlsplit(interfaces["HTTP+JSON"]["url"]).path

    sent = client.rpc("SendMessage", message(text))["task"]
    again = client.rpc("GetTask", {"id": sent["id"]})
    events = list(client.stream(base + "/message:stream", message(text, contextId=sent["contextId"])))
    tasks = client.json("GET", base + "/tasks?contextId=" + sent["contextId"] + "&includeArtifacts=true")
    said = {"card": card, "sent": sent, "again": again, "events": events, "tasks": tasks}
    if files:
        parts = [file_part(path) for path in files]
        said["with_files"] = list(client.rpc_stream("SendStreamingMessage", message(text, *parts)))
        said["last"] = client.rpc("GetTask", {"id": said["with_files"][0]["task"]["id"]})
    print(json.dumps(said))


main()
