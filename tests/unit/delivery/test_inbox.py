"""What the measurement of the ways counts: it must be able to see what it says did not happen."""

from concurrent.futures import ThreadPoolExecutor

from bench.delivery.ways import Inbox


def test_repetitions_and_doubles_are_counted() -> None:
    """The same id again is a repetition; the same request under another id would take effect twice."""
    inbox = Inbox()
    for event_id, effect in (("a", "P-1"), ("a", "P-1"), ("b", "P-2"), ("c", "P-1"), ("b", "P-2")):
        inbox.take(event_id, effect)
    assert (sorted(inbox.seen), inbox.again, inbox.doubled) == (["P-1", "P-2"], 2, 1)


def test_of_many_threads_one_is_the_first() -> None:
    """A webhook that comes again while the first is answered is counted too."""
    inbox = Inbox()
    with ThreadPoolExecutor(8) as threads:
        for _ in range(800):
            threads.submit(inbox.take, "a", "P-1")
    assert (len(inbox.seen), inbox.again, inbox.doubled) == (1, 799, 0)
