"""A report on its way to an answer: read, passed on, given back, answered; each act a line of the audit log.

Which person acted stands in the audit log alone, and which cadre reported it nowhere: agencies are ranked, cadres
never.
"""

from uuid import UUID

from schemas.base import AgencyCode, stable_id
from schemas.feedback import FeedbackKind, FeedbackPassedOn
from schemas.topics import REQUEST_NOTICE
from services.gateway.access import audited
from services.gateway.access.callers import Principal, Role
from services.gateway.domain.feedback import FeedbackHolder, Medium, Part, Step
from services.gateway.door import Door
from services.gateway.errors import Code, Refusal
from services.gateway.feedback.report import names_nobody
from services.gateway.feedback.sealing import key_of, sealed_part
from services.gateway.feedback.views import FeedbackOpened, FeedbackStepView
from services.gateway.store import feedback
from services.gateway.store.feedback import FeedbackRow, FeedbackSight, StepRow
from services.platform.audit_chain import Act
from services.platform.database import Connection
from services.platform.sealing import open_bytes


def sight_of(caller: Principal) -> FeedbackSight:
    """An agency sees what it has or has answered, the joint group likewise, staff their areas, auditors theirs."""
    match caller.role:
        case Role.AGENCY:
            return FeedbackSight(office=FeedbackHolder.AGENCY, agency=caller.own_agency)
        case Role.JOINT_GROUP:
            return FeedbackSight(office=FeedbackHolder.JOINT_GROUP)
        case Role.DEVICE:
            return FeedbackSight(device_id=caller.own_device.device_id)
        case Role.SCHEDULER | Role.REVIEWER | Role.AUDITOR | Role.ADMIN:
            return FeedbackSight(areas=caller.areas)


def office_of(caller: Principal) -> FeedbackHolder:
    """For whom this caller acts."""
    match caller.role:
        case Role.AGENCY:
            return FeedbackHolder.AGENCY
        case Role.JOINT_GROUP:
            return FeedbackHolder.JOINT_GROUP
        case _:
            return FeedbackHolder.TRIAGE


async def open_feedback(door: Door, caller: Principal, feedback_id: UUID) -> FeedbackOpened:
    """A report with all that was written. Raises Refusal FEEDBACK_UNKNOWN."""
    async with door.pool.connection() as connection, connection.transaction():
        row = await _get(connection, caller, feedback_id)
        opened = await _opened(door, connection, row, caller)
        await _note(connection, caller, Act.FEEDBACK_OPENED, row, parts=(Part.TEXT,), part=Part.TEXT.value)
    return opened


async def open_file(door: Door, caller: Principal, feedback_id: UUID, medium: Medium) -> tuple[bytes, str]:
    """The voice or the picture, and what it is.

    Raises:
        Refusal: FEEDBACK_UNKNOWN; FEEDBACK_FILE_GONE when there is none, it has not come yet, or its time is over.
    """
    part = Part(medium)
    async with door.pool.connection() as connection, connection.transaction():
        row = await _get(connection, caller, feedback_id)
        sealed = await feedback.read_part(connection, feedback_id, part)
        if sealed is None:
            raise Refusal(Code.FEEDBACK_FILE_GONE)
        content = await _open(door, connection, feedback_id, part, sealed)
        await _note(connection, caller, Act.FEEDBACK_OPENED, row, parts=(part,), part=part.value)
    return content, row.parts[part].media_type


async def read_answer(door: Door, caller: Principal, feedback_id: UUID) -> str:
    """The answer, for the phone that sent the report. The line of the audit log names the phone and not the report: it
    stays for ever, and nobody shall learn from it who reported what.

    Raises:
        Refusal: FEEDBACK_UNKNOWN for another phone's, FEEDBACK_NOT_ANSWERED.
    """
    async with door.pool.connection() as connection, connection.transaction():
        row = await _get(connection, caller, feedback_id)
        steps = await feedback.steps_of(connection, feedback_id)
        if row.answered_at is None or not steps or steps[-1].sealed is None:
            raise Refusal(Code.FEEDBACK_NOT_ANSWERED)
        answer = await _open(door, connection, feedback_id, Part.TEXT, steps[-1].sealed)
        await audited.note(connection, caller, Act.FEEDBACK_ANSWER_READ, f"device:{caller.subject}")
    return answer.decode()


async def pass_on(
    door: Door, caller: Principal, feedback_id: UUID, *, version: int, agency: AgencyCode | None, note: str
) -> FeedbackRow:
    """Gives a report to an agency, which is told, or to the joint group; also when somebody else has it.

    Raises:
        Refusal: FEEDBACK_UNKNOWN, FEEDBACK_CHANGED, FEEDBACK_OVER, FEEDBACK_AGENCY_UNKNOWN, FEEDBACK_HAS_ID_NUMBER.
    """
    names_nobody(note)
    if agency is not None and agency not in door.settings.agencies:
        raise Refusal(Code.FEEDBACK_AGENCY_UNKNOWN)
    async with door.pool.connection() as connection, connection.transaction():
        row = await _held(connection, caller, feedback_id, version)
        office = FeedbackHolder.JOINT_GROUP if agency is None else FeedbackHolder.AGENCY
        step = await _step(door, connection, row, Step.PASSED_ON, office, agency, note)
        await feedback.take_step(connection, feedback_id, step, office=office, agency=agency)
        now = await _get(connection, caller, feedback_id)
        if agency is not None:
            await _tell(door, connection, row, agency, step)
        await _note(connection, caller, Act.FEEDBACK_PASSED_ON, row, to=agency or office.value)
    return now


async def give_back(door: Door, caller: Principal, feedback_id: UUID, *, version: int, reason: str) -> None:
    """It is not theirs: the report is with triage again, which reads why.

    Raises:
        Refusal: FEEDBACK_UNKNOWN, FEEDBACK_CHANGED, FEEDBACK_OVER, FEEDBACK_HAS_ID_NUMBER.
    """
    names_nobody(reason)
    async with door.pool.connection() as connection, connection.transaction():
        row = await _held(connection, caller, feedback_id, version)
        step = await _step(door, connection, row, Step.GIVEN_BACK, office_of(caller), caller.agency, reason)
        await feedback.take_step(connection, feedback_id, step, office=FeedbackHolder.TRIAGE, agency=None)
        await _note(connection, caller, Act.FEEDBACK_GIVEN_BACK, row)


async def answer(door: Door, caller: Principal, feedback_id: UUID, *, version: int, text: str) -> FeedbackRow:
    """Ends it with an answer, which the phone shows.

    Raises:
        Refusal: FEEDBACK_UNKNOWN, FEEDBACK_CHANGED, FEEDBACK_OVER, FEEDBACK_HAS_ID_NUMBER.
    """
    names_nobody(text)
    async with door.pool.connection() as connection, connection.transaction():
        row = await _held(connection, caller, feedback_id, version)
        step = await _step(door, connection, row, Step.ANSWERED, office_of(caller), caller.agency, text)
        await feedback.take_step(connection, feedback_id, step, office=row.office, agency=row.agency)
        now = await _get(connection, caller, feedback_id)
        await _note(connection, caller, Act.FEEDBACK_ANSWERED, row)
    return now


async def _get(connection: Connection, caller: Principal, feedback_id: UUID, *, lock: bool = False) -> FeedbackRow:
    row = await feedback.find_feedback(connection, feedback_id, sight_of(caller), lock=lock)
    if row is None:
        raise Refusal(Code.FEEDBACK_UNKNOWN)
    return row


async def _held(connection: Connection, caller: Principal, feedback_id: UUID, version: int) -> FeedbackRow:
    """The report, locked, as the caller has read it, and not answered."""
    row = await _get(connection, caller, feedback_id, lock=True)
    if row.answered_at is not None:
        raise Refusal(Code.FEEDBACK_OVER)
    if row.version != version:
        raise Refusal(Code.FEEDBACK_CHANGED)
    return row


async def _step(
    door: Door,
    connection: Connection,
    row: FeedbackRow,
    step: Step,
    office: FeedbackHolder,
    agency: AgencyCode | None,
    said: str,
) -> StepRow:
    sealed = await sealed_part(door, connection, row.feedback_id, Part.TEXT, said.encode()) if said else None
    return StepRow(row.version + 1, step, office, agency, sealed, door.now())


async def _open(door: Door, connection: Connection, feedback_id: UUID, part: Part, sealed: bytes) -> bytes:
    key_id = key_of(feedback_id, part)
    return open_bytes((await door.keyring.get(connection, [key_id]))[key_id], key_id, sealed)


async def _opened(door: Door, connection: Connection, row: FeedbackRow, caller: Principal) -> FeedbackOpened:
    text = await feedback.read_part(connection, row.feedback_id, Part.TEXT)
    steps = [each for each in await feedback.steps_of(connection, row.feedback_id) if _is_shown(each, caller)]
    said = {
        each.version: (await _open(door, connection, row.feedback_id, Part.TEXT, each.sealed)).decode()
        for each in steps
        if each.sealed is not None
    }
    words = None if text is None else (await _open(door, connection, row.feedback_id, Part.TEXT, text)).decode()
    return FeedbackOpened.of_row(
        row, words, [FeedbackStepView.of(each, said.get(each.version), door) for each in steps], door
    )


def _is_shown(step: StepRow, caller: Principal) -> bool:
    """Triage reads every step; an agency and the joint group what was said to them and by them, and triage's answer."""
    mine = office_of(caller)
    return (
        mine is FeedbackHolder.TRIAGE
        or step.office is FeedbackHolder.TRIAGE
        or (step.office, step.agency) == (mine, caller.agency)
    )


async def _tell(door: Door, connection: Connection, row: FeedbackRow, agency: AgencyCode, step: StepRow) -> None:
    event = FeedbackPassedOn(
        event_id=stable_id("feedback-passed-on", str(row.feedback_id), str(step.version)),
        recorded_at=step.taken_at,
        feedback_id=row.feedback_id,
        agency=agency,
        kind=FeedbackKind(row.kind),
    )
    transaction = door.transaction(connection)
    transaction.emit(REQUEST_NOTICE.named(agency), str(row.feedback_id), event)
    await transaction.flush()


async def _note(
    connection: Connection, caller: Principal, act: Act, row: FeedbackRow, parts: tuple[Part, ...] = (), **said: str
) -> None:
    keys = [key_of(row.feedback_id, part) for part in parts]
    await audited.note(connection, caller, act, f"feedback:{row.feedback_id}", keys=keys, **said)
