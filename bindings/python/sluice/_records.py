"""Roles for records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from . import _sluice
from ._errors import NotFound, RecordMismatch
from ._options import (AttachTo, Memory, OnDeath, SlotLayout, StartAt, WaitStrategy, WakeProtocol,
                       WhenTaken, WithoutConsumers, WithoutProducer, options_of)
from ._role import Awaitable, Role
from ._schema import Record, as_dtype, check_same, dtype_of, record_of
from ._status import Status

_READ = 256


class Producer(Role, _sluice.Producer):
    """The role that writes a stream of records. create() makes one."""

    __slots__ = ()

    def wait_for_consumers(self, *names: str, timeout: float | None = None) -> None:
        """Waits until consumers of all these names are there. TimedOut."""
        self._wait_for_consumers(names, timeout)

    def _records(self, records: Any) -> np.ndarray:
        """An array of one dimension and of this role's own dtype; RecordMismatch."""
        if not isinstance(records, (np.ndarray, np.void)):
            made = np.array(records, self.dtype)
        elif records.dtype == self.dtype and records.dtype.itemsize == self.dtype.itemsize:
            made = np.asarray(records)
        else:
            check_same(records.dtype, Record(*self._record), self.segment)
            if (records.dtype.names is None) != (self.dtype.names is None):
                raise RecordMismatch(self.segment, "dtype", str(records.dtype), str(self.dtype),
                                     "view() the array as the dtype that is meant")
            made = np.asarray(records)
        made = np.atleast_1d(made)
        if made.ndim != 1 or made.strides[0] < made.itemsize or made.dtype.hasobject:
            made = np.ascontiguousarray(made).reshape(-1)
        return made if made.dtype is self.dtype else made.view(self.dtype)


class Consumer(Role, Awaitable, _sluice.Consumer):
    """The role that reads every record in place, and that the producer waits for. attach() makes one.

    Iterating gives batch after batch. Each step commits the batch before, and raises LiveView while
    a view of its records lives that is not the batch's own. The loop ends when the stream has ended,
    and `status` says why.
    """

    __slots__ = ("_awaited",)


class Observation:
    """Records that an observer has copied. Empty, and so false, when a read ended without any."""

    __slots__ = {
        "array": "The records, which are the caller's own.",
        "sequences": "The sequence of each.",
        "lost": "How many were overwritten before they were read.",
        "status": "Status.OK, or why there are none.",
    }

    def __init__(self, array: np.ndarray, sequences: np.ndarray, lost: int, status: Status) -> None:
        self.array = array
        self.sequences = sequences
        self.lost = lost
        self.status = status

    def __len__(self) -> int:
        return len(self.array)

    def __iter__(self) -> Iterator[np.void]:
        return iter(self.array)


class Observer(Role, _sluice.Observer):
    """The role that reads records by copying, and that nobody waits for. observe() makes one."""

    __slots__ = ()

    def read(self, n: int = _READ, timeout: float | None = None) -> Observation:
        """At most `n` records: waits until there is one, and copies what has come."""
        array = np.empty(max(n, 1), self.dtype)
        sequences = np.empty(len(array), np.uint64)
        count, lost, status = self._read(array.view(np.uint8), sequences, timeout)
        return Observation(array[:count], sequences[:count], lost, status)

    def __iter__(self):
        return self

    def __next__(self) -> Observation:
        seen = self.read()
        if not seen:
            raise StopIteration
        return seen


def create(segment: str, /, dtype: Any, capacity: int, *, record_name: str = "",
           alignment: int | None = None, slot_layout: SlotLayout | None = None,
           max_consumers: int | None = None, without_consumers: WithoutConsumers | None = None,
           wake_protocol: WakeProtocol | None = None, when_taken: WhenTaken | None = None,
           first_sequence: int | None = None, mode: int | None = None, directory: Any = None,
           wait_strategy: WaitStrategy | None = None, memory: Memory | None = None) -> Producer:
    """Creates a segment for records of a dtype, with a ring of `capacity` slots, a power of two.

    `record_name` and `alignment` are those of the C++ type that is to read it: recordName and
    alignof. By default a record has no name, and the alignment that C gives such a struct.
    """
    dtype = as_dtype(dtype)
    return _made(Producer, "_create", segment, dtype, options_of(
        record=record_of(dtype, record_name, alignment), capacity=capacity,
        slot_layout=slot_layout, max_consumers=max_consumers, without_consumers=without_consumers,
        wake_protocol=wake_protocol, when_taken=when_taken, first_sequence=first_sequence,
        mode=mode, directory=directory, wait_strategy=wait_strategy, memory=memory))


def open(segment: str, /, dtype: Any = None, *, take_over_within: float | None = 0,
         directory: Any = None, wait_strategy: WaitStrategy | None = None,
         memory: Memory | None = None) -> Producer:
    """Continues a segment, at exactly the record after the last published.

    `take_over_within` is how many seconds to wait for the producer before to be gone; None is for
    ever.
    """
    return _expecting(Producer, "_open", segment, dtype, options_of(
        take_over_within=take_over_within, directory=directory, wait_strategy=wait_strategy,
        memory=memory))


def create_or_open(segment: str, /, dtype: Any, capacity: int, *, record_name: str | None = None,
                   alignment: int | None = None, slot_layout: SlotLayout | None = None,
                   max_consumers: int | None = None,
                   without_consumers: WithoutConsumers | None = None,
                   wake_protocol: WakeProtocol | None = None, first_sequence: int | None = None,
                   mode: int | None = None, take_over_within: float | None = 0,
                   directory: Any = None, wait_strategy: WaitStrategy | None = None,
                   memory: Memory | None = None) -> Producer:
    """Continues the segment if there is one, else creates it. A closed one is replaced, whatever its
    record was.

    A `record_name` or `alignment` that is not given is that of the segment, if it has this dtype.
    """
    dtype = as_dtype(dtype)
    options = options_of(
        capacity=capacity, slot_layout=slot_layout, max_consumers=max_consumers,
        without_consumers=without_consumers, wake_protocol=wake_protocol,
        first_sequence=first_sequence, mode=mode, take_over_within=take_over_within,
        directory=directory, wait_strategy=wait_strategy, memory=memory)
    try:
        found = _found(segment, options)
        check_same(dtype, found, segment)
    except (NotFound, RecordMismatch):
        found = Record("", 0, 0, [])
    options["record"] = record_of(dtype, found.name if record_name is None else record_name,
                                  alignment or found.alignment)
    try:
        return _made(Producer, "_create_or_open", segment, dtype, options)
    except RecordMismatch:
        check_same(dtype, _found(segment, options), segment)  # names the field
        raise


def attach(segment: str, /, name: str | None = None, *, dtype: Any = None,
           start_at: StartAt | None = None, without_producer: WithoutProducer | None = None,
           on_death: OnDeath | None = None, attach_to: AttachTo | None = None,
           evict_after: float | None = None, after: Sequence[str] = (),
           appear_within: float | None = 0, max_batch: int | None = None, directory: Any = None,
           wait_strategy: WaitStrategy | None = None, memory: Memory | None = None) -> Consumer:
    """A consumer of the segment's records, whose dtype is the segment's own unless one is given.

    Times are seconds; `appear_within=None` waits for ever.
    """
    return _expecting(Consumer, "_attach", segment, dtype, options_of(
        name=name, start_at=start_at, without_producer=without_producer, on_death=on_death,
        attach_to=attach_to, evict_after=evict_after, after=after or None,
        appear_within=appear_within, max_batch=max_batch, directory=directory,
        wait_strategy=wait_strategy, memory=memory))


def observe(segment: str, /, *, dtype: Any = None, start_at: StartAt | None = None,
            without_producer: WithoutProducer | None = None, attach_to: AttachTo | None = None,
            appear_within: float | None = 0, directory: Any = None,
            wait_strategy: WaitStrategy | None = None, memory: Memory | None = None) -> Observer:
    """A reader of the segment's records that takes no part, and may be lapped."""
    return _expecting(Observer, "_attach", segment, dtype, options_of(
        start_at=start_at, without_producer=without_producer, attach_to=attach_to,
        appear_within=appear_within, directory=directory, wait_strategy=wait_strategy,
        memory=memory))


def _made(kind: type, how: str, segment: str, dtype: np.dtype | None, options: dict) -> Any:
    role = kind()
    getattr(role, how)(segment, options)
    record = Record(*role._record)
    role._set_dtype(dtype_of(record) if dtype is None else dtype)
    return role


def _expecting(kind: type, how: str, segment: str, dtype: Any, options: dict) -> Any:
    """A role of a segment that has this dtype, if one is given. A dtype has neither the record's name
    nor its alignment: those are the segment's, and the attach itself is held to all of them."""
    if dtype is not None:
        dtype = as_dtype(dtype)
        options["record"] = _found(segment, options)
        check_same(dtype, options["record"], segment)
    return _made(kind, how, segment, dtype, options)


def _found(segment: str, options: dict) -> Record:
    """The record of the segment that a role with these options would find."""
    look = {key: options[key] for key in ("directory", "appear_within", "attach_to")
            if key in options}
    with _made(Observer, "_attach", segment, None, look) as seen:
        return Record(*seen._record)
