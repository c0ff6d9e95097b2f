"""What goes wrong, as exceptions."""

from __future__ import annotations

from ._status import Status


class Error(Exception):
    """The root of all exceptions of this package. Its text names what is wrong and what to do."""

    def __init__(self, segment: str = "", field: str = "", found: str = "", expected: str = "",
                 advice: str = "") -> None:
        self.segment = segment  #: the segment's path or name
        self.field = field  #: the option, argument, header field or system call that is wrong
        self.found = found  #: what was there
        self.expected = expected  #: what should have been
        self.advice = advice  #: what to do
        super().__init__(self._text())

    def _text(self) -> str:
        parts = [("", self.segment and f"segment {self.segment}"), (": ", self.field),
                 (": ", self.found and f"found {self.found}"),
                 (", ", self.expected and f"expected {self.expected}"), ("; ", self.advice)]
        text = ""
        for before, part in parts:
            if part:
                text += (before if text else "") + part
        return text or type(self).__name__

    def __str__(self) -> str:
        return self._text()

    def __reduce__(self):
        return type(self), (self.segment, self.field, self.found, self.expected, self.advice)


class InvalidArgument(Error, ValueError):
    """An argument or option is wrong; nothing was touched."""


class LiveView(Error, BufferError):
    """A view of records or of a message lives that are to be committed."""


class NotFound(Error, FileNotFoundError):
    """No segment of that name."""


class AlreadyExists(Error, FileExistsError):
    """The name is taken."""


class InUse(Error):
    """A living participant, or a held row, has what was asked for."""


class Full(Error):
    """No free row, or no room in the file system."""


class Denied(Error, PermissionError):
    """The kernel refused for lack of permission."""


class NotASegment(Error):
    """No Sluice segment, or its header is damaged."""


class Incompatible(Error):
    """Another format version, byte order or wake protocol."""


class RecordMismatch(Error, TypeError):
    """The record differs from the one of the segment."""


class Ended(Error):
    """The stream was closed for good."""


class TimedOut(Error, TimeoutError):
    """The timeout passed first. Of `send`, `sent` is how many records went."""

    sent = 0


class Stopped(Error):
    """A stop was requested."""


class SystemFailure(Error, OSError):
    """Any other failure of a system call, or no memory."""


class PeerGone(Error):
    """The participant that was waited for has left or died."""


class Evicted(Error):
    """The producer went on without this consumer."""


class Corrupt(Error):
    """Shared memory holds what no participant writes."""


class Detached(Error):
    """This is a forked child of the process that attached."""


class TooLarge(Error, ValueError):
    """A message longer than the ring may hold, however empty it is."""


class AllClaimed(Error):
    """What is claimed and not published leaves no room."""


_BY_CODE = {
    -1: InvalidArgument, -2: NotFound, -3: AlreadyExists, -4: InUse, -5: Full, -6: Denied,
    -7: NotASegment, -8: Incompatible, -9: RecordMismatch, -10: Ended, -11: TimedOut, -12: Stopped,
    -13: SystemFailure, -100: LiveView,
}

_BY_STATUS = {
    Status.TIMED_OUT: (TimedOut, "the end of the timeout", "the call to be done before",
                       "wait for longer"),
    Status.STOPPED: (Stopped, "a stop", "", ""),
    Status.CLOSED: (Ended, "a stream that was closed", "one that goes on",
                    "create the segment anew"),
    Status.PEER_LEFT: (PeerGone, "that its participant has left", "one that stays", ""),
    Status.PEER_DIED: (PeerGone, "that its participant has died", "one that lives", ""),
    Status.EVICTED: (Evicted, "that the producer went on without this consumer",
                     "a commit within its evict_after",
                     "attach again: 'lost' of that consumer tells which records its name was not given"),
    Status.CORRUPT: (Corrupt, "what no participant writes", "the ring's own words",
                     "end its participants, remove the segment and create it again"),
    Status.DETACHED: (Detached, "a forked child of the process that attached", "that process",
                      "attach in the child, by the segment's name"),
    Status.TOO_LARGE: (TooLarge, "a message longer than half of the payload region",
                       "at most 'longest'", "create the segment with more payload_bytes"),
    Status.ALL_CLAIMED: (AllClaimed, "that what is claimed leaves no room", "room",
                         "publish or abandon it first"),
}


def make_error(code: int, segment: str | None, parts: tuple[str, str, str, str, str]) -> Error:
    """The exception for a code of the C interface; the extension calls it."""
    if code > 0:
        kind, found, expected, advice = _BY_STATUS[Status(code)]
        return kind(segment or "", "", found, expected, advice)
    named, *rest = parts
    return _BY_CODE.get(code, SystemFailure)(named or segment or "", *rest)
