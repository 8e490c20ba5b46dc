"""What is declared, locked and installed agrees with what is imported."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from itertools import product
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import listener

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOCKS = ("requirements.lock", "requirements-dev.lock")

NEVER_IMPORTED = {
    "tzdata",  # read by zoneinfo where the system has no time zones
}
SUPPORTED = [
    {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "os_name": "posix",
        "sys_platform": system.lower(),
        "platform_system": system,
        "platform_machine": machine,
        "extra": "",
    }
    for python, (system, machine) in product(
        ("3.11", "3.12", "3.13", "3.14"), (("Linux", "x86_64"), ("Linux", "aarch64"), ("Darwin", "arm64"))
    )
]


def locked(lock: str) -> dict[str, str]:
    """Package -> version."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {canonicalize_name(name): version for name, version in re.findall(r"(?m)^(\S+)==(\S+)", text)}


def declared() -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in PROJECT["dependencies"]}


def imported() -> set[str]:
    """Distributions that listener's code imports."""
    modules: set[str] = set()
    for path in (ROOT / "listener").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                modules.add(str(node.module).partition(".")[0])
    owners = packages_distributions()
    foreign = modules - set(sys.stdlib_module_names) - {"listener"}
    return {canonicalize_name(owners.get(module, [module])[0]) for module in foreign}


def test_every_imported_library_is_declared() -> None:
    # pydantic and its core are one library in two packages of one release.
    assert imported() - declared() - {"pydantic-core"} == set()


def test_every_declared_library_is_imported() -> None:
    assert declared() - imported() - NEVER_IMPORTED == set()


def test_the_lock_has_every_declared_library_within_its_bounds() -> None:
    versions = locked("requirements.lock")
    wrong = [line for line in PROJECT["dependencies"] if not allows(Requirement(line), versions)]
    assert not wrong, "run make lock"


def allows(requirement: Requirement, versions: dict[str, str]) -> bool:
    version = versions.get(canonicalize_name(requirement.name))
    return version is not None and requirement.specifier.contains(version)


def test_tests_run_on_what_is_shipped() -> None:
    assert locked("requirements.lock").items() <= locked("requirements-dev.lock").items()


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_names_no_registry_and_no_folder(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.findall(r"(?m)://|^\s*-[^-]|--(?!hash=)\S+|[ =]/\S+", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_is_whole_on_every_supported_python_and_system(lock: str) -> None:
    packages = locked(lock).keys()
    missing = {
        f"{package} needs {requirement}"
        for package in packages
        for requirement in map(Requirement, requirements_of(package))
        if canonicalize_name(requirement.name) not in packages
        and requirement.marker is not None
        and any(requirement.marker.evaluate(environment) for environment in SUPPORTED)
    }
    assert not missing


def requirements_of(package: str) -> list[str]:
    try:
        return requires(package) or []
    except PackageNotFoundError:
        pytest.skip(f"{package} of the lock is not installed")


def test_the_image_has_the_version_of_the_code() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"(?m)^ARG VERSION=(.*)$", dockerfile) == [listener.__version__]
