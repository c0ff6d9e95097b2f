"""What all roles have in common."""

from __future__ import annotations

import asyncio
from typing import NoReturn

from ._errors import InvalidArgument
from ._status import Status


class Role:
    """A context manager that leaves at its end, and that stays in its process."""

    __slots__ = ()

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def __repr__(self) -> str:
        state = "" if self.attached else ", has left"
        return f"<sluice.{type(self).__name__} of {self.segment!r}{state}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(
            f"{self!r} cannot be sent to another process: send the segment's name, and attach there")


class Awaitable:
    """What an event loop waits for. `_awaited` is a slot of the role."""

    __slots__ = ()
    _awaited: tuple[asyncio.AbstractEventLoop, int, asyncio.Future[None]] | None

    def __init__(self) -> None:
        self._awaited = None

    async def _ready(self) -> None:
        """Returns when a wait may have something, or raises."""
        if self._awaited is not None:
            raise InvalidArgument(self.segment, "role", "another task that waits for it",
                                  "one task at a time", "give each task a role of its own")
        loop = asyncio.get_running_loop()
        descriptor = self.ready_descriptor()
        if self.arm() is not Status.TIMED_OUT:
            return
        ready = loop.create_future()
        self._awaited = loop, descriptor, ready
        loop.add_reader(descriptor, lambda: ready.done() or ready.set_result(None))
        try:
            await ready
        finally:
            self._end_await()

    def _end_await(self) -> None:
        """The loop forgets the descriptor, whose number is soon that of another file once it is
        closed; a task that still waits looks again."""
        if self._awaited is None:
            return
        loop, descriptor, ready = self._awaited
        self._awaited = None
        if loop.is_closed():
            return
        loop.remove_reader(descriptor)
        if not ready.done():
            loop.call_soon_threadsafe(lambda: ready.done() or ready.set_result(None))

    def leave(self) -> None:
        """Leaves the stream; a held row stays held. Memory that views still need goes with the last
        of them, and so does the row. A task that waits for it gets an InvalidArgument. Again: no
        effect."""
        self._end_await()
        super().leave()  # type: ignore[misc]

    def resign(self) -> None:
        """Gives the row and the name up for good, a held row too."""
        self._end_await()
        super().resign()  # type: ignore[misc]

    async def async_wait(self):
        """As wait(), for asyncio: other tasks run meanwhile."""
        await asyncio.sleep(0)
        while True:
            batch = self.wait(timeout=0)
            if batch.status is not Status.TIMED_OUT:
                return batch
            await self._ready()

    def __aiter__(self):
        return self

    async def __anext__(self):
        self.commit()
        batch = await self.async_wait()
        if not batch:
            raise StopAsyncIteration
        return batch
