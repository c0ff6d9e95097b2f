"""Records and messages between processes on one machine, through a ring in named shared memory.

    with sluice.attach("ticks", name="risk") as ring:
        for batch in ring:
            print(batch.array["price"].mean())
"""

from __future__ import annotations

import os
import threading

import numpy

from . import _sluice
from ._errors import (AllClaimed, AlreadyExists, Corrupt, Denied, Detached, Ended, Error, Evicted,
                      Full, Incompatible, InUse, InvalidArgument, LiveView, NotASegment, NotFound,
                      PeerGone, RecordMismatch, Stopped, SystemFailure, TimedOut, TooLarge,
                      make_error)
from ._status import Status

_sluice.set_up(error=make_error, statuses=tuple(Status), array=numpy.ndarray, empty=numpy.empty)
_sluice.begin_process(threading.main_thread().ident)
os.register_at_fork(after_in_child=lambda: _sluice.begin_process(threading.get_ident()))

from . import messages  # noqa: E402
from ._records import (Consumer, Observation, Observer, Producer, attach, create,  # noqa: E402
                       create_or_open, observe, open)
from ._segments import dump_segment, list_segments, remove_consumer, remove_segment  # noqa: E402
from ._sluice import Batch, Message  # noqa: E402

__version__ = _sluice.version()

__all__ = [
    "AllClaimed", "AlreadyExists", "Batch", "Consumer", "Corrupt", "Denied", "Detached", "Ended",
    "Error", "Evicted", "Full", "InUse", "Incompatible", "InvalidArgument", "LiveView", "Message",
    "NotASegment", "NotFound", "Observation", "Observer", "PeerGone", "Producer", "RecordMismatch",
    "Status", "Stopped", "SystemFailure", "TimedOut", "TooLarge", "attach", "create",
    "create_or_open", "dump_segment", "list_segments", "messages", "observe", "open",
    "remove_consumer", "remove_segment",
]
