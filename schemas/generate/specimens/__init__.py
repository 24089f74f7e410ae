"""A made-up example of every event, built from the models themselves: people, places and devices do not exist.

One story runs through them: agencies hrss and health ask about the same person; one visit answers both.
"""

from collections.abc import Iterator
from typing import Any

from schemas.generate.specimens.alignments import alignment_events
from schemas.generate.specimens.burdens import burden_events
from schemas.generate.specimens.lives import life_events
from schemas.generate.specimens.proofs import proof_events
from schemas.generate.specimens.requests import request_events
from schemas.generate.specimens.reviews import review_events
from schemas.generate.specimens.visits import visit_events


def valid_examples() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Event type, file name and content of every example that must be readable."""
    asked = {**request_events(), **visit_events(), **alignment_events()}
    told = {**asked, **proof_events(), **review_events(), **life_events(), **burden_events()}
    for name, event in told.items():
        yield event.event_type, f"valid-{name}", event.model_dump(mode="json")
