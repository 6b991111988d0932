"""The home's secret, which personal keys are hashed with: made on first use, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
from hashlib import sha256
from pathlib import Path

from firstline.durable import write_durably
from firstline.errors import HomeError

FILE_NAME = "secret.key"
LENGTH = 32


def home_secret(folder: Path, known: str | None) -> bytes:
    """The secret of the home in `folder`; `known` is the fingerprint that earlier keys were made with (None: none).

    Raises HomeError when the file is not the one that earlier keys were made with: new rows would match none of them.
    """
    path = folder / FILE_NAME
    if not path.exists() and known is None:
        _make(path)
    try:
        secret = path.read_bytes()
    except OSError:
        secret = b""
    if len(secret) != LENGTH or known not in (None, fingerprint(secret)):
        problem = f"{path} is not the secret that this home's keys were made with."
        raise HomeError("secret_lost", problem, "Put the file back from a backup: 'firstline restore'.")
    return secret


def fingerprint(secret: bytes) -> str:
    """What a secret is told by without telling it: 16 hex digits."""
    return sha256(b"fingerprint of " + secret).hexdigest()[:16]


def _make(path: Path) -> None:
    write_durably(path, _write)


def _write(unfinished: Path) -> None:
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(secrets.token_bytes(LENGTH))
