"""Builds the extension and the library by CMake."""

import re
import subprocess
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/python"


class BuildByCMake(build_ext):
    def build_extension(self, ext: Extension) -> None:
        package = Path(self.get_ext_fullpath(ext.name)).resolve().parent
        build = Path(self.build_temp).resolve()
        run = [["cmake", "-S", ROOT, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                f"-DPython3_EXECUTABLE={sys.executable}", "-DSLUICE_BUILD_PYTHON=ON",
                "-DSLUICE_BUILD_SHARED=ON", "-DSLUICE_BUILD_TOOLS=OFF", "-DSLUICE_INSTALL=OFF"],
               ["cmake", "--build", build, "--target", "sluice_python"],
               ["cmake", "--install", build, "--component", "python", "--prefix", package, "--strip"]]
        for command in run:
            subprocess.run(command, check=True, stdout=sys.stderr)


BUILD.mkdir(parents=True, exist_ok=True)
project = re.search(r"project\(sluice VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())
setup(version=project.group(1), cmdclass={"build_ext": BuildByCMake},
      ext_modules=[Extension("sluice._sluice", [], py_limited_api=True)],
      options={"bdist_wheel": {"py_limited_api": "cp311"}, "build": {"build_base": str(BUILD)},
               "egg_info": {"egg_base": str(BUILD)}})
