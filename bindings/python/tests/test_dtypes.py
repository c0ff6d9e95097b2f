"""numpy dtypes and the field tables of segments, each made of the other."""

import numpy as np
import pytest

import sluice
from quotes import LEVEL, QUOTE
from sluice._schema import BYTES, REAL, SIGNED, TEXT, UNSIGNED, Field, Record, dtype_of, fields_of, record_of

DTYPES = [
    [("a", "u1"), ("b", "<i8")],
    [("a", "<f2"), ("b", "<f4"), ("c", "<f8"), ("d", "?"), ("e", "S5"), ("f", "V3")],
    [("a", "<f8", (4,)), ("b", "V3", (2,))],
    [("level", LEVEL), ("n", "i4")],
    [("levels", LEVEL, (3,)), ("n", "i4")],
    [("grid", LEVEL, (2, 3))],
    [("deep", [("deeper", [("x", "f8"), ("y", "u2", (2,))]), ("s", "S3")], (2,))],
    {"names": ["b", "a"], "formats": ["<u4", "<u8"], "offsets": [16, 4], "itemsize": 40},
    [("x[0]", "i4"), ("x[1]", "i4"), ("bid.price", "f8")],
    [("größe", "u8")],
    QUOTE,
]


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_a_dtype_comes_back_from_its_field_table(dtype):
    dtype = np.dtype(dtype)
    back = dtype_of(record_of(dtype))
    assert fields_of(back) == fields_of(dtype)
    assert back.itemsize == dtype.itemsize
    if "[" not in "".join(dtype.names) and "." not in "".join(dtype.names):
        assert back == dtype


@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_a_dtype_comes_back_from_a_segment(name, dtype):
    with sluice.create(name, dtype, 8) as ring, sluice.attach(name, dtype=dtype) as reader:
        with sluice.attach(name) as other:
            assert fields_of(other.dtype) == fields_of(np.dtype(dtype))
            assert reader.dtype == np.dtype(dtype) == ring.dtype


def test_an_array_of_several_dimensions_is_one_of_its_elements_as_in_cpp(name):
    with sluice.create(name, [("m", "f8", (2, 3))], 8) as ring, sluice.attach(name) as reader:
        record = np.zeros(1, ring.dtype)
        record["m"] = np.arange(6).reshape(2, 3)
        ring.send(record)
        assert reader.dtype == np.dtype([("m", "f8", (6,))])
        assert reader.wait().array["m"].tolist() == [[0, 1, 2, 3, 4, 5]]


TABLES = [
    [Field("a", 0, 1, 1, TEXT), Field("b", 1, 1, 7, TEXT)],
    [Field("bid.price", 0, 8, 1, REAL), Field("bid.size", 8, 4, 1, UNSIGNED),
     Field("ask.price", 16, 8, 1, REAL), Field("ask.size", 24, 4, 1, UNSIGNED)],
    [Field("levels[1].price", 16, 8, 1, REAL)],
    [Field("levels[0].price", 0, 8, 1, REAL), Field("levels[1].size", 16, 4, 1, UNSIGNED)],
    [Field("a", 0, 4, 1, SIGNED), Field("a.b", 4, 4, 1, SIGNED)],
    [Field("a.x", 0, 4, 1, SIGNED), Field("b", 4, 4, 1, SIGNED), Field("a.y", 8, 4, 1, SIGNED)],
    [Field("whole", 0, 16, 2, BYTES)],
    [Field("union.i", 0, 8, 1, SIGNED), Field("union.d", 0, 8, 1, REAL)],
    [Field("[0]", 0, 4, 1, SIGNED), Field("..", 4, 4, 1, SIGNED), Field("a]", 8, 4, 1, SIGNED)],
]


@pytest.mark.parametrize("fields", TABLES, ids=str)
def test_a_field_table_comes_back_from_its_dtype(fields):
    dtype = dtype_of(Record("", 32, 8, fields))
    assert fields_of(dtype) == fields
    assert dtype.itemsize == 32


def test_fields_of_one_name_are_told_apart_by_their_offset():
    fields = [Field("cut", 0, 4, 1, SIGNED), Field("cut", 4, 4, 1, SIGNED)]
    assert dtype_of(Record("", 8, 4, fields)).names == ("cut", "cut@4")


def test_a_record_without_fields_is_bytes_and_can_be_given_a_dtype(name):
    with sluice.create(name, "f8", 8) as ring, sluice.attach(name) as reader:
        ring.send([1.5, 2.5])
        assert reader.dtype == np.dtype("V8")
        with sluice.attach(name, dtype="f8", start_at="oldest") as other:
            assert other.wait().array.tolist() == [1.5, 2.5]


def test_a_dtype_has_the_alignment_that_c_gives_the_struct():
    assert record_of(np.dtype([("a", "u8"), ("b", "f4"), ("c", "S4")])).alignment == 8
    assert record_of(np.dtype([("a", "u1"), ("b", "f8")])).alignment == 1
    assert record_of(QUOTE).alignment == 8
    assert record_of(np.dtype("S7")).alignment == 1


@pytest.mark.parametrize("dtype, what", [
    ("O", "address"), ([("a", "i4"), ("b", "O")], "'b'"), ([("b", [("c", "U4")])], "'b.c'"),
    ("M8[ns]", "i8"), ("m8[s]", "i8"), ("c16", "two reals"), (">i4", "little-endian"), ("S", "no bytes"),
    ([("n" * 48, "i4")], "47"), ("nonsense", "numpy dtype"), (object(), "numpy dtype")])
def test_what_cannot_be_a_record_is_refused_by_its_field(name, dtype, what):
    with pytest.raises(sluice.InvalidArgument, match=what):
        sluice.create(name, dtype, 8)
    assert name not in sluice.list_segments()


@pytest.mark.parametrize("change, what", [
    (("price", "f4"), "recordSize"), (("price", "i8"), "'price'"), (("cost", "f8"), "'price'")])
def test_another_dtype_is_refused_with_the_field_that_differs(name, change, what):
    with sluice.create(name, [("time", "u8"), ("price", "f8")], 8) as ring:
        other = np.dtype([("time", "u8"), change])
        for attach in (sluice.attach, sluice.observe):
            with pytest.raises(sluice.RecordMismatch, match=f"segment {name}: .*{what}"):
                attach(name, dtype=other)
        with pytest.raises(sluice.RecordMismatch, match=what):
            ring.send(np.zeros(3, other))
        ring.leave()
        with pytest.raises(sluice.RecordMismatch, match=what):
            sluice.open(name, dtype=other)
        with pytest.raises(sluice.RecordMismatch, match=what):
            sluice.create_or_open(name, other, 8)


def test_the_record_of_cpp_is_the_dtype_that_numpy_calls_so(name, peer):
    producer = peer("publish", name, 100, "python")
    with sluice.attach(name, "python", appear_within=30, dtype=QUOTE) as reader:
        with sluice.attach(name) as plain:
            assert plain.dtype == QUOTE
            assert plain.dtype["levels"].shape == (2,)
        assert [len(batch) for batch in reader] != []
    assert producer.result() == ""
