"""The receiving ends, as an agency has them: each notes when which delivery has taken effect."""

import csv
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
from onevisit_agency import Access, Feed, FilePosition, verify_webhook

PULL_EVERY_S = 0.5
"""Pause of the puller between two empty pages."""


@dataclass
class Inbox:
    """What has reached one agency by one way."""

    seen: dict[str, float] = field(default_factory=dict)
    """Seconds since 1970 of the first time, by effect."""
    events: set[str] = field(default_factory=set)
    again: int = 0
    """Repetitions, recognised by their id."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    """A webhook's receiver has several threads: two of them must not both take the same one for the first."""
    doubled: int = 0
    """Deliveries that would have taken effect twice: the same effect under two ids."""

    def take(self, event_id: str, effect: str) -> None:
        """Notes one delivery, and what it does here."""
        with self.lock:
            if event_id in self.events:
                self.again += 1
                return
            self.events.add(event_id)
            self.doubled += effect in self.seen
            self.seen.setdefault(effect, time.time())


def effect_of(data: Mapping[str, Any]) -> str:
    """What a delivery does at its agency: an answer to a request, or a version of a notice of a life event."""
    notice = data.get("life_event_id")
    return f"{notice}.{data['version']}" if notice else str(data.get("request_id"))


class Ways:
    """All ways of all agencies, each in a thread of its own."""

    def __init__(self) -> None:
        self.inboxes: defaultdict[tuple[str, str], Inbox] = defaultdict(Inbox)
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._servers: list[ThreadingHTTPServer] = []

    def stop(self) -> None:
        """Ends all."""
        self._stop.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()
        for thread in self._threads:
            thread.join(30)

    def _run(self, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, daemon=True)
        thread.start()
        self._threads.append(thread)

    def listen_to_kafka(self, agency: str, access: Access, folder: Path) -> None:
        """The client of clients/python: TLS, its own position, every certificate's signature checked."""
        inbox = self.inboxes["kafka", agency]

        def listen() -> None:
            with Feed(access, FilePosition(folder / f"{agency}.position")) as feed:
                for _, delivery in feed:
                    inbox.take(str(delivery.event_id), effect_of(delivery.data))
                    if self._stop.is_set():
                        return

        self._run(listen)

    def serve_webhook(self, agency: str) -> tuple[str, dict[str, str]]:
        """An endpoint that checks signatures; its address, and where to put its secret once that is known."""
        inbox, known = self.inboxes["webhook", agency], {"secret": ""}

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                delivery = verify_webhook(known["secret"], dict(self.headers.items()), body)
                inbox.take(str(delivery.event_id), effect_of(delivery.data))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Says nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        self._servers.append(server)
        self._run(server.serve_forever)
        return f"http://127.0.0.1:{server.server_address[1]}/", known

    def pull(self, agency: str, gateway: str, token: str) -> None:
        """Pulls the feed, and waits half a second when there is nothing."""
        inbox = self.inboxes["pull", agency]

        def pull() -> None:
            after = 0
            with httpx.Client(headers={"Authorization": f"Bearer {token}"}, timeout=30) as http:
                while not self._stop.is_set():
                    page = http.get(f"{gateway}/v1/deliveries", params={"after": after, "limit": 1000}).json()
                    for item in page["items"]:
                        inbox.take(item["event_id"], effect_of(item["data"]))
                    after = page["next_after"]
                    if not page["more"]:
                        time.sleep(PULL_EVERY_S)

        self._run(pull)

    def watch_folder(self, agency: str, folder: Path) -> None:
        """Takes each file once its manifest is there."""
        inbox = self.inboxes["file", agency]

        def watch() -> None:
            taken: set[str] = set()
            while not self._stop.is_set():
                for manifest in sorted(folder.glob(f"{agency}/*.manifest.jws")):
                    if manifest.name not in taken:
                        taken.add(manifest.name)
                        _take_table(manifest.with_name(manifest.name.replace(".manifest.jws", ".csv")), inbox)
                time.sleep(0.05)

        self._run(watch)


def _take_table(file: Path, inbox: Inbox) -> None:
    csv.field_size_limit(10_000_000)
    with file.open(encoding="utf-8-sig", newline="") as table:
        for row in list(csv.reader(table))[1:]:
            content = json.loads(row[-1])
            inbox.take(content["event_id"], effect_of(content))
