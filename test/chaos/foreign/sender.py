"""A sender that shares no code with the program that it sends to: Python's standard library alone.

Reads one line of JSON on the standard input: {"urls": [...], "who": {...}, "bodies": {...}, "betweenMs": n, "patienceMs": n}.
Plays one examination from the request until everybody was told, sending each thing again under the same Idempotency-Key until
it is told what became of it. Writes a line of JSON for each thing whenever it learns something of it: the thing's latest state.
Ends with 0 when it knows what became of everything, with 1 when it had to give up.
"""

import http.client
import json
import random
import sys
import time
import urllib.parse
import uuid

ANSWER_SECONDS = 15
AGAIN_SECONDS = 0.15
AGAIN = {425, 429, 500, 502, 503, 504}


class GaveUp(Exception):
    pass


class Sender:
    def __init__(self, told):
        self.urls = told["urls"]
        self.who = told["who"]
        self.between = told["betweenMs"] / 1000
        self.patience = told["patienceMs"] / 1000
        self.turn = random.randrange(len(self.urls))

    def request(self, method, path, who, body=None, headers=None):
        """One try at the next API: (status, answer), or None where no answer came."""
        url = urllib.parse.urlsplit(self.urls[self.turn % len(self.urls)])
        self.turn += 1
        connection = http.client.HTTPConnection(url.hostname, url.port, timeout=ANSWER_SECONDS)
        try:
            sent = None if body is None else json.dumps(body)
            all_headers = {"Authorization": self.who[who], **(headers or {})}
            if sent is not None:
                all_headers["Content-Type"] = "application/json"
            connection.request(method, path, sent, all_headers)
            answer = connection.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else {}
        except (OSError, http.client.HTTPException, ValueError):
            return None
        finally:
            connection.close()

    def tries(self, what):
        """Again and again, until patience ends."""
        end = time.monotonic() + self.patience
        while time.monotonic() < end:
            yield
            time.sleep(AGAIN_SECONDS * (0.5 + random.random()))
        raise GaveUp(what)

    def send(self, kind, path, who, body):
        """Sends one thing until its outcome is known. Returns what is known of it."""
        time.sleep(random.random() * self.between)
        sent = {"path": path, "who": self.who[who], "type": kind, "body": body, "key": str(uuid.uuid4()), "attempts": []}
        headers = {"Idempotency-Key": sent["key"], "Prefer": "wait=3"}
        for _ in self.tries(path):
            began = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
            tell({**sent, "trying": self.urls[self.turn % len(self.urls)]})
            answer = self.request("POST", path, who, body, headers)
            sent["attempts"].append("no answer" if answer is None else answer[0])
            if answer is None or answer[0] in AGAIN or answer[1].get("code") == "idempotency-in-flight":
                tell(sent)
                continue
            sent["answeredTryAt"] = began
            learn(sent, answer)
            break
        if "end" not in sent:
            self.outcome(sent)
        return sent

    def outcome(self, sent):
        for _ in self.tries("the outcome of " + sent["path"]):
            answer = self.request("GET", "/api/v1/commands/" + sent["command"], "ris")
            if answer is not None and answer[0] != 202 and answer[0] < 500:
                learn(sent, answer)
                return

    def read(self, path, who, holds):
        for _ in self.tries(path):
            answer = self.request("GET", path, who)
            if answer is not None and answer[0] == 200 and holds(answer[1]):
                return answer[1]


def tell(sent):
    print(json.dumps(sent), flush=True)


def learn(sent, answer):
    status, body = answer
    for name in ("command", "journey"):
        if isinstance(body.get(name), str):
            sent[name] = body[name]
    if status != 202:
        sent["end"] = {"status": status, **{n: body[n] for n in ("code", "event") if n in body}}
    tell(sent)


def play(told):
    sender, bodies = Sender(told), told["bodies"]
    at = lambda: time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())  # noqa: E731
    journey = sender.send("request", "/api/v1/journeys", "ris", {**bodies["request"], "at": at()})["journey"]
    here = "/api/v1/journeys/" + journey
    does = lambda kind, who, body: sender.send(kind, here + "/" + kind, who, body)  # noqa: E731
    does("vet", "vetter", {"priority": "urgent"})
    does("images", "ris", {"at": at(), "count": 2})
    does("report", "ris", {**bodies["report"], "at": at()})
    sender.read(here, "consultant", lambda j: j.get("standingReport", {}).get("version") == "r1")
    does("acknowledge", "consultant", bodies["acknowledge"])
    does("plan", "consultant", bodies["plan"])
    does("tell", "registrar", {**bodies["tell"], "at": at()})
    does("gp-receipt", "ris", {"at": at(), "version": "r1"})
    # What a wrong clock made look odd, the desk explains.
    owed = sender.read(here + "/obligations", "desk", lambda _: True)["items"]
    for duty in owed:
        if duty["kind"] == "reconcile" and "ended" not in duty:
            does("explain", "desk", {"duty": duty["key"], "note": bodies["note"]})


if __name__ == "__main__":
    try:
        play(json.loads(sys.stdin.readline()))
    except GaveUp as why:
        print("gave up: %s" % why, file=sys.stderr)
        sys.exit(1)
