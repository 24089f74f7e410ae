"""The account of damaged messages: what became of each, and every sum that does not agree."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from schemas.base import Event, stable_id
from schemas.capture import CaptureReceived
from schemas.dead_letter import DeadLetter
from schemas.identity import IdentityDecided
from schemas.life_event import LifeEventRecorded
from schemas.request import PersonRequestBatch, RequestBatch, RequestRejected
from schemas.topic import Topic
from schemas.topics import REQUEST
from schemas.visit import VisitAnnounced, VisitChanged
from schemas.wire import UnreadableCode, UnreadableMessage, decode
from services.platform.database import Pool
from services.platform.ledger import Partition
from services.platform.runner import Reader
from tests.streams.mutations import MARKERS, Raw

Sent = Sequence[tuple[str, bytes, Event]]
"""Topic, key and event of what lay in the outbox."""


@dataclass(frozen=True)
class Subscription:
    """One service's reading of one topic."""

    service: str
    reader: Reader

    @property
    def topic(self) -> Topic:
        """What it reads."""
        return self.reader.topic

    @property
    def at(self) -> Partition:
        """Where its messages stand."""
        return Partition(self.topic.name, 0)


EFFECTS: dict[type[Event], str] = {
    PersonRequestBatch: "SELECT agency || '/' || request_id FROM scheduler.request",
    VisitChanged: "SELECT visit_id::text FROM certify.visit",
    CaptureReceived: "SELECT capture_id::text FROM certify.capture",
    VisitAnnounced: "SELECT visit_id::text FROM scheduler.announcement",
    LifeEventRecorded: "SELECT concat_ws('/', person_key, life_event_id, step ->> 'event_id')"
    " FROM scheduler.life_event, jsonb_array_elements(steps) AS s (step)",
    IdentityDecided: "SELECT concat_ws('/', person_key, question_id) FROM scheduler.identity_question",
}
"""Where the effect of an event is seen, whatever came before and behind it."""


def effects_of(event: Event) -> list[str]:
    """What the query of its type in EFFECTS must find once the event was taken."""
    found: list[str] = []
    match event:
        case PersonRequestBatch():
            found = [f"{item.agency}/{item.request_id}" for item in event.items]
        case VisitChanged() | VisitAnnounced():
            found = [str(event.visit_id)]
        case CaptureReceived():
            found = [str(event.capture_id)]
        case LifeEventRecorded():
            found = [f"{event.person_key}/{event.life_event_id}/{event.event_id}"]
        case IdentityDecided():
            found = [f"{event.person_key}/{event.question_id}"]
    return found


@dataclass
class Account:
    """What became of the messages; `wrong` names whatever does not agree."""

    outcomes: dict[tuple[str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """By service and topic: sent, folded, rejected, dead."""
    codes: Counter[str] = field(default_factory=Counter)
    """Of dead letters and of rejected statements."""
    types: Counter[str] = field(default_factory=Counter)
    """Messages that began as an event of this type."""
    statements: Counter[str] = field(default_factory=Counter)
    """Of agencies, in batches that were taken: asked, accepted, rejected."""
    planted: int = 0
    """Messages with planted content."""
    repeated: int = 0
    """Errors, logs and keys that repeat it."""
    effects: dict[type[Event], set[str]] = field(default_factory=lambda: defaultdict(set))
    """What must be found in the database at the end."""
    wrong: list[str] = field(default_factory=list)

    def total(self, what: str) -> int:
        """Over all subscriptions."""
        return sum(counts[what] for counts in self.outcomes.values())

    def settle(self, subscription: Subscription, first: int, raws: Sequence[Raw], sent: Sent) -> None:
        """Says of each message what became of it, and whether that is what had to."""
        letters = [event for _, _, event in sent if isinstance(event, DeadLetter)]
        buried = {letter.offset - first: letter for letter in letters}
        if len(buried) != len(letters) or not set(buried) <= set(range(len(raws))):
            self._say(subscription, first, "a message was buried twice, or one that was not sent")
        refused = {event.event_id for _, _, event in sent if isinstance(event, RequestRejected)}
        taken: list[RequestBatch] = []
        for number, raw in enumerate(raws):
            outcome, letter, event = "folded", buried.get(number), readable(subscription.topic, raw)
            expected = event if isinstance(event, UnreadableCode) else None
            if letter:
                outcome = "dead"
                self.codes[f"dead {letter.code}"] += 1
                if letter.code != (expected or UnreadableCode.UNFOLDABLE):
                    self._say(subscription, first + number, f"buried as {letter.code}, not as {expected}")
            elif isinstance(event, UnreadableCode):
                self._say(subscription, first + number, f"taken, although it is {expected}")
            else:
                self.effects[type(event)].update(effects_of(event))
                if isinstance(event, RequestBatch):
                    taken.append(event)
                    own = {stable_id("request-rejected", str(event.event_id), str(n)) for n in range(len(event.items))}
                    outcome = "rejected" if own & refused else "folded"
            self.outcomes[subscription.service, subscription.topic.name].update(("sent", outcome))
        self._count_statements(subscription, first, taken, sent)
        self._look_for_content(subscription, first, raws, sent)

    def _count_statements(
        self, subscription: Subscription, first: int, taken: Sequence[RequestBatch], sent: Sent
    ) -> None:
        """Every statement of a batch that was taken is passed on or goes back, and nothing else is."""
        asked = sum(len(batch.items) for batch in taken)
        rejected = [event.code for _, _, event in sent if isinstance(event, RequestRejected)]
        accepted = sum(len(event.items) for _, _, event in sent if isinstance(event, PersonRequestBatch))
        self.statements.update(asked=asked, accepted=accepted, rejected=len(rejected))
        self.codes.update(f"rejected {code}" for code in rejected)
        if asked != accepted + len(rejected):
            self._say(subscription, first, f"{asked} statements, {accepted} accepted, {len(rejected)} rejected")

    def _look_for_content(self, subscription: Subscription, first: int, raws: Sequence[Raw], sent: Sent) -> None:
        """What was planted must not stand in an error, in what an agency is told, or, if it is a number, in a key."""
        self.planted += sum(
            planted(f"{headers!r}{(value or b'').decode('utf-8', 'replace')}") for headers, value in raws
        )
        for topic, key, event in sent:
            told = event.error if isinstance(event, DeadLetter) else ""
            told += event.message + event.next_step if isinstance(event, RequestRejected) else ""
            if planted(told):
                self.repeated += 1
                self._say(subscription, first, f"planted content in what is told on {topic}")
            if subscription.topic is REQUEST and MARKERS[0] in key.decode():
                self.repeated += 1
                self._say(subscription, first, f"a planted ID number in a key of {topic}")

    def look_for_content_in_logs(self, lines: Sequence[str]) -> None:
        """No line, as it was before anything was blanked in it, may hold what was planted."""
        guilty = [line for line in lines if planted(line)]
        self.repeated += len(guilty)
        self.wrong += [f"planted content in a log: {line[:40]}…" for line in guilty]

    async def check_database(self, pool: Pool, ends: Counter[Subscription]) -> None:
        """Every message was read once, the last as well, and what was taken had its effect."""
        async with pool.connection() as connection:
            cursor = await connection.execute("SELECT reader, topic, next_offset FROM platform.position")
            positions = {(reader, topic): offset for reader, topic, offset in await cursor.fetchall()}
            for subscription, end in ends.items():
                at = positions[subscription.service, subscription.topic.name]
                if at != end:
                    self._say(subscription, end, f"the position is {at}")
            for kind, sql in EFFECTS.items():
                cursor = await connection.execute(sql.encode())
                lost = self.effects[kind] - {key for (key,) in await cursor.fetchall()}
                if lost:
                    self.wrong.append(f"{kind.__name__}: {len(lost)} of {len(self.effects[kind])} had no effect")

    def _say(self, subscription: Subscription, offset: int, what: str) -> None:
        self.wrong.append(f"{subscription.service} {subscription.topic.name}@{offset}: {what}")


def readable(topic: Topic, raw: Raw) -> Event | UnreadableCode:
    """The event that a reader of this topic must see, or why it cannot."""
    try:
        event = decode(*raw)
    except UnreadableMessage as error:
        return error.code
    return event if isinstance(event, topic.carries) else UnreadableCode.MISPLACED_EVENT


def planted(text: str) -> bool:
    """Whether it holds content that was planted."""
    return any(marker in text for marker in MARKERS)
