"""Texts of others that tell of a forgotten person: what is surely theirs goes, a full name alone is told."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from firstline.errors import MisuseError
from firstline.home import Home
from firstline.refresh.forgetting import Forgotten, forget
from tests.homes import bring, moment
from tests.person import traces

LATER = moment("2026-07-01")
FILES = {
    "subscriber_pii": "subscriber_id,name,phone,email,street_address\n"
    "S-7001,Ada Lovering,303-555-0142,ada@lovering.example,12 Sample Street\n"
    "S-7002,Bob Mender,303-555-0177,bob@mender.example,4 Other Road\n"
    "S-7003,Cy Lovering,303-555-0142,cy@other.example,7 Third Way\n",
    "account": "account_id,subscriber_id\nA-7001,S-7001\nA-7002,S-7002\nA-7003,S-7003\n",
    "service": "service_id,account_id\nSV-7001,A-7001\nSV-7002,A-7002\n",
    "device": "device_id,serial,service_id\nD-1,EXN0004711,SV-7001\nD-2,EXN0004799,SV-7002\n",
    "ticket": "ticket_id,account_id,opened_at,type,remark\n"
    "T-1,A-7002,2026-03-01,trouble,box EXN-000-4711 of the neighbour\nT-2,A-7002,2026-03-02,trouble,Lovering rang\n"
    "T-3,A-7002,2026-03-03,trouble,see A-7001\nT-4,A-7003,2026-03-03,trouble,ring 303-555-0142\n",
    "ticket_text": "ticket_id,subject,body\nT-1,slow,write to Ada@Lovering.example please\nT-2,slow,rings every day\n"
    "T-3,for Ada Lovering,lives at 12 SAMPLE-STREET\nT-4,slow,asked by Ada Lovering\n",
}
SURE = ("EXN-000-4711", "Ada@Lovering.example", "12 SAMPLE-STREET", "see A-7001")
STAY = ("Lovering rang", "rings every day", "ring 303-555-0142")


@dataclass(frozen=True)
class Story:
    """A home, a trial and what was done in it, and its tickets before and after."""

    home: Path
    tried: Forgotten
    told: Forgotten
    before: Any
    after: Any


def make(folder: Path) -> Home:
    home = Home.open(folder)
    for entity, text in FILES.items():
        assert bring(home, text, entity=entity).error is None
    shutil.rmtree(folder / "given")
    return home


def said(home: Home) -> Any:
    return home.warehouse.rows("SELECT * FROM fact_ticket ORDER BY ALL")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Story:
    home = make(tmp_path_factory.mktemp("mentions") / "home")
    before, tried = said(home), forget(home, "S-7001", LATER, is_trial=True)
    assert set(SURE) <= {value for values in traces(home.path, SURE).values() for value in values}
    told = forget(home, "S-7001", LATER)
    home.warehouse.execute("CHECKPOINT")
    found = Story(home.path, tried, told, before, said(home))
    home.close()
    return found


def test_texts_of_others_lose_what_is_surely_the_persons(story: Story) -> None:
    assert traces(story.home, SURE) == {}
    assert story.after == story.before
    assert story.told.others == story.tried.others == 4


def test_what_may_be_somebody_elses_stays_and_a_full_name_is_told(story: Story) -> None:
    """The number is also Cy's; the surname is many people's."""
    assert {value for values in traces(story.home, STAY).values() for value in values} == set(STAY)
    assert [(each.entity, each.row) for each in story.told.named] == [("ticket_text", "T-3"), ("ticket_text", "T-4")]
    assert story.told.named == story.tried.named


def test_somebody_who_is_known_from_quarantined_rows_alone(home: Home) -> None:
    bring(home, "account_id,subscriber_id\nA-1,S-7001\n", entity="account")
    texts = (
        "ticket_id,subscriber,opened_at,type\nT-1,S-7009,Zoe Zimmer,trouble\nT-2,S-7001,2026-03-01,trouble\n"
        "T-3,S-7009,2026-03-01,of Zoe,trouble\nT-4,S-7009,Zoe Zimmer,trouble\n"
    )
    record = bring(home, texts, entity="ticket")
    assert record.quarantined == 3
    assert "Zoe Zimmer" in " ".join(record.warnings)
    shutil.rmtree(home.path / "given")
    before = said(home)
    with pytest.raises(MisuseError, match="No row names"):
        forget(home, "S-7008", LATER)
    told = forget(home, "S-7009", LATER)
    assert (told.quarantine, told.personal) == (3, {})
    home.warehouse.execute("CHECKPOINT")
    assert traces(home.path, ("Zoe",)) == {}
    assert said(home) == before
    assert forget(home, "S-7009", LATER).batch is None


def test_names_too(tmp_path: Path) -> None:
    home = make(tmp_path / "home")
    told = forget(home, "S-7001", LATER, names_too=True)
    home.close()
    assert (told.named, told.others) == ((), 5)
    assert traces(home.path, ("Ada Lovering",)) == {}
