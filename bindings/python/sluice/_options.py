"""Options by the names of C++, in snake_case, as the extension takes them."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from typing import Literal, Union

from ._errors import InvalidArgument

SlotLayout = Literal["stamped", "packed", "stamped_lines"]
WithoutConsumers = Literal["run_on", "wait"]
WakeProtocol = Literal["fence", "membarrier", "none"]
WhenTaken = Literal["fail", "replace", "replace_closed"]
StartAt = Literal["latest", "oldest"]
WithoutProducer = Literal["end", "stay"]
AttachTo = Literal["any_segment", "living_producer"]
OnDeath = Literal["release", "hold"]
Memory = Iterable[Literal["prefault", "huge_pages", "lock_pages"]]
WaitStrategy = Union[
    Literal["spin_then_sleep", "busy_spin", "spin_then_yield", "sleep_at_once"], "tuple[int, int]"]

_FOREVER = 2**63 - 1
_LONGEST = 2**63 - 1

_CHOICES = {
    "slot_layout": {"stamped": 1, "packed": 2, "stamped_lines": 3},
    "without_consumers": {"run_on": 1, "wait": 2},
    "wake_protocol": {"fence": 1, "membarrier": 2, "none": 3},
    "when_taken": {"fail": 0, "replace": 1, "replace_closed": 2},
    "start_at": {"latest": 1, "oldest": 2},
    "without_producer": {"end": 1, "stay": 2},
    "attach_to": {"any_segment": 1, "living_producer": 2},
    "on_death": {"release": 1, "hold": 2},
}
_MEMORY = {"prefault": 1, "huge_pages": 2, "lock_pages": 4}
_WAITS = {"spin_then_sleep": 0, "busy_spin": 1, "spin_then_yield": 2, "sleep_at_once": 3}
_COUNTED = 4
_NUMBERS = {"capacity": 2**63 - 1, "first_sequence": 2**63 - 1, "max_consumers": 2**31 - 1,
            "mode": 0o7777, "payload_bytes": 2**63 - 1, "slot_size": 2**63 - 1,
            "max_batch": 2**63 - 1}


def _choice(field: str, value: object, choices: dict[str, int]) -> int:
    number = choices.get(value) if isinstance(value, str) else None
    if number is None:
        raise InvalidArgument("", field, repr(value), " or ".join(map(repr, choices)))
    return number


def _number(field: str, value: object) -> int:
    if not hasattr(value, "__index__") or not 0 <= int(value) <= _NUMBERS[field]:  # type: ignore
        raise InvalidArgument("", field, repr(value), f"a number from 0 to {_NUMBERS[field]}")
    return int(value)  # type: ignore[call-overload]


def _seconds(field: str, value: object) -> float:
    if isinstance(value, (int, float)) and not math.isnan(value):
        return float(value)
    raise InvalidArgument("", field, repr(value), "a number of seconds, or None")


def _deadline(field: str, value: object) -> int:
    """A deadline for the extension, of a number of seconds; None is for ever."""
    if value is None:
        return _FOREVER
    seconds = _seconds(field, value)
    if seconds <= 0:
        return 0
    return int(min(time.monotonic_ns() + seconds * 1e9, _LONGEST)) if seconds < 9e9 else _FOREVER


def _patience(field: str, value: object) -> int:
    """Nanoseconds; 0, which is for ever, of what is longer than they count."""
    nanoseconds = _seconds(field, value) * 1e9
    return int(max(nanoseconds, -_LONGEST)) if nanoseconds < _LONGEST else 0


def _wait(value: object) -> dict[str, int]:
    if isinstance(value, tuple):
        if len(value) == 2 and all(isinstance(n, int) and 0 <= n < 2**32 for n in value):
            return {"wait_kind": _COUNTED, "spins": value[0], "yields": value[1]}
        raise InvalidArgument("", "wait_strategy", repr(value), "(spins, yields), each of 32 bits")
    return {"wait_kind": _choice("wait_strategy", value, _WAITS)}


def options_of(**chosen: object) -> dict[str, object]:
    """What was chosen, for the extension; what is None is the default."""
    options: dict[str, object] = {}
    for field, value in chosen.items():
        if field in ("appear_within", "take_over_within"):
            options[field] = _deadline(field, value)
        elif value is None:
            continue
        elif field in _CHOICES:
            options[field] = _choice(field, value, _CHOICES[field])
        elif field in _NUMBERS:
            options[field] = _number(field, value)
        elif field == "evict_after":
            options[field] = _patience(field, value)
        elif field == "memory":
            options[field] = sum(_choice(field, one, _MEMORY) for one in set(value))  # type: ignore
        elif field == "wait_strategy":
            options.update(_wait(value))
        elif field == "after":
            options[field] = [value] if isinstance(value, str) else list(value)  # type: ignore
        else:
            options[field] = value
    return options
