"""Messages of any length: sluice.messages.create("log", payload_bytes=1 << 26)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from . import _sluice
from ._options import (AttachTo, Memory, OnDeath, StartAt, WaitStrategy, WakeProtocol, WhenTaken,
                       WithoutConsumers, WithoutProducer, options_of)
from ._role import Awaitable, Role
from ._sluice import Message
from ._status import Status

__all__ = ["Message", "MessageBatch", "MessageConsumer", "MessageObserver", "MessageProducer",
           "ObservedMessage", "attach", "create", "create_or_open", "observe", "open"]


class MessageProducer(Role, _sluice.MessageProducer):
    """The role that writes a stream of messages. create() makes one."""

    __slots__ = ()

    def wait_for_consumers(self, *names: str, timeout: float | None = None) -> None:
        """Waits until consumers of all these names are there. TimedOut."""
        self._wait_for_consumers(names, timeout)


class MessageBatch(Sequence):
    """Messages that a consumer was given. Empty, and so false, when a wait ended without any."""

    __slots__ = {
        "_messages": None,
        "first": "The sequence of the first message; of an empty batch, what would come next.",
        "status": "Status.OK, or why the batch is empty.",
    }

    def __init__(self, messages: tuple[Message, ...], first: int, status: Status) -> None:
        self._messages = messages
        self.first = first
        self.status = status

    def __len__(self) -> int:
        return len(self._messages)

    def __getitem__(self, index):
        return self._messages[index]

    def __iter__(self) -> Iterator[Message]:
        return iter(self._messages)

    def copy(self) -> list[bytes]:
        """The messages' bytes, which are kept as long as one likes."""
        return [bytes(message) for message in self._messages]


class MessageConsumer(Role, Awaitable, _sluice.MessageConsumer):
    """The role that reads every message in place, and that the producer waits for.

    Iterating gives batch after batch. Each step commits the batch before and releases the
    memoryviews that its messages gave; LiveView while another view of their bytes lives.
    """

    __slots__ = ("_awaited",)

    def wait(self, timeout: float | None = None) -> MessageBatch:
        """The messages that have come: waits until there is one, for `timeout` seconds at most."""
        return MessageBatch(*self._wait(timeout))

    def __iter__(self):
        return self

    def __next__(self) -> MessageBatch:
        self.commit()
        batch = self.wait()
        if not batch:
            raise StopIteration
        return batch


class ObservedMessage:
    """A message that an observer has copied. Without one it is false, and `status` says why."""

    __slots__ = {
        "bytes": "Its bytes, which are the caller's own.",
        "kind": "Its producer's number for what it is.",
        "sequence": "Its number in the stream; without a message, what would come next.",
        "lost": "How many were overwritten before this one was read.",
        "status": "Status.OK, or why there is none.",
    }

    def __init__(self, data: bytes, kind: int, sequence: int, lost: int, status: Status) -> None:
        self.bytes = data
        self.kind = kind
        self.sequence = sequence
        self.lost = lost
        self.status = status

    def __bool__(self) -> bool:
        return self.status is Status.OK

    def __bytes__(self) -> bytes:
        return self.bytes


class MessageObserver(Role, _sluice.MessageObserver):
    """The role that reads messages by copying, and that nobody waits for."""

    __slots__ = ()

    def read(self, timeout: float | None = None) -> ObservedMessage:
        """The next message, copied: waits until there is one."""
        return ObservedMessage(*self._read(timeout))

    def __iter__(self):
        return self

    def __next__(self) -> ObservedMessage:
        seen = self.read()
        if not seen:
            raise StopIteration
        return seen


def create(segment: str, /, *, payload_bytes: int | None = None, capacity: int | None = None,
           slot_size: int | None = None, max_consumers: int | None = None,
           without_consumers: WithoutConsumers | None = None,
           wake_protocol: WakeProtocol | None = None, when_taken: WhenTaken | None = None,
           first_sequence: int | None = None, mode: int | None = None, directory: Any = None,
           wait_strategy: WaitStrategy | None = None,
           memory: Memory | None = None) -> MessageProducer:
    """Creates a segment for messages. `payload_bytes` or `capacity` must be chosen."""
    return _made(MessageProducer, "_create", segment, options_of(
        payload_bytes=payload_bytes, capacity=capacity, slot_size=slot_size,
        max_consumers=max_consumers, without_consumers=without_consumers,
        wake_protocol=wake_protocol, when_taken=when_taken, first_sequence=first_sequence,
        mode=mode, directory=directory, wait_strategy=wait_strategy, memory=memory))


def open(segment: str, /, *, take_over_within: float | None = 0, directory: Any = None,
         wait_strategy: WaitStrategy | None = None,
         memory: Memory | None = None) -> MessageProducer:
    """Continues a segment, at exactly the message after the last published."""
    return _made(MessageProducer, "_open", segment, options_of(
        take_over_within=take_over_within, directory=directory, wait_strategy=wait_strategy,
        memory=memory))


def create_or_open(segment: str, /, *, payload_bytes: int | None = None,
                   capacity: int | None = None, slot_size: int | None = None,
                   max_consumers: int | None = None,
                   without_consumers: WithoutConsumers | None = None,
                   wake_protocol: WakeProtocol | None = None, first_sequence: int | None = None,
                   mode: int | None = None, take_over_within: float | None = 0,
                   directory: Any = None, wait_strategy: WaitStrategy | None = None,
                   memory: Memory | None = None) -> MessageProducer:
    """Continues the segment if there is one, else creates it."""
    return _made(MessageProducer, "_create_or_open", segment, options_of(
        payload_bytes=payload_bytes, capacity=capacity, slot_size=slot_size,
        max_consumers=max_consumers, without_consumers=without_consumers,
        wake_protocol=wake_protocol, first_sequence=first_sequence, mode=mode,
        take_over_within=take_over_within, directory=directory, wait_strategy=wait_strategy,
        memory=memory))


def attach(segment: str, /, name: str | None = None, *, start_at: StartAt | None = None,
           without_producer: WithoutProducer | None = None, on_death: OnDeath | None = None,
           attach_to: AttachTo | None = None, evict_after: float | None = None,
           after: Sequence[str] = (), appear_within: float | None = 0,
           max_batch: int | None = None, directory: Any = None,
           wait_strategy: WaitStrategy | None = None,
           memory: Memory | None = None) -> MessageConsumer:
    """A consumer of the segment's messages. Times are seconds."""
    return _made(MessageConsumer, "_attach", segment, options_of(
        name=name, start_at=start_at, without_producer=without_producer, on_death=on_death,
        attach_to=attach_to, evict_after=evict_after, after=after or None,
        appear_within=appear_within, max_batch=max_batch, directory=directory,
        wait_strategy=wait_strategy, memory=memory))


def observe(segment: str, /, *, start_at: StartAt | None = None,
            without_producer: WithoutProducer | None = None, attach_to: AttachTo | None = None,
            appear_within: float | None = 0, directory: Any = None,
            wait_strategy: WaitStrategy | None = None,
            memory: Memory | None = None) -> MessageObserver:
    """A reader of the segment's messages that takes no part, and may be lapped."""
    return _made(MessageObserver, "_attach", segment, options_of(
        start_at=start_at, without_producer=without_producer, attach_to=attach_to,
        appear_within=appear_within, directory=directory, wait_strategy=wait_strategy,
        memory=memory))


def _made(kind: type, how: str, segment: str, options: dict) -> Any:
    role = kind()
    getattr(role, how)(segment, options)
    return role
