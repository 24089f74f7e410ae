"""What the door allows: limits and lifetimes, frozen and validated; ``DoorPolicy()`` is the default."""

import tomllib
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.verification import Action

MB = 1_000_000


class DoorPolicy(BaseModel):
    """Limits of the HTTP door. A county's own come from TOML; what is not named there keeps its default."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    token_seconds: int = Field(default=3600, ge=60, le=86400)
    """Life of an access token; revoking the client ends it at once all the same."""
    list_bytes: int = Field(default=50 * MB, gt=0)
    """Largest list."""
    plan_bytes: int = Field(default=10 * MB, gt=0)
    """Largest file of the scheduler's desk: a county of 10,000 rows has 2 MB."""
    photo_bytes: int = Field(default=10 * MB, gt=0)
    """Largest reference photo."""
    photo_pixels: int = Field(default=40_000_000, gt=0)
    """Most pixels of a reference photo: a small file may unfold to gigabytes."""
    photo_min_side: int = Field(default=160, gt=0)
    """Fewest pixels on a side of a reference photo; below it there is nothing to compare."""
    recording_bytes: int = Field(default=30 * MB, gt=0)
    """Largest recording: as in certify's policy, with which a county keeps it equal."""
    other_bytes: int = Field(default=1 * MB, gt=0)
    """Largest body of every other request."""
    enrolment_minutes: int = Field(default=30, ge=1, le=1440)
    """How long a desk's one-time code enrols a phone: the phone is in the same room."""
    wrong_codes_per_minute: int = Field(default=10, ge=1)
    """How many wrong codes one address may try in a minute (enrolment of phones, codes of visitors) …"""
    wrong_codes_overall: int = Field(default=300, ge=1)
    """… and all addresses together: nobody guesses faster by having many."""
    wrong_sign_ins_per_minute: int = Field(default=30, ge=1)
    """How many wrong secrets, passkeys and invitations one address may try in a minute; an office shares one …"""
    wrong_sign_ins_overall: int = Field(default=600, ge=1)
    """… and all addresses together."""
    calls_per_second: float = Field(default=100.0, gt=0)
    """What one client, phone or member of staff may ask on the long run …"""
    calls_at_once: int = Field(default=1000, ge=1)
    """… and in one burst: a page that opens asks dozens of things, a resumed pull hundreds."""
    open_calls_per_second: float = Field(default=10.0, gt=0)
    """What one address may ask on the long run of routes that need no token (pages and health are not counted) …"""
    open_calls_at_once: int = Field(default=200, ge=1)
    """… and in one burst: behind one address there may be a whole office."""
    session_hours: float = Field(default=12.0, gt=0, le=24)
    """After so long a member of staff signs in anew, whatever he does: a working day."""
    session_idle_minutes: float = Field(default=30.0, gt=0, le=720)
    """A session that nobody uses ends: a desk that was left (OWASP ASVS 5.0, 7.3)."""
    sign_in_minutes: float = Field(default=10.0, gt=0, le=60)
    """How long a sign-in that has begun may take."""
    invitation_hours: float = Field(default=24.0, gt=0, le=168)
    """How long an invitation of a member of staff is good."""
    ahead_days: int = Field(default=8, ge=1, le=60)
    """A phone takes along the visits that may be made within so many days: a week without a signal, and a day."""
    visitor_days: int = Field(default=14, ge=0, le=60)
    """A visitor's code may be made so many days ahead, to be printed on a slip."""
    upload_days: int = Field(default=7, ge=1, le=30)
    """An unfinished upload is removed after this many days: a phone may be without signal for a week."""
    body_idle_seconds: float = Field(default=60.0, gt=0)
    """A request that brings no byte of its body for so long is given up; of an upload, what came can be resumed."""
    challenge_days: int = Field(default=7, ge=1, le=30)
    """A challenge must be answered (filmed) within this time: it is fetched while online, used in the mountains."""
    challenge_grace_days: int = Field(default=7, ge=0, le=60)
    """A recording made in time may arrive this much after the challenge's end: the phone may come online late."""
    clock_skew_hours: int = Field(default=36, ge=0)
    """How wrong the phone's clock may be, when it says when it filmed."""
    challenge_actions: tuple[Action, ...] = (Action.NOD, Action.OPEN_MOUTH, Action.TURN_LEFT, Action.TURN_RIGHT)
    """What people are asked by default: what most old people can do, sitting, without being touched. A blink is asked
    only of who can do too little of these: eyes blink unasked, and lids droop."""
    challenge_count: int = Field(default=2, ge=2, le=4)
    """How many different actions are asked at once, if the person can do as many."""
    challenge_longest_s: float = Field(default=15.0, gt=0, le=15)
    """The longest recording that a challenge may ask for, in seconds: certify judges no longer ones."""
    prompt_first_s: float = Field(default=1.0, ge=0.7)
    """Seconds of the recording before the first prompt: the neutral face that actions are measured against (face.md
    takes 0.7 s)."""
    prompt_window_s: float = Field(default=5.0, ge=3)
    """How long an action counts after its prompt, in seconds. For an 85-year-old: 1.5 s for the words, up to 1 s to
    react (old people's simple reaction times are 0.3–0.5 s, more for a choice), up to 2.5 s for a slow nod."""
    prompt_wait_s: float = Field(default=1.5, ge=0)
    """Before each prompt a random wait up to this, in seconds: an old recording seldom fits a new challenge."""
    prompt_tail_s: float = Field(default=0.5, ge=0)
    """Seconds that may be filmed after the last window."""
    feedback_file_bytes: int = Field(default=1 * MB, gt=0)
    """Largest voice note or picture of a cadre's report: a minute of speech at 24 kbit/s has 180 kB, at the 128 kbit/s
    of a phone that does not let itself be told 960 kB."""
    feedback_a_day: int = Field(default=50, ge=1)
    """How many reports one phone may send in 24 hours: no cadre writes so many."""
    feedback_file_days: int = Field(default=30, ge=0, le=400)
    """Voice and picture of a report, from its answer: a voice tells whose it is; in a month one can come back to it."""
    feedback_text_days: int = Field(default=400, ge=0, le=1200)
    """Text and answer of a report, from its answer: the yearly account of what was reported still finds the words."""
    review_lease_minutes: int = Field(default=15, ge=1, le=240)
    """How long a case is one reviewer's: a clip of 15 s, looked at several times, and a call to the cadre."""
    wait_seconds: float = Field(default=5.0, ge=0)
    """How long a list's receipt waits for intake, by default."""
    longest_wait_seconds: float = Field(default=30.0, ge=0)
    """… and at most."""
    planner_seconds: float = Field(default=10.0, gt=0)
    """How long the desk waits for the planner: moves take milliseconds, but it may be mending a whole county."""

    def challenge_spare_s(self, actions: int) -> float:
        """Seconds that a recording of so many actions leaves for random waits."""
        return self.challenge_longest_s - self.prompt_first_s - actions * self.prompt_window_s - self.prompt_tail_s

    @model_validator(mode="after")
    def _windows_fit(self) -> Self:
        if self.challenge_spare_s(self.challenge_count) < 0.0:
            raise ValueError("the windows of challenge_count actions do not fit into challenge_longest_s")
        return self

    @classmethod
    def from_toml(cls, path: Path) -> Self:
        """Reads a policy; an empty file gives the defaults. Raises pydantic.ValidationError, naming the field."""
        return cls.model_validate(tomllib.loads(path.read_text("utf-8")))
