"""``onevisit stops``: what the planner is offered, from the running stack: visits of one dwelling as one stop."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli.database import in_transaction
from services.cli.merge import Language, chosen_language
from services.cli.merge_answer import stop_as_json

if TYPE_CHECKING:
    from services.platform.database import Connection
    from services.scheduler.store.stops import Offer

EPILOG = """
Examples:

onevisit stops   the whole county: visits, stops and trips saved

onevisit stops --village 990101001001 --json   the stops of one village, for programs

Needs the database of a running stack (`onevisit up`, or ONEVISIT_DATABASE). Trips saved by stops come on top of the
visits that merging has saved already; a paused visit is not offered.
"""
_WORDS: dict[Language, tuple[str, str]] = {
    "en": (
        "{visits} open visits, of {placed} the dwelling is known.",
        "{stops} stops serve two or more of them: {saved} trips saved, {rides} rides in all.",
    ),
    "zh": (
        "待上门{visits}次，其中{placed}次已知住处。",
        "{stops}处可一次上门多人：省去{saved}趟，共需{rides}趟。",
    ),
}


def stops_command(
    village: Annotated[str | None, typer.Option(help="Only this village (12 digits). 只看该村。")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the stops as JSON. 输出JSON。")] = False,
    lang: Annotated[
        str | None, typer.Option("--lang", help="Language of the output: en or zh (default: from LANG).")
    ] = None,
) -> None:
    """Show which open visits one ride can serve together, and the trips that saves."""
    language = chosen_language(lang)
    if village is not None and not re.fullmatch(r"[0-9]{12}", village):
        raise typer.BadParameter("the village code has 12 digits")
    offer = in_transaction(partial(_read, village_code=village))
    if as_json:
        typer.echo(json.dumps(_told(offer), ensure_ascii=False, indent=1))
        return
    numbers = {
        "visits": offer.visits,
        "placed": offer.placed,
        "stops": len(offer.stops),
        "saved": offer.trips_saved,
        "rides": offer.visits - offer.trips_saved,
    }
    for line in _WORDS[language]:
        typer.echo(line.format(**numbers))


async def _read(connection: Connection, village_code: str | None) -> Offer:
    from services.scheduler.store.stops import offer_stops  # noqa: PLC0415

    return await offer_stops(connection, village_code)


def _told(offer: Offer) -> dict[str, Any]:
    return {
        "visits": offer.visits,
        "placed": offer.placed,
        "trips_saved": offer.trips_saved,
        "stops": [stop_as_json(stop) | {"village_code": stop.village_code} for stop in offer.stops],
    }
