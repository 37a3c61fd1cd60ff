"""Program of an agent for the tests: obeys lines of JSON, with the client for Python."""

import json
import os
import signal
import sys
import threading
import time

sys.path.insert(0, sys.argv[1])
from clawreach import AgentLink, AgentLinkError  # noqa: E402

LOCK = threading.Lock()
FAILURES = [SystemExit]


def say(value):
    with LOCK:
        print(json.dumps(value), flush=True)


def seen(message):
    return None if message is None else {"id": message.id, "from": message.from_agent, "body": message.body, "state": message.state, "files": [vars(file) for file in message.files]}


def handle(from_agent, message):
    say({"event": "begin", "from": from_agent, "body": str(message)})
    if message.body.startswith("slow"):
        time.sleep(float(message.body.split()[1]))
    if message.body == "fail":
        # First as a program that ends itself.
        failure = FAILURES.pop() if FAILURES else ValueError
        raise failure("fails as it was asked to")
    if message.body == "close":
        link.close()
    if message.body.startswith("answer"):
        link.reply(message, message.body.upper())
    say({"event": "end", "from": from_agent, "body": message.body})
    return message.body.upper() if message.body.startswith("return") else None


def fail(*_):
    say({"event": "failing"})
    raise ValueError("fails as it was asked to")


def work(command):
    do = command["do"]
    if do == "send":
        sent = link.send(
            command["to"],
            command["body"],
            **{name: command[name] for name in ("wait", "timeout") if name in command},
            relay_can_read=command.get("yes", False),
            files=command.get("files"),
        )
        return {"id": sent.id, "state": sent.state, "isDone": sent.is_done, "reply": seen(sent.reply)}
    if do == "ask and die":
        link.send(command["to"], command["body"], wait="reply")
        os.kill(os.getpid(), signal.SIGKILL)
    if do == "listen badly":
        link.on_message(fail)
        link.on_files(fail)
    if do == "listen":
        link.on_message(handle)
    if do == "listen for files":
        link.on_files(lambda message: say({"event": "files", **seen(message)}))
    if do == "status":
        return seen(link.status(command["id"], command.get("wait", 0)))
    if do == "cancel":
        outcome = link.cancel(command["id"])
        return {"state": outcome.message.state, "mayBeOnItsWay": outcome.may_be_on_its_way}
    if do == "inbox":
        messages = link.inbox(command["wait"])
        link.ack(*messages)
        return [seen(one) for one in messages]
    if do == "peers":
        return [
            {"address": peer.address, "agents": [agent.name for agent in peer.agents], "verified": peer.verified}
            for peer in link.peers()
        ]
    if do == "show":
        return repr(link) + repr(vars(link))
    return None


def obey(command):
    try:
        say({"n": command["n"], "value": work(command)})
    except AgentLinkError as error:
        say({"n": command["n"], "code": error.code, "text": str(error)})


try:
    at = {"agent_id": "coder"} if sys.argv[2] == "" else {"config_path": sys.argv[2]}
    link = AgentLink(**at, retry_delay=0.05)
except AgentLinkError as error:
    say({"event": "unusable", "code": error.code, "text": str(error)})
    sys.exit(1)
say({"event": "ready"})
for line in sys.stdin:
    threading.Thread(target=obey, args=(json.loads(line),), daemon=True).start()
link.close()
