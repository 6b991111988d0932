"""What the editor's form says of the file as a whole: how it is read, and what it states beside its rows.

What is wrong is not taken over: it stays in its box, with what is allowed, and the draft keeps what it said before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from firstline.errors import FirstlineError, MisuseError, unknown_name
from firstline.intake.draft_form import Form, columns_mark
from firstline.intake.drafting import plain_problem
from firstline.intake.mapping import FilePart
from firstline.intake.mapping import Mapping as FileMapping
from firstline.intake.reading.delimited import DELIMITERS, QUOTE
from firstline.intake.reading.encoding import known_encoding
from firstline.intake.reading.kinds import kind_of
from firstline.intake.reading.layout import LOOKED_AT
from firstline.intake.sampling import Sample
from firstline.intake.waiting import Waiting, Wrong
from firstline.model.vocabulary import entity as entity_named
from firstline.warehouse.tables import LISTED

SIGNS = {name: sign for sign, name in DELIMITERS.items()}
ENCODINGS = (
    *("utf-8", "utf-16", "windows-1252", "iso-8859-1", "iso-8859-15", "windows-1250", "windows-1251", "windows-1253"),
    *("windows-1254", "iso-8859-2", "cp437", "cp850", "mac-roman", "shift_jis", "gb18030", "big5", "euc-kr"),
)
"""Offered; any other that there is can be written."""
BOXES = ("encoding", "delimiter", "sheet", "header_row", "complete_until", "snapshot_at")
ALWAYS = ("timezone", "complete_until", "key")
"""Boxes that every file has."""
HINTS = {"wrong_encoding": "Choose another one, or leave the box empty to have it found."}
"""What to do about an error in the editor, where that is not what to do in a mapping file."""
CHECKED_FULL, KEY_BOX = "asks-full", "file-key-"
NAMED, PLACED = "name:", "place:"
KEPT = ("header_rows", "skip_total", "records", "decimal", "null_words", "lateness")
"""Keys of [file] that the editor keeps and does not show by themselves."""


@dataclass(frozen=True)
class FileGroup:
    """The controls of the file as a whole: what each says (`texts`), what was `found`, and what is `wrong` with it.

    `shown` are the controls that such a file has; `unsure` says why one should look at them; `kept` is what else the
    mapping states; `sheet` the sheet that waits by itself.
    """

    shown: frozenset[str]
    texts: Mapping[str, str]
    found: Mapping[str, str]
    wrong: Mapping[str, str]
    unsure: Sequence[str]
    kept: Sequence[str]
    key: Sequence[str]
    top: Sequence[Sequence[str]]
    sheet: str | None
    encodings: Sequence[str] = ENCODINGS
    signs: Sequence[str] = tuple(SIGNS)

    def problem(self, name: str) -> str:
        """What is wrong with a control; empty where nothing is."""
        return self.wrong.get(name, "")

    @property
    def boxes_wrong(self) -> bool:
        """Whether something in the group is wrong."""
        return any(name != "timezone" for name in self.wrong)

    @property
    def others_wrong(self) -> Sequence[str]:
        """What is wrong and has no box."""
        return [told for name, told in self.wrong.items() if name not in (*self.shown, *ALWAYS)]


def file_said(before: FilePart, sample: Sample, form: Form) -> tuple[FilePart, dict[str, Wrong]]:
    """What a form says of the file, and by key the texts that were not taken over and why."""
    file = before.model_copy(update={"timezone": form.get("timezone", before.timezone or "").strip() or None})
    wrong: dict[str, Wrong] = {}
    is_of_these = form.get("columns") == columns_mark(sample.headers)
    for name in BOXES:
        text = form.get(f"file-{name}")
        if text is None or (name in ("complete_until", "snapshot_at") and not is_of_these):
            continue
        try:
            file = file.model_copy(update={name: _READ[name](text, sample)})
        except FirstlineError as error:
            wrong[name] = Wrong(text=text, told=told_at(name, error))
    if CHECKED_FULL in form:
        file = file.model_copy(update={"full": "file-full" in form})
    if is_of_these:
        places = [name for name in form if name.startswith(KEY_BOX)]
        chosen = dict.fromkeys(form[name] for name in places if form[name])
        file = file.model_copy(update={"key": tuple(chosen) if places else before.key})
    return file, wrong


def told_at(key: str, error: FirstlineError) -> str:
    """An error about a key of [file] in words for its box, which stands beside it."""
    message = plain_problem(error).replace("full = true, but a file", "A file").removeprefix(f"{key} = ")
    return f"{message} {HINTS.get(error.code, error.hint)}".strip()


def _encoding(text: str, _sample: Sample) -> str:
    name = text.strip()
    if name not in ("", "auto"):
        known_encoding(name)
    return name or "auto"


def _delimiter(text: str, _sample: Sample) -> str | None:
    sign = SIGNS.get(text.strip().lower(), text if len(text) == 1 else text.strip())
    if len(sign) > 1 or sign == QUOTE or sign in ("\r", "\n"):
        hint = f"Write one sign, or choose {', '.join(SIGNS)}."
        raise MisuseError("bad_mapping", f"'{text.strip()}' parts no cells.", hint)
    return sign or None


def _sheet(text: str, sample: Sample) -> str | int | None:
    if text.startswith(PLACED) and text.removeprefix(PLACED).isascii() and text.removeprefix(PLACED).isdigit():
        return int(text.removeprefix(PLACED))
    name = text.removeprefix(NAMED)
    if name and name not in sample.sheets:
        raise unknown_name("sheet", name, sample.sheets)
    return name or None


def _header_row(text: str, _sample: Sample) -> int | None:
    number = text.strip()
    if not number:
        return None
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:4]) <= LOOKED_AT):
        hint = f"Count the file's rows from 1; the header is one of the first {LOOKED_AT}."
        raise MisuseError("bad_mapping", f"'{number}' is no row that can be the header.", hint)
    return int(number)


def _until(text: str, sample: Sample) -> str | None:
    return _one_of(text, ("exported_at", "last_event", *sample.headers))


def _snapshot(text: str, sample: Sample) -> str | None:
    return _one_of(text, ("exported_at", *sample.headers))


def _one_of(text: str, allowed: Sequence[str]) -> str | None:
    if text and text not in allowed:
        raise unknown_name("column", text, allowed)
    return text or None


_READ: dict[str, Callable[[str, Sample], Any]] = {
    "encoding": _encoding,
    "delimiter": _delimiter,
    "sheet": _sheet,
    "header_row": _header_row,
    "complete_until": _until,
    "snapshot_at": _snapshot,
}


def file_group(draft: FileMapping, sample: Sample, waiting: Waiting, problems: Mapping[str, str]) -> FileGroup:
    """The controls of a draft; `problems` are what is wrong with how the sample is read with it, by key."""
    file = draft.file
    kind = kind_of(waiting.member or PurePath(waiting.name).name)[0]
    texts = {
        "encoding": "" if file.encoding == "auto" else file.encoding,
        "delimiter": DELIMITERS.get(file.delimiter or "", file.delimiter or ""),
        "sheet": f"{PLACED}{file.sheet}" if isinstance(file.sheet, int) else f"{NAMED}{file.sheet}",
        "header_row": str(file.header_row or ""),
        "complete_until": file.complete_until or "",
        "snapshot_at": file.snapshot_at or "",
    }
    found = {name: _found(sample, name) for name in ("encoding", "delimiter")}
    found |= {"sheet": sample.sheet or "", "header_row": str(sample.header_row or "")}
    entities = [each for each in (draft.file.entity, *(also.entity for also in draft.also)) if each]
    dated = any("as_of" in entity_named(each).field_names for each in entities)
    listed = any(each in LISTED for each in entities)
    return FileGroup(
        shown=frozenset(_of_kind(kind))
        | ({"snapshot_at"} if listed or dated or file.snapshot_at else frozenset())
        | ({"full"} if listed or file.full else frozenset()),
        texts={**texts, "sheet": texts["sheet"] if file.sheet else "", **_typed(waiting)},
        found=found,
        wrong={**problems, **{name: each.told for name, each in waiting.wrong.items()}},
        unsure=_unsure(kind, file, sample, found),
        kept=[f"{name} = {getattr(file, name)}" for name in KEPT if getattr(file, name) is not None],
        key=file.key,
        top=sample.top,
        sheet=waiting.sheet,
    )


def _typed(waiting: Waiting) -> dict[str, str]:
    return {name: each.text for name, each in waiting.wrong.items()}


def _of_kind(kind: str) -> Sequence[str]:
    if kind == "delimited":
        return ("encoding", "delimiter", "header_row")
    if kind == "workbook":
        return ("sheet", "header_row")
    return ("encoding",) if kind in ("json", "json_lines") else ()


def _found(sample: Sample, name: str) -> str:
    told = next((each for each in sample.stated if each.startswith(f"{name} ")), "")
    return told.removeprefix(f"{name} ").strip("'")


def _unsure(kind: str, file: FilePart, sample: Sample, found: Mapping[str, str]) -> list[str]:
    """Why a person should look at how the file is read."""
    reasons = list(sample.notes)
    if kind == "delimited" and len(sample.headers) == 1:
        reasons.append("Only one column was found: is the delimiter right?")
    if file.encoding == "auto" and found["encoding"] not in ("", "utf-8", "utf-16", "utf-16-le", "utf-16-be"):
        reasons.append(f"The encoding {found['encoding']} is a guess: are letters with accents right?")
    if file.header_row is None and (sample.header_row or 1) > 1:
        reasons.append(f"The header was found in row {sample.header_row}: are the column names right?")
    elif file.header_row is None and sample.header_row and any(f"column {i}" in sample.headers for i in range(1, 4)):
        reasons.append("Columns without a name were found: is the header in another row?")
    return reasons
