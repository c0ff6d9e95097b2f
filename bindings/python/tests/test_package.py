"""The package as pip installs it, with the system's own build tools and no network."""

import os
import subprocess
import sys
import zipfile

import pytest

PACKAGE = os.path.join(os.environ["SLUICE_SOURCE_DIR"], "bindings/python")
OFFLINE = {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "-w", str(folder), PACKAGE)
    (found,) = folder.iterdir()
    return found


def pip(*arguments: str) -> None:
    environment = {**os.environ, **OFFLINE}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run([sys.executable, "-m", "pip", *arguments], env=environment,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wheel_has_all_that_it_needs(wheel):
    assert "-cp311-abi3-linux_" in wheel.name
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in ("__init__.py", "__main__.py", "_sluice.abi3.so", "_sluice.pyi", "py.typed",
                   "libsluice.so.0"):
        assert f"sluice/{wanted}" in names


def test_what_was_installed_runs_from_anywhere(wheel, tmp_path, name):
    pip("install", "--no-deps", "--target", str(tmp_path / "site"), str(wheel))
    program = f"""
import numpy, sluice
assert sluice.__file__.startswith({str(tmp_path)!r})
with sluice.create({name!r}, [("price", "f8")], 8) as ring, sluice.attach({name!r}) as reader:
    ring.send([(1.5,), (2.5,)])
    print(next(reader).array["price"].mean())
"""
    done = subprocess.run([sys.executable, "-c", program], cwd="/", capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(tmp_path / "site")})
    assert done.stdout == "2.0\n", done.stderr
