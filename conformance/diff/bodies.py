"""How what is sent and what is answered differ, around the schemas: bodies, statuses, media types, headers."""

from __future__ import annotations

from conformance.diff.finding import HEADER, MEDIA, RESPONSE, SCHEMA, Edge, Finding, Found, Sides
from conformance.diff.source import Source, Spot, parted


def body(_: Sides, old: Spot, new: Spot) -> Found:
    """How two request bodies differ."""
    before, after = (each.get("required") is True for each in (old, new))
    if before != after:
        rule = f"request-body-became-{'required' if after else 'optional'}"
        yield Finding(rule=rule, old=old, new=new, read=False)
    one, other = media(old), media(new)
    for name in one:
        if name not in other:
            yield Finding(rule="request-media-type-removed", old=one[name], new=new, before=name, read=False)
        else:
            yield Edge(kind=MEDIA, old=one[name], new=other[name], read=False)
    for name in other:
        if name not in one:
            yield Finding(rule="request-media-type-added", old=old, new=other[name], after=name, read=False)


def media(spot: Spot) -> dict[str, Spot]:
    """The media types of a body, without their spacing and case."""
    return {name.replace(" ", "").lower(): each for name, each in spot.members("content").items()}


def media_type(_: Sides, old: Spot, new: Spot) -> Found:
    """How what is said of one media type differs, wherever it stands."""
    before, after = (isinstance(each.get("schema"), dict) for each in (old, new))
    answered = "responses" in (*old.place, *new.place)
    side = "response" if answered else "request"
    if before and after:
        yield Edge(kind=SCHEMA, old=old.at("schema"), new=new.at("schema"))
    elif before != after:
        yield Finding(rule=f"{side}-schema-{'added' if after else 'removed'}", old=old, new=new)
    if (old.get("encoding") or {}) != (new.get("encoding") or {}) and not answered:
        yield Finding(rule="request-encoding-changed", old=old, new=new)


def responses(sides: Sides, old: Spot, new: Spot) -> Found:
    """How the answers of two operations differ."""
    one, other = _statuses(sides.old, old), _statuses(sides.new, new)
    gone = [each for each in one if each not in other]
    come = [each for each in other if each not in one]
    fine = [each for each in gone if _fine(each)], [each for each in come if _fine(each)]
    if len(fine[0]) == len(fine[1]) == 1:
        was, now = fine[0][0], fine[1][0]
        gone.remove(was)
        come.remove(now)
        rule = "success-status-changed"
        yield Finding(rule=rule, old=old, new=new, before=was, after=now, sent=False)
        yield Edge(kind=RESPONSE, old=one[was], new=other[now], sent=False)
    for status in gone:
        rule = f"{_rule(status)}-removed"
        yield Finding(rule=rule, old=old.at("responses", status), new=new, before=status, sent=False)
    for status in come:
        rule = f"{_rule(status)}-added"
        yield Finding(rule=rule, old=old, new=new.at("responses", status), after=status, sent=False)
    for status in one:
        if status in other:
            yield Edge(kind=RESPONSE, old=one[status], new=other[status], sent=False)


def _statuses(source: Source, call: Spot) -> dict[str, Spot]:
    return {status: source.follow(each) for status, each in call.members("responses").items()}


def _fine(status: str) -> bool:
    return status[:1] in "23"


def _rule(status: str) -> str:
    if status == "default":
        return "default-answer"
    return "success-status" if _fine(status) else "error-status"


def response(sides: Sides, old: Spot, new: Spot) -> Found:
    """How two answers with the same status differ."""
    one, other = media(old), media(new)
    if bool(one) != bool(other):
        yield Finding(rule=f"response-body-{'added' if other else 'removed'}", old=old, new=new, sent=False)
    else:
        yield from _media(old, new)
    yield from _headers(sides, old, new)
    before, after = old.members("links"), new.members("links")
    for name in parted(before, after).gone:
        yield Finding(rule="response-link-removed", old=before[name], new=new, before=name, sent=False)
    for name in parted(before, after).come:
        yield Finding(rule="response-link-added", old=old, new=after[name], after=name, sent=False)


def _media(old: Spot, new: Spot) -> Found:
    one, other = media(old), media(new)
    gone = [each for each in one if each not in other]
    come = [each for each in other if each not in one]
    for was in [*gone]:
        now = next((each for each in come if each.partition(";")[0] == was.partition(";")[0]), None)
        if now is not None:
            gone.remove(was)
            come.remove(now)
            rule = "response-media-type-renamed"
            yield Finding(rule=rule, old=one[was], new=other[now], before=was, after=now, sent=False)
            yield Edge(kind=MEDIA, old=one[was], new=other[now], sent=False)
    for name in gone:
        yield Finding(rule="response-media-type-removed", old=one[name], new=new, before=name, sent=False)
    for name in come:
        yield Finding(rule="response-media-type-added", old=old, new=other[name], after=name, sent=False)
    for name in one:
        if name in other:
            yield Edge(kind=MEDIA, old=one[name], new=other[name], sent=False)


def _headers(sides: Sides, old: Spot, new: Spot) -> Found:
    one, other = _named(sides.old, old), _named(sides.new, new)
    for name in one:
        if name in other:
            yield Edge(kind=HEADER, old=one[name], new=other[name], sent=False)
        else:
            required = one[name].get("required") is True
            rule = "required-response-header-removed" if required else "response-header-removed"
            yield Finding(rule=rule, old=one[name], new=new, before=name, sent=False)
    for name in other:
        if name not in one:
            yield Finding(rule="response-header-added", old=old, new=other[name], after=name, sent=False)


def _named(source: Source, answer: Spot) -> dict[str, Spot]:
    return {name.lower(): source.follow(each) for name, each in answer.members("headers").items()}


def header(_: Sides, old: Spot, new: Spot) -> Found:
    """How two headers of an answer differ."""
    for keyword, on, off in (
        ("required", "became-required", "became-optional"),
        ("deprecated", "deprecated", "reactivated"),
    ):
        before, after = (each.get(keyword) is True for each in (old, new))
        if before != after:
            yield Finding(rule=f"response-header-{on if after else off}", old=old, new=new, sent=False)
    if isinstance(old.get("schema"), dict) and isinstance(new.get("schema"), dict):
        yield Edge(kind=SCHEMA, old=old.at("schema"), new=new.at("schema"), sent=False)
