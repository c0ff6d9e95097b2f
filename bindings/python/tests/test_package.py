"""The package as pip installs it, with the system's own build tools and no network."""

import importlib.util
import os
import subprocess
import sys
import zipfile

import pytest

PACKAGE = os.path.join(os.environ["SLUICE_SOURCE_DIR"], "bindings/python")
OFFLINE = {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}

MISSING = [tool for tool in ("pip", "setuptools", "wheel") if importlib.util.find_spec(tool) is None]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: {', '.join(MISSING)}")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip("wheel", "--no-deps", "-w", str(folder), PACKAGE)
    (found,) = folder.iterdir()
    return found


def pip(*arguments: str, cwd: str | None = None) -> None:
    environment = {**os.environ, **OFFLINE}
    environment.pop("PYTHONPATH", None)
    done = subprocess.run([sys.executable, "-m", "pip", *arguments], env=environment,
                          capture_output=True, text=True, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wheel_has_all_that_it_needs(wheel):
    assert "-cp311-abi3-linux_" in wheel.name
    names = zipfile.ZipFile(wheel).namelist()
    for wanted in ("__init__.py", "__main__.py", "_sluice.abi3.so", "_sluice.pyi", "py.typed",
                   "libsluice.so.0"):
        assert f"sluice/{wanted}" in names


def run_from_anywhere(python: str, name: str, **environment: str) -> list[str]:
    program = f"""
import numpy, sluice
with sluice.create({name!r}, [("price", "f8")], 8) as ring, sluice.attach({name!r}) as reader:
    ring.send([(1.5,), (2.5,)])
    print(sluice.__file__, next(reader).array["price"].mean())
"""
    inherited = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run([python, "-c", program], cwd="/", capture_output=True, text=True,
                          env={**inherited, **environment})
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_what_was_installed_runs_from_anywhere(wheel, tmp_path, name):
    pip("install", "--no-deps", "--target", str(tmp_path), str(wheel))
    file, mean = run_from_anywhere(sys.executable, name, PYTHONPATH=str(tmp_path))
    assert file == f"{tmp_path}/sluice/__init__.py" and mean == "2.0"


def test_a_checkout_is_installed_by_the_command_of_the_documentation(tmp_path, name):
    """Into an environment of its own, which has the system's numpy."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", "--system-site-packages", tmp_path],
                   check=True)
    pip("--python", f"{tmp_path}/bin/python", "install", "./bindings/python",
        cwd=os.environ["SLUICE_SOURCE_DIR"])
    file, mean = run_from_anywhere(f"{tmp_path}/bin/python", name)
    assert file.startswith(f"{tmp_path}/lib/") and mean == "2.0"
