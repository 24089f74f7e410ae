"""Which packets are spared: those whose pictures the sampler will not take."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import pytest

from services.certify.decode.foresight import Due, Foresight

BASE = Fraction(1, 30)


@dataclass(frozen=True)
class Packet:
    """What of a packet is read here; one of no size ends a stream."""

    pts: int | None
    size: int = 100
    time_base: Fraction = BASE


def in_threes(frames: int) -> list[Packet]:
    """0, 3, 1, 2, 6, 4, 5 …: as they are sent where two B-frames lie between any two others."""
    return [Packet(0), *(Packet(first + step) for first in range(0, frames, 3) for step in (3, 1, 2)), Packet(None, 0)]


def spared(packets: list[Packet], known_after: int = 0) -> list[int | None]:
    """Stamps of those that are spared at 15 a second; the first second is known after so many packets."""
    came = 0

    def zero() -> float | None:
        return 0.0 if came >= known_after else None

    found = []
    for packet, spare in Foresight(Due(0.0, 15.0), zero).packets(packets):
        found += [packet.pts] if spare else []
        came += 1
    return found


def test_of_30_frames_a_second_every_second_one_is_spared() -> None:
    """In whatever order they come."""
    assert sorted(str(stamp) for stamp in spared(in_threes(90))) == sorted(str(stamp) for stamp in range(1, 91, 2))


def test_nothing_is_spared_before_the_first_second_is_known() -> None:
    """A stream may begin with frames that cannot be decoded."""
    assert spared(in_threes(30), known_after=20) == [
        packet.pts for packet in in_threes(30)[20:] if (packet.pts or 0) % 2
    ]


@pytest.mark.parametrize("strange", [Packet(None), Packet(5)])
def test_after_a_stamp_that_cannot_be_foreseen_nothing_is_spared(strange: Packet) -> None:
    """None at all, or one that was passed long ago."""
    packets = [Packet(number) for number in range(120)]
    found = spared([*packets[:60], strange, *packets[60:]])
    assert found
    assert max(stamp or 0 for stamp in found) < 60


def test_what_breaks_the_file_comes_after_all_packets_before_it() -> None:
    """No frame is lost by looking ahead."""

    def broken() -> Iterator[Packet]:
        yield from (Packet(number) for number in range(50))
        raise ValueError("damaged")

    packets = Foresight(Due(0.0, 15.0), lambda: 0.0).packets(broken())
    assert [next(packets)[0].pts for _ in range(50)] == list(range(50))
    with pytest.raises(ValueError, match="damaged"):
        next(packets)
