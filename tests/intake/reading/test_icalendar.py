"""Holidays from iCalendar files: whole days become rows of a calendar, everything else is named and left."""

from __future__ import annotations

from firstline.home import Home
from tests.homes import bring, counts

MAPPING = """
source = "holidays"
[file]
entity = "business_calendar"
[fields]
calendar_id = { constant = "support-hours" }
holiday = { column = "holiday" }
"""


def event(uid: str, *lines: str) -> str:
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT", ""))


def calendar(*events: str, name: str | None = None) -> str:
    named = f"X-WR-CALNAME:{name}\r\n" if name else ""
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n{named}{''.join(events)}END:VCALENDAR\r\n"


NEW_YEAR = event("ny", "DTSTART;VALUE=DATE:20260101", "SUMMARY:New Year")
EASTER = event("easter", "DTSTART;VALUE=DATE:20260403", "DTEND;VALUE=DATE:20260407", "SUMMARY:Easter")
EVERY_YEAR = event("independence", "DTSTART;VALUE=DATE:20250704", "RRULE:FREQ=YEARLY;COUNT=3", "SUMMARY:Fourth")
TIMED = event("meeting", "DTSTART:20260301T090000Z", "DTEND:20260301T100000Z", "SUMMARY:Meeting")
CANCELLED = event("off", "DTSTART;VALUE=DATE:20260801", "STATUS:CANCELLED", "SUMMARY:No more")


def holidays(home: Home) -> list[tuple[str, str]]:
    rows = home.warehouse.rows("SELECT calendar_id, holiday FROM business_calendar ORDER BY holiday")
    return [(row["calendar_id"], str(row["holiday"])) for row in rows]


def test_whole_days_become_holidays_of_the_calendar_that_the_mapping_names(home: Home) -> None:
    record = bring(home, calendar(NEW_YEAR, EASTER, EVERY_YEAR), name="holidays.ics", mapping=MAPPING)
    assert counts(record) == (8, 8, 0, 0)
    days = ["2025-07-04", "2026-01-01", *(f"2026-04-0{day}" for day in (3, 4, 5, 6)), "2026-07-04", "2027-07-04"]
    assert holidays(home) == [("support-hours", day) for day in days]
    again = bring(home, calendar(NEW_YEAR, EASTER, EVERY_YEAR), name="holidays.ics", mapping=MAPPING)
    assert counts(again) == (8, 0, 8, 0)


def test_without_a_mapping_the_files_own_name_is_the_calendars(home: Home) -> None:
    record = bring(home, calendar(NEW_YEAR, name="support-hours"), name="h.ics", entity="business_calendar")
    assert (counts(record), holidays(home)) == ((1, 1, 0, 0), [("support-hours", "2026-01-01")])
    nameless = bring(home, calendar(EASTER), name="h.ics", entity="business_calendar")
    assert nameless.reasons == {"missing_key": 4}


def test_a_day_that_recurs_without_end_is_followed_for_ten_years_after_the_file_was_written(home: Home) -> None:
    endless = event("boxing", "DTSTART;VALUE=DATE:20201226", "RRULE:FREQ=YEARLY", "SUMMARY:Boxing Day")
    bring(home, calendar(endless), name="h.ics", mapping=MAPPING)
    assert [day for _, day in holidays(home)] == [f"{year}-12-26" for year in range(2020, 2036)]


def test_an_event_with_times_and_a_cancelled_one_close_nothing_and_are_named(home: Home) -> None:
    record = bring(home, calendar(NEW_YEAR, TIMED, CANCELLED), name="h.ics", mapping=MAPPING)
    assert counts(record) == (3, 1, 0, 2)
    assert record.reasons == {"timed_event": 1, "cancelled_event": 1}


def test_what_is_no_calendar_is_refused(home: Home) -> None:
    for text, code in (("a,b\n1,2\n", "broken_icalendar"), (calendar(), "empty_file"), (NEW_YEAR, "broken_icalendar")):
        record = bring(home, text, name="h.ics", mapping=MAPPING)
        assert record.error is not None
        assert record.error["code"] == code


def test_opening_hours_that_nobody_can_read_are_quarantined_with_what_is_allowed(home: Home) -> None:
    rows = (
        "calendar_id,tz,weekday,opens,closes,holiday\n"
        "support,America/Denver,1,08:00,17:00,\n"
        "support,,2,22:00,06:00,\n"
        "support,Mountain,3,08:00,17:00,\n"
        "support,America/Denver,9,08:00,17:00,\n"
        "support,America/Denver,4,8am,17:00,\n"
        "support,America/Denver,,,,\n"
        "support,,,,,2026-12-25\n"
    )
    record = bring(home, rows, entity="business_calendar")
    assert (counts(record), record.reasons) == ((7, 3, 0, 4), {"bad_opening_hours": 4})
