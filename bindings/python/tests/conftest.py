"""What the tests share: names of segments, other processes, and waiting with a deadline."""

import itertools
import os
import subprocess
import sys
import textwrap
import threading
import time

import pytest

import sluice

DEADLINE = 60
_numbers = itertools.count()


class Process(subprocess.Popen):
    """A process that ends with its test."""

    def line(self) -> str:
        return self.stdout.readline().strip()

    def says(self, text: str) -> None:
        assert self.line() == text

    def result(self) -> str:
        """All that it prints, once it has ended well."""
        clock = threading.Timer(DEADLINE, self.kill)
        clock.start()
        output = self.stdout.read()  # communicate() would miss what line() has buffered
        clock.cancel()
        assert self.wait() == 0, output
        return output.strip()


def eventually(condition) -> None:
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, "the deadline has passed"
        time.sleep(0.001)


@pytest.fixture
def name():
    made = f"sluice-test-python-{os.getpid()}-{next(_numbers)}"
    yield made
    try:
        sluice.remove_segment(made, even_if_in_use=True, even_if_held=True)
    except sluice.NotFound:
        pass


@pytest.fixture
def start():
    """Starts processes: start("program", argument...)."""
    started = []

    def run(*arguments: str) -> Process:
        started.append(Process(arguments, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True))
        return started[-1]

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def peer(start):
    """The C++ program of the tests."""
    return lambda *arguments: start(os.environ["SLUICE_PYTHON_PEER"], *map(str, arguments))


@pytest.fixture
def python(start):
    """Another interpreter that runs this text, with its arguments."""
    def run(text: str, *arguments: object) -> Process:
        begin = "import os, sys, time\nimport numpy as np\nimport sluice\n"
        return start(sys.executable, "-uc", begin + textwrap.dedent(text), *map(str, arguments))
    return run
