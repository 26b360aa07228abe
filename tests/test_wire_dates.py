"""Moments: every spelling that was ever recorded is read, nonsense is no moment and no crash."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from conformance.wire import dates

SEEN = {
    "/Date(1551399321043+0000)/": datetime(2019, 3, 1, 0, 15, 21, 43000, tzinfo=UTC),
    "/Date(1551399321043)/": datetime(2019, 3, 1, 0, 15, 21, 43000, tzinfo=UTC),
    "/Date(1551399321043+1300)/": datetime(2019, 3, 1, 0, 15, 21, 43000, tzinfo=UTC),
    "/Date(0)/": datetime(1970, 1, 1, tzinfo=UTC),
    "/Date(-1-0500)/": datetime(1969, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
    "/Date(-62135596800000)/": datetime(1, 1, 1, tzinfo=UTC),
    "2010-11-26T23:32:25": datetime(2010, 11, 26, 23, 32, 25, tzinfo=UTC),
    "2010-11-26T23:32:25.9": datetime(2010, 11, 26, 23, 32, 25, 900000, tzinfo=UTC),
    "2010-11-26T23:32:25.04": datetime(2010, 11, 26, 23, 32, 25, 40000, tzinfo=UTC),
    "2010-12-21T00:58:58.7976263Z": datetime(2010, 12, 21, 0, 58, 58, 797626, tzinfo=UTC),
    "2010-12-21T00:58:58.123456789+01:30": datetime(2010, 12, 20, 23, 28, 58, 123456, tzinfo=UTC),
    "2010-12-21T00:58:58-0800": datetime(2010, 12, 21, 8, 58, 58, tzinfo=UTC),
    "\r\n  2010-12-21T00:58:58Z\n": datetime(2010, 12, 21, 0, 58, 58, tzinfo=UTC),
    "9999-12-31T23:59:59.999Z": datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
}


@pytest.mark.parametrize("text", SEEN)
def test_each_known_spelling_is_the_same_moment_in_utc(text: str) -> None:
    moment = dates.read(text)
    assert moment == SEEN[text]
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "yesterday",
        "2010-12-21",
        "2010-12-21 00:58:58",
        "2010-12-21T00:58",
        "2010-13-21T00:58:58",
        "2010-02-30T00:58:58",
        "2010-12-21T24:58:58",
        "2010-12-21T00:58:58.",
        "2010-12-21T00:58:58.1.2",
        "2010-12-21T00:58:58+99:99",
        "2010-W51-2T00:58:58",
        "0000-01-01T00:00:00",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "٢٠١٠-12-21T00:58:58",
        "/Date()/",
        "/Date(1.5)/",
        "/Date(x)/",
        "/Date(999999999999999999)/",
        "/Date(-999999999999999999)/",
        "/Date(" + "9" * 5000 + ")/",
        "/Date(1)/ /Date(2)/",
        "\\/Date(1)\\/",
        "2010-12-21T00:58:58\x00",
    ],
)
def test_nonsense_is_no_moment(text: str) -> None:
    assert dates.read(text) is None


@pytest.mark.parametrize(
    ("style", "text"),
    [
        ("iso", "2010-12-21T00:58:58.04"),
        ("iso-z", "2010-12-21T00:58:58.04Z"),
        ("ms", "/Date(1292893138040+0000)/"),
        ("ms-plain", "/Date(1292893138040)/"),
    ],
)
def test_each_style_is_written_and_read_back(style: str, text: str) -> None:
    moment = datetime(2010, 12, 21, 0, 58, 58, 40000, tzinfo=UTC)
    assert dates.write(moment, style) == text
    assert dates.read(text) == moment


def test_whole_seconds_keep_their_zeros() -> None:
    assert dates.write(datetime(2010, 10, 10, 10, 10, 10, tzinfo=UTC), "iso") == "2010-10-10T10:10:10"
    assert dates.write(datetime(2010, 10, 10, 10, 10, tzinfo=UTC), "iso-z") == "2010-10-10T10:10:00Z"


def test_other_zones_are_written_in_utc() -> None:
    there = datetime(2010, 12, 21, 13, 0, tzinfo=timezone(timedelta(hours=13)))
    assert dates.write(there, "iso") == "2010-12-21T00:00:00"
    assert dates.write(there, "ms-plain") == "/Date(1292889600000)/"


def test_moments_before_the_epoch_round_down() -> None:
    assert dates.write(datetime(1969, 12, 31, 23, 59, 59, 999500, tzinfo=UTC), "ms-plain") == "/Date(-1)/"


def test_an_unknown_style_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="roman"):
        dates.write(datetime(2010, 1, 1, tzinfo=UTC), "roman")
