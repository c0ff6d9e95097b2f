"""How a call went."""

from __future__ import annotations

import enum


class Status(enum.IntEnum):
    """How a call went, or why a stream has ended; as sluice::Status, with its numbers."""

    OK = 0
    TIMED_OUT = 1  #: the timeout passed first
    STOPPED = 2
    CLOSED = 3  #: the producer closed the stream, and everything published was returned
    PEER_LEFT = 4  #: the participant waited for left in order, without closing the stream
    PEER_DIED = 5  #: the process of the participant waited for is gone
    EVICTED = 6  #: the producer went on without this consumer
    CORRUPT = 7  #: shared memory holds what no participant writes
    DETACHED = 8  #: this is a forked child of the process that attached
    TOO_LARGE = 9  #: a message longer than the ring may hold
    ALL_CLAIMED = 10  #: what is claimed and not published leaves no room
