"""Looks at rings from the command line: python -m sluice --help."""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections import deque
from collections.abc import Iterator
from typing import Any

import numpy as np

import sluice


def flat(value: Any) -> list[Any]:
    """A record's values in one row, as columns() names them."""
    if isinstance(value, (np.void, tuple)) and getattr(value, "dtype", np.dtype("V1")).names:
        return [cell for name in value.dtype.names for cell in flat(value[name])]
    if isinstance(value, np.ndarray):
        return [cell for element in value for cell in flat(element)]
    if isinstance(value, np.void):
        return [bytes(value).hex()]
    if isinstance(value, bytes):
        return [value.decode("utf-8", "backslashreplace")]
    return [value]


def columns(dtype: np.dtype, name: str = "") -> list[str]:
    """The names of all values of a record: 'bid.price', 'levels[1].price'."""
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        return [column for index in np.ndindex(*shape)
                for column in columns(base, name + "".join(f"[{i}]" for i in index))]
    if dtype.names is None:
        return [name or "value"]
    return [column for member in dtype.names
            for column in columns(dtype.fields[member][0], f"{name}.{member}" if name else member)]


class Reader:
    """Rows of a ring, of records or of messages, without taking part."""

    def __init__(self, options: argparse.Namespace, **chosen: Any) -> None:
        chosen["directory"] = options.directory
        try:
            self._ring: Any = sluice.observe(options.segment, **chosen)
            self.columns = ["sequence", *columns(self._ring.dtype)]
        except sluice.RecordMismatch:
            self._ring = sluice.messages.observe(options.segment, **chosen)
            self.columns = ["sequence", "kind", "message"]

    def read(self, timeout: float | None) -> list[tuple[int, Any]]:
        """Rows that have come; none when the timeout has passed or the stream has ended."""
        seen = self._ring.read(timeout=timeout)
        if not seen:
            return []
        if isinstance(seen, sluice.Observation):
            return list(zip(seen.sequences.tolist(), seen.array))
        return [(seen.sequence, (seen.kind, seen.bytes))]

    def there(self) -> Iterator[tuple[int, Any]]:
        """The rows that are there already."""
        while rows := self.read(0):
            yield from rows


class Writer:
    """Writes rows as numpy prints them, or as CSV."""

    def __init__(self, options: argparse.Namespace, reader: Reader) -> None:
        self._csv = csv.writer(sys.stdout) if options.csv else None
        if self._csv is not None:
            self._csv.writerow(reader.columns)

    def write(self, sequence: int, row: Any) -> None:
        if self._csv is None:
            print(f"{sequence}: {row}")
        elif isinstance(row, tuple):
            self._csv.writerow([sequence, row[0], *flat(row[1])])
        else:
            self._csv.writerow([sequence, *flat(row)])


def list_rings(options: argparse.Namespace) -> None:
    for name in sluice.list_segments(options.directory):
        print(name)


def head(options: argparse.Namespace) -> None:
    reader = Reader(options, start_at="oldest")
    writer = Writer(options, reader)
    for number, (sequence, row) in enumerate(reader.there()):
        if number >= options.n:
            return
        writer.write(sequence, row)


def tail(options: argparse.Namespace) -> None:
    reader = Reader(options, start_at="oldest")
    writer = Writer(options, reader)
    for sequence, row in deque(reader.there(), maxlen=options.n):
        writer.write(sequence, row)
    sys.stdout.flush()
    while options.follow:
        rows = reader.read(None)
        if not rows:
            return
        for sequence, row in rows:
            writer.write(sequence, row)
        sys.stdout.flush()


def hz(options: argparse.Namespace) -> None:
    def published() -> tuple[float, int]:
        found = sluice.dump_segment(options.segment, directory=options.directory)
        if found["header"] is None:
            raise sluice.NotASegment(found["path"], "header", "a damaged one", "that of a segment",
                                     "shm-dump tells what is wrong with it")
        last = found["producer"]["published"]
        return time.monotonic(), found["header"]["firstSequence"] - 1 if last is None else last

    before = published()
    for _ in range(options.n):
        time.sleep(options.seconds)
        now = published()
        print(f"{(now[1] - before[1]) / (now[0] - before[0]):.0f} Hz", flush=True)
        before = now


def main() -> int:
    parser = argparse.ArgumentParser("python -m sluice", description="Looks at rings.")
    parser.add_argument("--directory", help="where the segments are; /dev/shm unless named")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    commands.add_parser("list", help="the names of the segments").set_defaults(run=list_rings)
    for name, run, text, count in (("head", head, "the oldest records that are there", 10),
                                   ("tail", tail, "the newest records that are there", 10),
                                   ("hz", hz, "how many records are published a second", 1)):
        command = commands.add_parser(name, help=text)
        command.set_defaults(run=run)
        command.add_argument("segment")
        command.add_argument("-n", type=int, default=count,
                             help=f"how many {'times' if run is hz else 'records'}: {count}")
        if run is hz:
            command.add_argument("--seconds", type=float, default=1, help="of each time: 1")
        else:
            command.add_argument("--csv", action="store_true", help="not as numpy prints them")
        if run is tail:
            command.add_argument("-f", "--follow", action="store_true",
                                 help="go on until the stream ends")
    options = parser.parse_args()
    try:
        options.run(options)
    except sluice.Error as error:
        print(f"python -m sluice: {error}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, BrokenPipeError):
        sys.stderr.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
