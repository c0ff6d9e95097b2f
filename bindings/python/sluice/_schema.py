"""numpy dtypes and the field tables of segments, each made of the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ._errors import InvalidArgument, RecordMismatch

BYTES, SIGNED, UNSIGNED, REAL, TEXT, BOOLEAN = range(6)

_KIND_NAMES = ("bytes", "signed integer", "unsigned integer", "real", "text", "boolean")
_KINDS = {"b": BOOLEAN, "i": SIGNED, "u": UNSIGNED, "f": REAL, "S": TEXT, "V": BYTES}
_LETTERS = {SIGNED: "i", UNSIGNED: "u", REAL: "f"}
_SIZES = {SIGNED: (1, 2, 4, 8), UNSIGNED: (1, 2, 4, 8), REAL: (2, 4, 8, 16)}
_LONGEST_NAME = 47
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


class Field(NamedTuple):
    """One row of a field table."""

    name: str
    offset: int
    size: int
    count: int
    kind: int

    def __str__(self) -> str:
        elements = f"{self.count} x " if self.count != 1 else ""
        return f"'{self.name}' at {self.offset}: {elements}{self.size} bytes, {_KIND_NAMES[self.kind]}"


class Record(NamedTuple):
    """A record's description, as the extension takes and gives it."""

    name: str
    size: int
    alignment: int
    fields: list[Field]


def as_dtype(dtype: object) -> np.dtype:
    """What numpy makes a dtype of; InvalidArgument for what cannot be a record."""
    try:
        made = np.dtype(dtype)  # type: ignore[arg-type]
    except TypeError as error:
        raise InvalidArgument("", "dtype", repr(dtype), "a numpy dtype", str(error)) from None
    _check_element(made, "")
    return made


def fields_of(dtype: np.dtype) -> list[Field]:
    """The field table of a dtype; none of one that has no fields."""
    return list(_flatten(dtype, "", 0)) if dtype.names is not None else []


def alignment_of(dtype: np.dtype) -> int:
    """What C aligns such a struct to, if its fields lie as C lays them out; else 1."""
    leaves = list(_leaves(dtype, 0))
    alignment = max((_natural(leaf) for leaf, _ in leaves), default=1)
    lies_so = all(offset % _natural(leaf) == 0 for leaf, offset in leaves)
    return alignment if lies_so and dtype.itemsize % alignment == 0 else 1


def record_of(dtype: np.dtype, name: str = "", alignment: int | None = None) -> Record:
    """The description of records of this dtype."""
    return Record(name, dtype.itemsize, alignment or alignment_of(dtype), fields_of(dtype))


def dtype_of(record: Record) -> np.dtype:
    """The dtype of a field table: fields_of() of it is that table again, as far as numpy has the
    types; what it does not have is shown as bytes."""
    if not record.fields:
        return np.dtype((np.void, record.size))
    fields = [Field(*field) for field in record.fields]
    flat = _struct([(field.name, _leaf(field), field.offset) for field in fields], record.size)
    nested = _nested(fields, record.size)
    return nested if nested is not None and fields_of(nested) == fields_of(flat) else flat


def check_same(dtype: np.dtype, record: Record, segment: str) -> None:
    """RecordMismatch, which names the first field that differs, unless the record is of this
    dtype."""
    advice = "use the dtype of the segment's own records, which attach() takes without a dtype"
    if dtype.itemsize != record.size:
        raise RecordMismatch(segment, "recordSize", f"{record.size} bytes", str(dtype.itemsize),
                             advice)
    ours, theirs = fields_of(dtype), [Field(*field) for field in record.fields]
    if not ours or not theirs:
        return
    for mine, found in zip(ours, theirs):
        if mine != found:
            raise RecordMismatch(segment, f"field '{found.name}'", str(found), str(mine), advice)
    if len(ours) != len(theirs):
        raise RecordMismatch(segment, "fieldCount", str(len(theirs)), str(len(ours)), advice)


def _check_element(dtype: np.dtype, path: str) -> None:
    if dtype.subdtype is not None:
        _check_element(dtype.subdtype[0], path)
        return
    if dtype.names is not None:
        for name in dtype.names:
            _check_element(dtype.fields[name][0], f"{path}.{name}" if path else name)
        return
    where = f"dtype, field '{path}'" if path else "dtype"
    advice = {
        "O": "an object's address means nothing in another process",
        "U": "use 'S' and bytes of UTF-8",
        "M": "use 'i8' and view it as this where it is read",
        "m": "use 'i8' and view it as this where it is read",
        "c": "use two fields, or an array of two reals",
    }.get(dtype.kind)
    if advice is not None:
        raise InvalidArgument("", where, str(dtype), "integers, reals, booleans, 'S' or 'V'", advice)
    if dtype.byteorder == ">":
        raise InvalidArgument("", where, str(dtype), "little-endian bytes",
                              "use dtype.newbyteorder('<')")
    if dtype.itemsize == 0:
        raise InvalidArgument("", where, "no bytes", "at least one", "say how long it is: 'S8'")


def _flatten(dtype: np.dtype, path: str, at: int) -> Iterator[Field]:
    base, shape = dtype.subdtype or (dtype, ())
    count = int(np.prod(shape, dtype=np.int64))
    if base.names is None:
        name = path.encode("utf-8", "surrogateescape")
        if len(name) > _LONGEST_NAME:
            raise InvalidArgument("", f"dtype, field '{path}'", f"{len(name)} bytes of name",
                                  f"at most {_LONGEST_NAME}", "choose a shorter name")
        size = base.itemsize
        if base.kind == "S":
            size, count = 1, count * size
        yield Field(path, at, size, count, _KINDS[base.kind])
        return
    for index in np.ndindex(*shape):
        element = int(np.ravel_multi_index(index, shape)) if shape else 0
        prefix = path + "".join(f"[{i}]" for i in index)
        for name in base.names:
            member, offset = base.fields[name][:2]
            yield from _flatten(member, f"{prefix}.{name}" if prefix else name,
                                at + element * base.itemsize + offset)


def _leaves(dtype: np.dtype, at: int) -> Iterator[tuple[np.dtype, int]]:
    base, shape = dtype.subdtype or (dtype, ())
    if base.names is None:
        yield base, at
        return
    for element in range(min(2, int(np.prod(shape, dtype=np.int64)))):
        for name in base.names:
            member, offset = base.fields[name][:2]
            yield from _leaves(member, at + element * base.itemsize + offset)


def _natural(dtype: np.dtype) -> int:
    return 1 if dtype.kind in "SV" else dtype.alignment


def _leaf(field: Field) -> np.dtype | tuple:
    if field.kind == TEXT and field.size == 1:
        return np.dtype((np.bytes_, field.count))
    if field.kind == BOOLEAN and field.size == 1:
        element = np.dtype(np.bool_)
    elif field.size in _SIZES.get(field.kind, ()):
        element = np.dtype(f"<{_LETTERS[field.kind]}{field.size}")
    else:
        element = np.dtype((np.void, field.size))
    return element if field.count == 1 else np.dtype((element, (field.count,)))


def _struct(members: list[tuple[str, np.dtype, int]], size: int) -> np.dtype:
    names: list[str] = []
    for name, _, offset in members:
        # Names of another language may be cut, and then be the same.
        names.append(name if name and name not in names else f"{name}@{offset}")
    return np.dtype({"names": names, "formats": [member for _, member, _ in members],
                     "offsets": [offset for _, _, offset in members], "itemsize": size})


def _nested(fields: list[Field], size: int) -> np.dtype | None:
    """Structs and arrays of them, from names like 'bid.price' and 'levels[1].price'; None where the
    names do not say what lies where."""
    leaves = []
    for field in fields:
        steps = [int(index) if index else name for name, index in _STEP.findall(field.name)]
        if _joined(steps) != field.name:
            return None
        leaves.append((steps, field))
    return _group(leaves, 0, size)


def _joined(steps: list) -> str:
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def _group(leaves: list, at: int, end: int) -> np.dtype | None:
    """The struct at `at` of which these are the members, and that ends before `end`."""
    groups: dict[object, list] = {}
    for steps, field in leaves:
        if not steps or isinstance(steps[0], int):
            return None
        groups.setdefault(steps[0], []).append((steps[1:], field))
    starts = sorted(min(field.offset for _, field in members) for members in groups.values())
    built = []
    for name, members in groups.items():
        start = min(field.offset for _, field in members)
        limit = min([other for other in starts if other > start], default=end)
        member = _member(members, start, limit)
        if member is None:
            return None
        built.append((name, member, start - at))
    if len({name for name, _, _ in built}) != len(built):
        return None
    return _struct(built, end - at)


def _member(members: list, start: int, limit: int) -> np.dtype | None:
    steps, field = members[0]
    if not steps:
        return _leaf(field) if len(members) == 1 else None
    if not isinstance(steps[0], int):
        return _group(members, start, _end(members, start, limit))
    elements: dict[int, list] = {}
    for steps, field in members:
        if not steps or not isinstance(steps[0], int):
            return None
        elements.setdefault(steps[0], []).append((steps[1:], field))
    if list(elements) != list(range(len(elements))):
        return None
    starts = [min(field.offset for _, field in element) for element in elements.values()]
    strides = {after - before for before, after in zip(starts, starts[1:])}
    if len(strides) > 1 or min(strides, default=1) <= 0:
        return None
    stride = strides.pop() if strides else _end(elements[0], start, limit) - start
    kinds = [_member(element, at, at + stride) if element[0][0] == [] or
             isinstance(element[0][0][0], int) else _group(element, at, at + stride)
             for at, element in zip(starts, elements.values())]
    if any(kind is None or kind != kinds[0] or kind.itemsize != stride for kind in kinds):
        return None
    if kinds[0].subdtype is not None:
        base, shape = kinds[0].subdtype
        return np.dtype((base, (len(kinds), *shape)))
    return np.dtype((kinds[0], (len(kinds),)))


def _end(members: list, start: int, limit: int) -> int:
    """Where the struct at `start` ends: as C would pad it, if that is before the limit."""
    last = max(field.offset + field.size * field.count for _, field in members)
    alignment = max((field.size if field.kind in _SIZES else 1) for _, field in members)
    if start % alignment == 0 and all(field.offset % (field.size if field.kind in _SIZES else 1) == 0
                                      for _, field in members):
        padded = start + -(-(last - start) // alignment) * alignment
        if padded <= limit:
            return padded
    return last
