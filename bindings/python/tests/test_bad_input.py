"""What is wrong from outside: no interpreter crashes."""

import os
import tempfile

import pytest

import corrupt
import sluice


def test_no_interpreter_survives_damage_by_crashing():
    said = corrupt.run(3, seed=1)
    assert len(said) == 6 and all("turns" in line for line in said)


def test_what_is_no_segment_is_told(name):
    path = f"/dev/shm/{name}"
    with open(path, "wb") as file:
        file.write(b"text")
    for call in (sluice.attach, sluice.open, sluice.observe, sluice.messages.attach):
        with pytest.raises(sluice.NotASegment, match=path):
            call(name)
    os.remove(path)


def test_names_and_arguments_of_the_wrong_kind_are_refused(name):
    for wrong in (None, 7, b"bytes"):
        with pytest.raises(TypeError):
            sluice.attach(wrong)
    for wrong in ("a/b", "a\0b", "", "x" * 300):
        with pytest.raises(ValueError):
            sluice.create(wrong, "u8", 8)
    with sluice.create(name, "u8", 8) as ring, sluice.attach(name) as reader:
        for call in (lambda: ring.claim("many"), lambda: ring.claim(-1), lambda: ring.publish(-1),
                     lambda: reader.commit("all"), lambda: reader.commit(-1), lambda: ring.claim(0),
                     lambda: ring.wait_for_consumers(7)):
            with pytest.raises((TypeError, ValueError)):
                call()
        assert ring.last_claimed == -1


def test_evict_after_may_be_for_ever_and_not_before_now(name):
    with sluice.create(name, "u8", 8):
        for forever in (float("inf"), 1e300, None, 0):
            sluice.attach(name, evict_after=forever).leave()
        for wrong in (-1, float("-inf"), float("nan"), "soon"):
            with pytest.raises(sluice.InvalidArgument, match="evict_?[aA]fter"):
                sluice.attach(name, evict_after=wrong)


def test_a_directory_is_any_path_and_any_bytes():
    with tempfile.TemporaryDirectory(dir="/dev/shm") as parent:
        folder = os.path.join(os.fsencode(parent), b"\xff")
        os.mkdir(folder)
        for directory in (folder, os.fsdecode(folder)):
            with sluice.create("ring", "u8", 8, directory=directory):
                assert sluice.list_segments(directory) == ["ring"]
                assert sluice.dump_segment("ring", directory=directory)["name"] == "ring"
                sluice.attach("ring", directory=directory).leave()
            sluice.remove_segment("ring", directory=directory)
            with pytest.raises(sluice.NotFound) as error:
                sluice.attach("ring", directory=directory)
            assert error.value.segment == parent + "/\\xff/ring"
        for wrong in (7, b"a\0b"):
            with pytest.raises((TypeError, ValueError)):
                sluice.attach("ring", directory=wrong)


def test_a_segment_is_found_by_the_name_that_the_list_gives_whatever_its_bytes_are():
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        sluice.create("ring", "u8", 8, directory=folder).leave()
        os.rename(f"{folder}/ring", os.fsencode(folder) + b"/\xff")
        (listed,) = sluice.list_segments(folder)
        with sluice.attach(listed, directory=folder) as reader:
            assert reader.segment == listed
        assert sluice.dump_segment(listed, directory=folder)["header"]["firstSequence"] == 0
        sluice.remove_segment(listed, directory=folder)
        with pytest.raises(sluice.NotFound) as error:
            sluice.attach(listed, directory=folder)
        assert error.value.segment == f"{folder}/\\xff" and "\\xff" in str(error.value)


def test_a_segment_that_is_cut_off_is_refused(name):
    sluice.create(name, "u8", 8).leave()
    os.truncate(f"/dev/shm/{name}", 5000)
    with pytest.raises(sluice.NotASegment, match=name):
        sluice.attach(name)
    sluice.remove_segment(name, even_if_foreign=True)


def test_the_text_of_an_error_has_its_parts(name):
    with pytest.raises(sluice.NotFound) as error:
        sluice.attach(name)
    assert error.value.segment == f"/dev/shm/{name}"
    for part in (error.value.field, error.value.found, error.value.advice):
        assert part and part in str(error.value)
