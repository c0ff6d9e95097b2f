"""What all roles have in common."""

from __future__ import annotations

import asyncio
from typing import NoReturn

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
    """What an event loop waits for."""

    __slots__ = ()

    async def _ready(self) -> None:
        """Returns when a wait may have something."""
        loop = asyncio.get_running_loop()
        descriptor = self.ready_descriptor()
        if self.arm() is not Status.TIMED_OUT:
            return
        ready = loop.create_future()
        loop.add_reader(descriptor, lambda: ready.done() or ready.set_result(None))
        try:
            await ready
        finally:
            loop.remove_reader(descriptor)

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
