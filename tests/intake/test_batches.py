"""A large file is many batches; an import cut off between them is finished by running it again."""

from __future__ import annotations

import pytest

from firstline.home import Home
from firstline.intake import accept
from firstline.model.batch import Batch
from firstline.refresh.refreshing import bring_up_to_date
from firstline.state.ledger import Ledger
from tests.homes import ARRIVAL, bring, counts, landed_files

ROWS = [f"T{n},2026-01-{1 + n % 28:02d},trouble\n" for n in range(95)]
TEXT = "ticket_id,opened_at,type\n" + "".join(ROWS) + "T1,2026-01-02,trouble\n,2026-01-01,order\n"


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accept, "ROWS_PER_BATCH", 10)


def test_the_batches_of_a_file_add_up_to_it(home: Home) -> None:
    record = bring(home, TEXT)
    assert counts(record) == (97, 95, 1, 1)
    assert record.batches == tuple(range(1, 11))
    assert record.batch == 10
    batches = home.ledger.batches()
    assert [(batch.first_row, batch.last_row) for batch in batches[:2]] == [(1, 10), (11, 20)]
    assert sum(batch.read for batch in batches) == 97
    assert all(batch.accepted_at == ARRIVAL for batch in batches)
    assert home.warehouse.value("SELECT count(*) FROM ticket") == 95


def test_an_import_cut_off_between_batches_is_finished_by_running_it_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole_accept = Ledger.accept

    def accept_four(self: Ledger, batch: Batch) -> None:
        if batch.number == 5:
            raise KeyboardInterrupt
        whole_accept(self, batch)

    with monkeypatch.context() as patched:
        patched.setattr(Ledger, "accept", accept_four)
        with pytest.raises(KeyboardInterrupt):
            bring(home, TEXT)
    # the fifth batch's files lie there without a ledger line: they are set aside, nothing of them counts
    bring_up_to_date(home)
    assert home.warehouse.value("SELECT count(*) FROM ticket") == 40
    assert [path for path in landed_files(home) if "aside" in path.parts]
    assert counts(bring(home, TEXT)) == (97, 55, 41, 1)
    assert home.warehouse.value("SELECT count(*) FROM ticket") == 95
