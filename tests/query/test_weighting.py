"""FCR as customers say, weighted where channels answer very unequally; and the alarm on the list of the net figure."""

from __future__ import annotations

from typing import Any

import pytest

from firstline.query.weighting import Stratum, weighted
from tests.query.provider import Provider, after
from tests.query.resolution_scenarios import call
from tests.query.scenarios import in_march

MARCH = {"from": "2026-03-01", "to": "2026-04-01"}
ENTITIES = ("contact", "ticket", "ticket_event", "survey_invite", "survey_response")


def asked_on(provider: Provider, channel: str, asked: int, answered: int, yes: int, **fields: Any) -> None:
    """Contacts on a channel, all of them asked by mail two days later, of which so many answer and say yes."""
    for i in range(asked):
        name, at = f"{channel}{i}", in_march(i)
        call(provider, name, f"A-{name}", at, channel=channel, **fields)
        provider.add("survey_invite", invite_id=name, contact_id=name, channel="email", sent_at=after(at, days=2))
        if i < answered:
            said: dict[str, Any] = {
                "kind": "fcr",
                "scale_min": 0,
                "scale_max": 1,
                "score": int(i < yes),
                "contact_id": name,
            }
            provider.add("survey_response", response_id=name, invite_id=name, responded_at=after(at, days=3), **said)


def made(*channels: tuple[str, int, int, int]) -> Provider:
    provider = Provider()
    for each in channels:
        asked_on(provider, *each)
    provider.complete_until = dict.fromkeys(ENTITIES, "2026-06-01 00:00:00")
    return provider


def test_channels_that_answer_unequally_count_as_they_were_asked() -> None:
    """Phone: 100 of 200 answer, 80 yes. Chat: 60 of 600 answer, 30 yes. 200/800 x 80 % + 600/800 x 50 % = 57.5 %."""
    provider = made(("phone", 200, 100, 80), ("live_chat", 600, 60, 30))
    record = provider.one("fcr_survey", **MARCH)
    assert record.value == pytest.approx(0.575)
    assert (record.numerator, record.denominator) == (110, 160)
    # the effective sample is 1 / (0.25^2 / 100 + 0.75^2 / 60) = 100: Wilson's interval of 57.5 of 100
    assert record.low == pytest.approx(0.4771, abs=5e-4)
    assert record.high == pytest.approx(0.6673, abs=5e-4)
    note = record.note or ""
    assert "Weighted by channel, because response rates differ (live_chat 10.0 %, phone 50.0 %)" in note
    assert "unweighted it is 68.8 %" in note
    # of one channel there is nothing to weight
    assert {
        record.group["channel"]: record.value for record in provider.ask("fcr_survey", group="channel", **MARCH).records
    } == {
        "live_chat": 0.5,
        "phone": 0.8,
    }
    assert provider.one("fcr_survey", where="channel=phone", **MARCH).value == 0.8
    # nobody knows which team would have been asked
    by_team = provider.one("fcr_survey", group="team", **MARCH)
    assert by_team.value == 0.6875
    assert "Not weighted by channel: those who were asked are not split by team." in (by_team.note or "")


@pytest.mark.parametrize(
    ("channels", "said"),
    [
        # 50 % and 41 % are less than 10 points apart
        ((("phone", 200, 100, 80), ("live_chat", 200, 82, 30)), None),
        # of 99 invitations a response rate is not known
        ((("phone", 200, 100, 80), ("live_chat", 99, 20, 10)), None),
        ((("phone", 200, 100, 80), ("live_chat", 200, 0, 0), ("walk_in", 200, 60, 30)), "Weighted"),
    ],
)
def test_what_is_not_unequal_or_not_known_is_not_weighted(
    channels: tuple[tuple[str, int, int, int], ...], said: str | None
) -> None:
    record = made(*channels).one("fcr_survey", **MARCH)
    assert ("Weighted" in (record.note or "")) == (said is not None)
    # a channel without an answer says nothing: the other two count alike
    heard = [(yes / answered) for _, _, answered, yes in channels if answered]
    counts = (sum(each[3] for each in channels), sum(each[2] for each in channels))
    assert record.value == pytest.approx(sum(heard) / len(heard) if said else counts[0] / counts[1])


def test_answers_where_nobody_was_asked_are_not_weighted_away() -> None:
    assert weighted([Stratum("phone", 200, 100, 100, 80), Stratum("email", 0, 0, 5, 5)]) is None
    provider = made(("phone", 200, 100, 80), ("live_chat", 200, 20, 10))
    call(provider, "walk", "A-walk", in_march(1), channel="walk_in")
    said: dict[str, Any] = {"kind": "fcr", "scale_min": 0, "scale_max": 1, "score": 1, "contact_id": "walk"}
    provider.add("survey_response", response_id="walk", responded_at=after(in_march(1), days=3), **said)
    record = provider.one("fcr_survey", **MARCH)
    assert record.value == 91 / 121
    assert "some answers came where nobody is known to have been asked: not weighted" in (record.note or "")


def quarter(provider: Provider, begins: str, issues: int, listed: int) -> None:
    for i in range(issues):
        at, name = after(begins, hours=3 * i), f"{begins[:7]}-{i}"
        call(provider, name, name, at, resolved_flag=True)
        code = "physical_damage" if i < listed else "reset"
        provider.ticket(name, at, after(at, hours=30), account_id=name, resolution_code=code)


@pytest.mark.parametrize(("listed", "is_alarm"), [(14, False), (15, False), (16, True)])
def test_a_list_that_grows_by_more_than_5_points_in_a_quarter_is_an_alarm(listed: int, is_alarm: bool) -> None:
    provider = Provider()
    quarter(provider, "2026-01-10 10:00:00", 100, 10)
    quarter(provider, "2026-04-10 10:00:00", 100, listed)
    provider.complete_until = dict.fromkeys(ENTITIES, "2026-06-01 00:00:00")
    first, second = provider.ask("fcr_net", by="quarter").records
    assert "Alarm" not in (first.note or "")
    told = f"Alarm: the closed list took out {listed}.0 % of this quarter's issues, after 10.0 % in the quarter before."
    assert (told in (second.note or "")) == is_alarm
    assert ("Alarm" in (provider.one("fcr_net", **{"from": "2026-04-01", "to": "2026-05-01"}).note or "")) == is_alarm
    assert "Alarm" not in (provider.one("fcr_single", **{"from": "2026-04-01", "to": "2026-05-01"}).note or "")
    shares = [record.value for record in provider.ask("fcr_not_resolvable_share", by="quarter").records]
    assert shares == [0.1, listed / 100]


def test_where_no_survey_asks_it_that_is_said_and_not_that_nobody_answered() -> None:
    provider = made(("phone", 20, 20, 15))
    answer: dict[str, Any] = {"scale_min": 1, "scale_max": 5, "score": 5, "contact_id": "phone1"}
    other = Provider()
    call(other, "phone1", "A-1", in_march(1))
    for asked in (provider, other):
        asked.add("survey_response", response_id="c", kind="csat", responded_at=after(in_march(1), days=3), **answer)
    record = other.one("fcr_survey", **MARCH)
    assert (record.state, record.reason) == ("unavailable", "missing:survey_response.kind")
    assert "no survey asks" in (record.note or "")
    assert not record.is_mixed
    assert provider.one("fcr_survey", **MARCH).value == 0.75
    april = provider.one("fcr_survey", **{"from": "2026-04-10", "to": "2026-05-01"})
    assert april.reason == "zero_denominator"
