"""Install Firstline into a virtual environment and run it, or run every test.

    python3 run.py demo [...]     install, then `firstline demo`
    python3 run.py test [...]     install everything the tests need, then run all checks
    python3 run.py firstline ...  install, then any other firstline command

Needs Python 3.11 or newer with pip and nothing else: this file uses the standard library alone.
The environment is made in `.venv` beside this file, or where FIRSTLINE_VENV says.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = Path(os.environ.get("FIRSTLINE_VENV", ROOT / ".venv")).absolute()
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")


def main(arguments: list[str]) -> int:
    """Run one of the commands above; returns its exit code."""
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python is what this is for
        print("Firstline needs Python 3.11 or newer; this is " + sys.version.split()[0], file=sys.stderr)
        return 1
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    if command == "test":
        install("requirements-dev.txt")
        system_packages = install_system_packages()
        return system_packages or call([str(BIN / "python"), "-m", "tests.check", *rest])
    if command in ("demo", "firstline"):
        install("requirements.txt")
        return call([str(BIN / "firstline"), *(["demo"] if command == "demo" else []), *rest])
    print(__doc__)
    return 0 if command == "help" else 2


def install(requirements: str) -> None:
    """Install the locked requirements and this project, unless the same ones are in place already.

    The environment has no pip of its own: the pip that runs this file installs into it, so that a
    Python without `ensurepip` (as Debian ships it) is enough.
    """
    wanted = hashlib.sha256(
        b"".join((ROOT / name).read_bytes() for name in (requirements, "pyproject.toml"))
    ).hexdigest()
    stamp = VENV / f".installed-{requirements}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing {requirements} into {VENV} ...", file=sys.stderr, flush=True)
    venv.create(VENV, with_pip=False, symlinks=os.name != "nt")
    pip = [sys.executable, "-m", "pip", "--python", str(BIN / "python"), "install", "--quiet"]
    options = ["--disable-pip-version-check", "--require-hashes"]
    subprocess.run([*pip, *options, "-r", str(ROOT / requirements)], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], check=True)
    stamp.write_text(wanted)


def install_system_packages() -> int:
    """Install the Debian packages the browser tests need; returns 1 if that takes another user.

    The list is `tests/debian-packages.txt`: a package name and the program it brings, a line each.
    """
    lines = (ROOT / "tests" / "debian-packages.txt").read_text().splitlines()
    wanted = [line.split() for line in lines if line.strip() and not line.startswith("#")]
    missing = [package for package, program in wanted if shutil.which(program) is None]
    if not missing:
        return 0
    command = "apt-get update && apt-get install --yes " + " ".join(missing)
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        print("The browser tests need system packages. Run this once, then again:", file=sys.stderr)
        print(f"  sudo sh -c '{command}'", file=sys.stderr)
        return 1
    print(f"Installing {', '.join(missing)} ...", file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(["sh", "-c", f"({command}) >&2"], env=environment, check=False).returncode


def call(command: list[str]) -> int:
    """Run a command in the project's folder and give its exit code; Ctrl-C ends both quietly."""
    try:
        return subprocess.run(command, cwd=ROOT, check=False).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
