"""The landing folder: where a batch's files lie."""

from __future__ import annotations

import hashlib
from pathlib import Path

BATCH = "batch"
SIGHTING = "sighting"
PRESENCE = "presence"
MENDED = "mended"
ASIDE = "aside"
PERSONAL = "personal"
QUARANTINE = f"{PERSONAL}/quarantine"
LEFTOVER = f"{PERSONAL}/leftover"


def batch_path(kind: str, number: int) -> str:
    """The path of a batch's file below the landing folder; `kind` is an entity or one of the names above."""
    return f"{kind}/{number:08d}.parquet"


def batch_number(path: Path) -> int:
    """The batch number in a landed file's name."""
    return int(path.stem)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def set_aside_strays(landing: Path, accepted: set[str]) -> list[Path]:
    """Move files that no accepted batch lists to `aside/`, and drop unfinished ones; returns the moved ones.

    They are what an import that was cut off before its ledger commit left behind: it is run again.
    """
    moved = []
    for path in sorted(landing.rglob("*.unfinished")):
        path.unlink()
    for path in sorted(landing.rglob("*.parquet")):
        relative = path.relative_to(landing).as_posix()
        if relative in accepted or relative.startswith(f"{ASIDE}/"):
            continue
        target = landing / ASIDE / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        moved.append(target)
    return moved
