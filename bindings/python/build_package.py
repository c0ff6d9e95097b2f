"""Builds the package by setuptools: the one that the interpreter has, or the one that its environment
was made by, or, where there is none, one that pip brings. pip hides the installed one from builds."""

import importlib.util
import sys
import sysconfig

for scheme in {"deb_system", sysconfig.get_default_scheme()} & {*sysconfig.get_scheme_names()}:
    sys.path.append(sysconfig.get_path("purelib", scheme, {"base": sys.base_prefix}))

_NEEDED = [name for name in ("setuptools", "wheel") if importlib.util.find_spec(name) is None]

if not _NEEDED:
    from setuptools.build_meta import build_wheel, prepare_metadata_for_build_wheel  # noqa: F401


def get_requires_for_build_wheel(config_settings=None):
    return _NEEDED


def build_sdist(sdist_directory, config_settings=None):
    raise NotImplementedError("the package is built from a checkout, which has the library too: "
                              "pip install ./bindings/python")
