"""Segments by name."""

from __future__ import annotations

import json
from typing import Any

from . import _sluice


def remove_segment(segment: str, *, directory: Any = None, even_if_in_use: bool = False,
                   even_if_held: bool = False, even_if_foreign: bool = False) -> None:
    """Removes the segment's name. InUse while a participant lives in it, or a held row has records
    to read, unless that is wanted."""
    _sluice.remove_segment(segment, directory, even_if_in_use, even_if_held, even_if_foreign)


def remove_consumer(segment: str, consumer: str, *, directory: Any = None) -> None:
    """Gives up the row of a consumer that is dead and held for a successor, or evicted."""
    _sluice.remove_consumer(segment, consumer, directory)


def list_segments(directory: Any = None) -> list[str]:
    """The names of the segments in a directory, sorted."""
    return _sluice.list_segments(directory)


def dump_segment(segment: str, *, directory: Any = None) -> dict[str, Any]:
    """What `shm-dump --json` prints of the segment. Looks at the file and takes no part."""
    return json.loads(_sluice.dump_segment(segment, directory))
