"""Carries the host's pip settings into a container build.

`host_pip.py OUT MOUNTED_AT` writes OUT/pip.conf with the settings that say where packages come from
and whom to trust, and prints the files and folders of this machine that they point to, one a line:
the first is to be mounted at MOUNTED_AT/0, the next at MOUNTED_AT/1 and so on, where pip.conf expects
them. It may hold credentials: it is written for its owner alone, and is to be mounted, not copied.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

OPTIONS = (
    "index-url",
    "extra-index-url",
    "find-links",
    "no-index",
    "trusted-host",
    "cert",
    "client-cert",
    "proxy",
    "timeout",
    "default-timeout",
    "retries",
)
CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


def host_settings() -> dict[str, str]:
    """Option -> value as pip itself finds it: its files first, then the environment, which wins."""
    listing = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    settings: dict[str, str] = {}
    for scope in ("global", "install", ":env:"):
        for line in listing.splitlines():
            name, _, value = line.partition("=")
            if name.startswith(f"{scope}.") and (option := name.removeprefix(f"{scope}.")) in OPTIONS:
                settings[option] = ast.literal_eval(value)
    bundle = next((os.environ[name] for name in CA_VARIABLES if os.environ.get(name)), None)
    if bundle:
        settings.setdefault("cert", bundle)
    return settings


def local_path(value: str) -> Path | None:
    """The file or folder of this machine that one word of a setting names; None where it names none."""
    path = Path(unquote(urlsplit(value).path) if value.startswith("file:") else value)
    return path if path.is_absolute() and path.exists() else None


def to_mount(path: Path, *, is_index: bool) -> Path:
    """An index folder's pages link to files beside it (`../../files/x.whl`), so its parent is taken."""
    return path.parent if is_index and path.is_dir() and path.parent != Path("/") else path


def main(out: Path, mounted_at: Path) -> None:
    mounts: list[Path] = []

    def translated(option: str, word: str) -> str:
        path = local_path(word)
        if path is None:
            return word
        mount = to_mount(path, is_index=option.endswith("index-url"))
        if mount not in mounts:
            mounts.append(mount)
        inside = mounted_at / str(mounts.index(mount)) / path.relative_to(mount)
        return inside.as_uri() if word.startswith("file:") else str(inside)

    lines = [
        f"{option} = {' '.join(translated(option, word) for word in value.split())}"
        for option, value in host_settings().items()
    ]
    config = out / "pip.conf"
    config.touch(mode=0o600)
    config.write_text("\n".join(["[global]", *lines, ""]))
    for mount in mounts:
        print(mount)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
