"""docs/python.md: what it shows runs; and every public name is documented."""

import contextlib
import enum
import inspect
import io
import os
import re
import sys

import sluice


SOURCES = os.environ["SLUICE_SOURCE_DIR"]


def text_of(path):
    with open(os.path.join(SOURCES, path)) as file:
        return file.read()


def blocks_of(text, kind="python"):
    return re.findall(rf"^```{kind}\n(.*?)^```", text, re.M | re.S)


def test_the_tutorial_shows_parts_of_its_program_and_what_it_prints(name, start):
    page = text_of("docs/tutorial.md")
    program = text_of("examples/tutorial/in_python.py")
    assert len(blocks_of(page)) == 3 and all(block in program for block in blocks_of(page))
    process = start(sys.executable, os.path.join(SOURCES, "examples/tutorial/in_python.py"), name)
    assert [process.result() + "\n"] == blocks_of(page, "output")


def test_what_readme_shows_runs(name):
    (block,) = blocks_of(text_of("README.md"))
    with sluice.create(name, [("price", "f8")], 8) as ring:
        ring.send([(1.5,), (2.5,)])
        ring.close()
        shown = io.StringIO()
        with contextlib.redirect_stdout(shown):
            exec(block.replace('"ticks"', f"{name!r}, start_at='oldest'"), {})
        assert shown.getvalue() == "2.0\n"


def test_what_the_page_shows_runs(name):
    blocks = blocks_of(text_of("docs/python.md"))
    assert len(blocks) > 5
    space = {}
    names = {'"ticks"': repr(name), '"log"': repr(name + "-log")}
    try:
        for block in blocks:
            for shown, used in names.items():
                block = block.replace(shown, used)
            exec(compile(block, "docs/python.md", "exec"), space)
    finally:
        space.clear()
        sluice.remove_segment(name + "-log", even_if_in_use=True)


def test_every_public_name_has_a_text():
    for name in sluice.__all__ + ["messages." + name for name in sluice.messages.__all__]:
        thing = sluice
        for part in name.split("."):
            thing = getattr(thing, part)
        assert inspect.getdoc(thing), name
        if inspect.isclass(thing) and not issubclass(thing, (BaseException, enum.Enum)):
            for member, value in inspect.getmembers(thing):
                if not member.startswith("_") and (callable(value) or inspect.isdatadescriptor(value)):
                    assert inspect.getdoc(value), f"{name}.{member}"
