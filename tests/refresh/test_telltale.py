"""A person is found in texts by what is theirs alone, however it is written, and by nothing that is everybody's."""

from __future__ import annotations

import pytest

from firstline.refresh.telltale import telltale

ADA = telltale(
    [
        ("name", "Ada M. Lovering"),
        ("phone", "303-555-0142"),
        ("email", "ada@lovering.example"),
        ("street_address", "12 Sample Street"),
        ("device_serial", "EXN-0004711"),
        ("mac", "02:00:5e:10:00:02"),
        ("value", "+44 20 7946 0018"),
        ("host_name", "printer"),
        ("subject", "slow"),
    ],
    ["S-7001", "A-1", "wholesale"],
    "US",
)


@pytest.mark.parametrize(
    "text",
    [
        "ring 3035550142 today", "ring (303) 555-0142", "ring +1 303 555 0142.", "ring 001 303.555.0142",
        "wrote ADA@Lovering.example:", "lives at 12  Sample-Street", "lives at 12 SAMPLE STREET, Denver",
        "box exn0004711 swapped", "box EXN-000-4711", "mac 02-00-5E-10-00-02", "mac 02005e100002", "see s-7001!",
        "call 020 7946 0018", "call +44 (0)20 7946 0018",
    ],
)  # fmt: skip
def test_a_number_address_serial_or_id_is_sure(text: str) -> None:
    assert ADA.certainty(text) == "sure"


@pytest.mark.parametrize(
    "text", ["for Ada Lovering", "Lovering, Ada", "ADA M LOVERING", "Lovering Ada M.", "Âda Lovering"]
)
def test_a_full_name_may_be_somebody_elses(text: str) -> None:
    assert ADA.certainty(text) == "name"


@pytest.mark.parametrize(
    "text",
    [
        "Lovering", "Ada", "Adam Loverings", "99303555014200", "112 Sample Street", "12 Sample Streets",
        "S-70011", "A-1", "wholesale", "printer", "slow", "",
    ],
)  # fmt: skip
def test_what_is_everybodys_or_another_does_not_tell(text: str) -> None:
    assert ADA.certainty(text) is None


def test_nobody_is_found_where_nothing_is_known() -> None:
    assert telltale([], [], "").certainty("anything") is None
