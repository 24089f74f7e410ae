"""``onevisit redrive``: shows the messages that could not be read, and puts them back once they can be."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from services.cli.database import in_transaction
from services.cli.merge import chosen_language
from services.cli.redrive_words import NEXT_STEPS, SHOWN, show, tell, tell_put_back, told

if TYPE_CHECKING:
    from datetime import datetime

    from services.cli.merge import Language
    from services.platform.redrive import Letter, Mark

EPILOG = """
Examples:

onevisit redrive                                        what lies there, and why

onevisit redrive --topic request --dry-run              what of this topic could be put back now; sends nothing

onevisit redrive --topic request                        put all of this topic back (its reader was mended)

onevisit redrive --topic request --offset 0:17          only offset 17 of partition 0

onevisit redrive --export letters                       write them to files, to be repaired

onevisit redrive --repaired letters/request-0-17-scheduler.json

An exported letter holds the whole message, personal data in the open included where the writer sent any: its file can
be read by its owner only; keep it like the lists, and delete it afterwards. Repair its headers and value, nothing else.

A message is read before it is sent, so that it does not die again. It goes to the end of its own partition; what its
readers have heard already, or heard newer, changes nothing. A letter that was put back needs --again.

Exit status: 0 when everything asked for was done, 1 when a letter was refused, 2 for a wrong command. Letters that were
named by --offset or --repaired go all or none; of a whole topic, those that still cannot be read stay.
"""


def redrive_command(
    topic: Annotated[str | None, typer.Option(help="Put back the letters of this topic, e.g. request.")] = None,
    offset: Annotated[
        list[str] | None,
        typer.Option("--offset", metavar="P:O", help="Only this place (partition:offset); may be repeated."),
    ] = None,
    repaired: Annotated[
        list[Path] | None,
        typer.Option("--repaired", metavar="FILE", help="Put back the message of this file instead; may be repeated."),
    ] = None,
    export: Annotated[
        Path | None, typer.Option("--export", metavar="DIR", help="Write letters to files there; sends nothing.")
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Also what was put back before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would be put back; send nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")] = False,
    lang: Annotated[
        str | None, typer.Option("--lang", help="Language of the output: en or zh (default: from LANG).")
    ] = None,
) -> None:
    """Show the messages that could not be read (dead letters), or put them back on their topic."""
    from services.platform.redrive import RedriveRefused  # noqa: PLC0415

    language = chosen_language(lang)
    if export and repaired:
        raise typer.BadParameter("either write letters out, or put repaired ones back")
    if offset and not topic:
        raise typer.BadParameter("--offset needs --topic")
    try:
        letters, done = _look()
        chosen = _choose(letters, topic, offset or [])
        if export:
            paths = [str(path) for path in _export(export, chosen)]
            typer.echo(json.dumps(paths, ensure_ascii=False) if as_json else "\n".join(paths))
            if not as_json:
                tell("written", language, err=True, count=len(paths))
        elif topic or repaired:
            _put_back(
                [*_repairs(letters, repaired)] if repaired else chosen,
                done,
                language,
                again=again,
                as_json=as_json,
                named=bool(offset or repaired),
                dry_run=dry_run,
            )
        elif as_json:
            typer.echo(json.dumps([told(letter, done) for letter in letters], ensure_ascii=False, indent=1))
        else:
            show(letters, done, language)
    except RedriveRefused as refused:
        _stop(refused.code, refused.detail)


def _look() -> tuple[list[Letter], dict[Mark, datetime]]:
    """All letters, and which were put back when."""
    from confluent_kafka import KafkaException  # noqa: PLC0415

    from services.platform.redrive import read_letters, redriven  # noqa: PLC0415
    from services.platform.settings import Settings  # noqa: PLC0415

    done = dict(in_transaction(redriven))
    try:
        return read_letters(Settings.from_env()), done
    except KafkaException:
        _fail("Kafka does not answer: start the stack with `onevisit up`, or set ONEVISIT_KAFKA")


def _choose(letters: Sequence[Letter], topic: str | None, offsets: Sequence[str]) -> list[Letter]:
    from schemas.topic import DEAD_SUFFIX, dead_topic  # noqa: PLC0415
    from schemas.topics import DEAD_TOPICS, find_topic  # noqa: PLC0415
    from services.platform.redrive import Place, RedriveCode, RedriveRefused  # noqa: PLC0415

    if topic is None:
        return list(letters)
    topic = topic.removesuffix(DEAD_SUFFIX)
    entry = find_topic(topic)
    if entry is None or dead_topic(entry) not in DEAD_TOPICS:
        raise RedriveRefused(RedriveCode.TOPIC_UNKNOWN, topic)
    of_topic = [letter for letter in letters if letter.place.topic == topic]
    if not offsets:
        return of_topic
    places = []
    for text in offsets:
        partition, _, number = text.partition(":")
        if not (partition.isdecimal() and number.isdecimal()):
            raise RedriveRefused(RedriveCode.PLACE_MALFORMED, text)
        places.append(Place(topic, int(partition), int(number)))
    for place in places:
        if all(letter.place != place for letter in of_topic):
            raise RedriveRefused(RedriveCode.LETTER_UNKNOWN, str(place))
    return [letter for letter in of_topic if letter.place in places]


def _put_back(
    letters: list[Letter],
    done: dict[Mark, datetime],
    language: Language,
    *,
    again: bool,
    as_json: bool,
    named: bool,
    dry_run: bool,
) -> None:
    """Puts letters back. Those that were named go all or none; of a whole topic, those that cannot be read yet and
    those put back before are left where they are, and told."""
    from services.platform.redrive import RedriveCode, RedriveRefused, put_back, require_readable  # noqa: PLC0415

    refused: list[RedriveRefused] = []
    chosen: list[Letter] = []
    for letter in letters:
        if named and letter.mark in done and not again:
            raise RedriveRefused(RedriveCode.ALREADY_REDRIVEN, str(letter.place))
        try:
            require_readable(letter)
            chosen.append(letter)
        except RedriveRefused as why:
            if named:
                raise
            refused.append(why)

    async def send(connection: Any) -> list[Letter]:
        return await put_back(connection, chosen, again=again)

    skipped = {letter.mark for letter in (_already(chosen, done, again) if dry_run else in_transaction(send))}
    sent = [letter for letter in chosen if letter.mark not in skipped]
    if as_json:
        answer = {
            "dry_run": dry_run,
            "redriven": [told(letter, done) for letter in sent],
            "skipped": len(skipped),
            "refused": [{"code": why.code, "detail": why.detail} for why in refused],
        }
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))
    else:
        tell_put_back(sent, len(skipped), language, dry_run=dry_run)
    if refused:
        more = [f"… {len(refused) - SHOWN} more (--json)"] if len(refused) > SHOWN else []
        _stop(refused[0].code, "\n  ".join([*(why.detail for why in refused[:SHOWN]), *more]))


def _already(letters: Sequence[Letter], done: dict[Mark, datetime], again: bool) -> list[Letter]:
    """Those that would be left alone because they were put back before."""
    return [] if again else [letter for letter in letters if letter.mark in done]


def _export(folder: Path, letters: Sequence[Letter]) -> list[Path]:
    """Writes one file for each letter, readable by its owner only; overwrites none."""
    from services.cli.redrive_files import file_name, letter_json  # noqa: PLC0415
    from services.platform.redrive import RedriveCode, RedriveRefused  # noqa: PLC0415

    paths = [folder / file_name(letter) for letter in letters]
    for path in paths:
        if path.exists():
            raise RedriveRefused(RedriveCode.EXPORT_EXISTS, path.name)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path, letter in zip(paths, letters, strict=True):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(letter_json(letter))
    except OSError as error:
        raise RedriveRefused(RedriveCode.EXPORT_FAILED, f"{folder.name}: {error.strerror}") from None
    return paths


def _repairs(letters: Sequence[Letter], paths: Sequence[Path]) -> list[Letter]:
    from services.cli.redrive_files import read_repair  # noqa: PLC0415

    return [read_repair(path, letters) for path in paths]


def _stop(code: str, detail: str) -> NoReturn:
    english, chinese = NEXT_STEPS[code]
    _fail(f"{code}: {detail}\n  next: {english}\n  下一步：{chinese}")


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
