"""The places at which the program is killed, as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Moment = Literal["before", "after", "inside", "checkpoint"]


@dataclass(frozen=True)
class Place:
    """Where a kill falls: before or after a call of `function` (module:name), or inside it, at one of its writes.

    `scenario` is the command that is disturbed. At a "checkpoint" the kill falls while the engine moves its log into
    the warehouse file, as it does when the home is closed.
    """

    scenario: str
    function: str
    moment: Moment


PLACES: dict[str, Place] = {
    "reading": Place("import", "firstline.intake.reading.reader:read_file", "inside"),
    "landing write": Place("import", "firstline.durable:write_durably", "inside"),
    "between landing and ledger": Place("import", "firstline.state.ledger:Ledger.accept", "before"),
    "between ledger and apply": Place("import", "firstline.state.ledger:Ledger.accept", "after"),
    "inside apply": Place("import", "firstline.refresh.apply:apply_batch", "inside"),
    "in a refresh": Place("import", "firstline.warehouse.facts:build_facts", "inside"),
    "in a checkpoint": Place("import", "firstline.home:Home.close", "checkpoint"),
    "publishing": Place("retry", "firstline.publishing.publish:publish", "inside"),
    "during rebuild": Place("rebuild", "firstline.refresh.rebuild:rebuild", "inside"),
    "during quarantine retry": Place("retry", "firstline.refresh.retrying:retry_all", "inside"),
    "during undo": Place("undo", "firstline.revision.undoing:undo_batch", "inside"),
    "during forget": Place("forget", "firstline.refresh.forgetting:forget", "inside"),
    "during restore": Place("restore", "firstline.refresh.backup:restore", "inside"),
    "during remap": Place("remap", "firstline.revision.remapping:remap_source", "inside"),
    "during an upload to a running server": Place("upload", "firstline.cli.serving:OpenOffice.import_upload", "inside"),
    "during the restart itself": Place("restart", "firstline.refresh.refreshing:bring_up_to_date", "inside"),
}
