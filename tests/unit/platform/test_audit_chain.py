"""An exported audit log: whatever is done to the file is found, and the line is named."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import KeySet, OKPKey

from services.platform.audit_chain import (
    GENESIS,
    Act,
    Checked,
    Entry,
    check_export,
    compare_with_older,
    export_lines,
    hash_of,
    sign_proof,
    write_line,
)
from services.platform.audit_faults import AUDIT_FAULT_TEXTS, AuditFault

KEY, OTHER_KEY = OKPKey.generate_key("Ed25519"), OKPKey.generate_key("Ed25519")
KEYS = KeySet([KEY])
NOW = datetime(2026, 11, 25, tzinfo=UTC)
LINES = 7


def make_log(count: int, *, act: Act = Act.REVIEW_DECIDED) -> list[tuple[str, bytes]]:
    """A log of so many lines."""
    lines: list[tuple[str, bytes]] = []
    for number in range(1, count + 1):
        entry = Entry(f"reviewer-{number % 3}", "reviewer", act, f"capture:{UUID(int=number)}", (UUID(int=number),))
        line = write_line(entry, number, NOW + timedelta(seconds=number), lines[-1][1] if lines else GENESIS)
        lines.append((line, hash_of(line)))
    return lines


def export(lines: list[tuple[str, bytes]], first: int = 1, key: OKPKey = KEY) -> str:
    """As the county exports it."""
    previous = lines[first - 2][1] if first > 1 else GENESIS
    head = lines[-1][1] if lines else GENESIS
    proof = sign_proof(key, first=first, last=len(lines), previous=previous, head=head, made_at=NOW)
    return "".join(export_lines(lines[first - 1 :], proof))


FILE = export(make_log(LINES))


def check(text: str) -> Checked:
    return check_export(text.encode(), KEYS)


def found(text: str) -> set[tuple[AuditFault, int]]:
    return {(finding.fault, finding.number) for finding in check(text).findings}


@pytest.mark.parametrize("first", [1, 4])
@pytest.mark.parametrize("count", [4, 7])
def test_an_untouched_export_holds(first: int, count: int) -> None:
    """From the beginning, or from any line on."""
    checked = check(export(make_log(count), first))
    assert (checked.findings, checked.lines) == ((), count - first + 1)


def test_an_empty_log_holds() -> None:
    """Nobody has done anything yet."""
    assert found(export([])) == set()


@pytest.mark.parametrize("number", range(1, LINES + 1))
def test_a_changed_line_is_named(number: int) -> None:
    """Another account: the line is not what its hash says; nor is it with its hash made anew."""
    rows = FILE.splitlines(keepends=True)
    row = rows[number - 1]
    rows[number - 1] = row.replace(f"reviewer-{number % 3}", "somebody")
    assert (AuditFault.LINE_CHANGED, number) in found("".join(rows))
    line = rows[number - 1][65:-1]
    rows[number - 1] = f"{hash_of(line).hex()} {line}\n"
    broken = {(AuditFault.CHAIN_BROKEN, number + 1)} if number < LINES else {(AuditFault.HEAD_DIFFERS, LINES)}
    assert found("".join(rows)) == broken


@pytest.mark.parametrize("number", range(1, LINES + 1))
def test_a_removed_line_is_named(number: int) -> None:
    """Wherever it stood, the last one too."""
    rows = FILE.splitlines(keepends=True)
    del rows[number - 1]
    assert found("".join(rows)) == {(AuditFault.LINE_MISSING, number)}


def test_moved_doubled_and_foreign_lines_are_named() -> None:
    """Each by its number."""
    rows = FILE.splitlines(keepends=True)
    assert found("".join([rows[0], rows[2], rows[1], *rows[3:]])) == {(AuditFault.LINE_MOVED, 2)}
    assert found("".join([*rows[:3], rows[2], *rows[3:]])) == {(AuditFault.LINE_DOUBLED, 3)}
    line, digest = make_log(LINES + 1)[-1]
    assert found("".join([*rows[:-1], f"{digest.hex()} {line}\n", rows[-1]])) == {
        (AuditFault.LINE_FOREIGN, LINES + 1)
    }  # fmt: skip


def test_a_cut_off_end_is_found() -> None:
    """With the proof, or only within it, or with the proof of a shorter log of another county's key."""
    rows = FILE.splitlines(keepends=True)
    for end in range(1, len(rows)):
        assert found("".join(rows[:-end])) == {(AuditFault.PROOF_MISSING, len(rows) - end)}
    assert found(FILE[:-10] + "\n") == {(AuditFault.PROOF_WRONG, LINES + 1)}
    assert found(export(make_log(LINES), key=OTHER_KEY)) == {(AuditFault.PROOF_KEY_UNKNOWN, LINES + 1)}


@given(st.data())
def test_any_change_of_a_byte_is_found(data: st.DataObject) -> None:
    """Changed, removed or put in, anywhere, the proof included: at least one fault."""
    content = FILE.encode()
    at = data.draw(st.integers(0, len(content) - 1))
    put = data.draw(st.binary(max_size=3))
    taken = data.draw(st.integers(0, 3))
    changed = content[:at] + put + content[at + taken :]
    if changed != content:
        assert check_export(changed, KEYS).findings != ()


@given(st.permutations(range(LINES)), st.sets(st.integers(0, LINES - 1)))
def test_any_other_order_or_choice_of_lines_is_found(order: list[int], gone: set[int]) -> None:
    """Only all lines in their order hold."""
    rows = FILE.splitlines(keepends=True)
    kept = [number for number in order if number not in gone]
    holds = not check("".join([*(rows[number] for number in kept), rows[-1]])).findings
    assert holds == (kept == list(range(LINES)))


def test_a_log_that_was_written_anew_and_signed_differs_from_an_older_export() -> None:
    """Who has the county's key can write a log that holds; against an older export the first other line is named."""
    older = check(export(make_log(5)))
    assert compare_with_older(check(FILE), older) == ()
    lines = make_log(2) + make_log(LINES, act=Act.REVIEW_OPENED)[2:]
    (finding,) = compare_with_older(check(export(lines)), older)
    assert finding == (AuditFault.REWRITTEN, 3)
    assert compare_with_older(check(export(make_log(4))), older) == ((AuditFault.SHORTER_THAN_BEFORE, 5),)


@pytest.mark.parametrize("rewritten", range(1, 6))
def test_files_that_follow_each_other_are_held_together(rewritten: int) -> None:
    """The newer one names the hash of the older one's last line: with whatever line the log was written anew, it is
    another one."""
    older = check(export(make_log(5)))
    assert compare_with_older(check(export(make_log(LINES), first=6)), older) == ()
    lines = make_log(rewritten - 1)
    lines += make_log(LINES, act=Act.REVIEW_OPENED)[rewritten - 1 :]
    forged = check(export(relinked(lines), first=6))
    assert (forged.findings, compare_with_older(forged, older)) == ((), ((AuditFault.REWRITTEN, 5),))


def relinked(lines: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The same acts as a chain that holds."""
    chain: list[tuple[str, bytes]] = []
    for line, _ in lines:
        content = json.loads(line) | {"previous": (chain[-1][1] if chain else GENESIS).hex()}
        again = json.dumps(content, sort_keys=True, separators=(",", ":"))
        chain.append((again, hash_of(again)))
    return chain


@pytest.mark.parametrize("begun", [1, 3])
def test_files_with_a_gap_between_them_say_nothing_of_each_other(begun: int) -> None:
    """And that is said: it does not pass for a comparison that holds."""
    older = check(export(make_log(5), first=begun))
    newer = check(export(make_log(LINES), first=7))
    assert (newer.findings, older.findings) == ((), ())
    assert compare_with_older(newer, older) == ((AuditFault.NOT_COMPARABLE, 7),)


@pytest.mark.parametrize("said", ["王秀英", "11010519491231002X", "visit:110105194912310", "a text with spaces", ""])
def test_nothing_personal_enters_a_line(said: str) -> None:
    """A line holds codes, ids and numbers: a name, an ID number or a text is refused, wherever it is put."""
    for actor, subject, detail in (
        (said, "x", {}),
        ("x", said, {}),
        ("x", "x", {"a": said}),
        ("x", "x", {"a": [said]}),
    ):
        with pytest.raises(ValueError, match="codes, ids and numbers"):
            Entry(actor, "reviewer", Act.REVIEW_DECIDED, subject, detail=detail)


def test_every_fault_is_said_in_both_languages() -> None:
    """Whoever checks knows what to do."""
    assert set(AUDIT_FAULT_TEXTS) == set(AuditFault)
    assert all(english and chinese for english, chinese in AUDIT_FAULT_TEXTS.values())
