"""Secrets are taken out of every text before it is written anywhere."""

from __future__ import annotations

import html
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

MASK = "[redacted]"

SHORTEST = 4
"""Characters that a secret has at least: to mask every "a" would hide the report, not the secret."""

_WHATEVER_THE_CASE = 8
"""Characters from which on a secret is masked in capitals as well."""

# Header fields whose values are secrets whoever set them. What comes before a token in the first group is no secret.
_SCHEMED = re.compile(r"^(?:proxy-)?authorization$", re.IGNORECASE)
_HEADERS = re.compile(r"authorization|cookie|token|secret|passw|api-?key|session|credential|assertion", re.IGNORECASE)

# Names of what OAuth passes around, and of what else is never anybody's business.
_NAMES = (
    r"(?:access|refresh|id|session|csrf|auth|oauth|bearer)[_-]?token(?:[_-]?secret)?"
    r"|(?:client|consumer|oauth|app)[_-]?secret|client[_-]?assertion|code[_-]?verifier|passw(?:or)?d"
)
_HINTS = ("token", "secret", "passw", "assertion", "verifier", "bearer", "basic ", "eyj", "@")
_PATTERNS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(each, re.IGNORECASE)
    for each in (
        rf'(?P<before>"(?:{_NAMES})"\s*:\s*")(?P<secret>(?:[^"\\]|\\.)+)',
        rf'(?P<before>\\"(?:{_NAMES})\\"\s*:\s*\\")(?P<secret>[^"\\]+)',
        rf"(?P<before>(?<![\w-])(?:{_NAMES})(?:=|%3d))(?P<secret>[^&\s\"'<>;,]+)",
        rf"(?P<before><(?:\w+:)?(?:{_NAMES})(?:\s[^>]*)?>)(?P<secret>[^<]+)",
        r"(?P<before>\b(?:bearer|basic)\s+)(?P<secret>(?=[\w~+/.-]*\d)[\w~+/.-]{12,}=*)",
        r"(?P<before>\b)(?P<secret>eyj[\w-]{8,}\.[\w-]{4,}\.[\w-]*)",
        r"(?P<before>://)(?P<secret>[^/\s\"'<>@?#:]{1,200}:[^/\s\"'<>@?#]{0,200})(?=@)",
    )
)


def _spelt(char: str) -> str:
    """A pattern of all ways in which URLs, HTML, JSON and Python spell a character, also one inside another."""
    if char.isascii() and char.isalnum():
        return char
    percent = "".join(f"%(?:25)*{each:02x}" for each in char.encode())
    named = html.escape(char)
    ways = [re.escape(char), percent, rf"&#0*{ord(char)};", rf"&#x0*{ord(char):x};", rf"\\*u{ord(char):04x}"]
    ways += [r"\+"] if char == " " else []
    ways += [re.escape(named), re.escape(html.escape(named))] if named != char else []
    return rf"\\*(?:{'|'.join(ways)})"


def _packed(secret: str) -> Iterator[str]:
    """The secret without its hyphens, and as base64 and hexadecimal digits."""
    yield secret.replace("-", "")
    yield from (encode(secret.encode()).decode().rstrip("=") for encode in (b64encode, urlsafe_b64encode))
    yield secret.encode().hex()


def _mask(secret: str) -> tuple[str, re.Pattern[str]]:
    """The longest plain part, which any spelling has in it, in small letters; and the pattern of all spellings."""
    plain = max(re.split(r"[^A-Za-z0-9]+", secret), key=len)
    flags = re.IGNORECASE if len(secret) >= _WHATEVER_THE_CASE else re.NOFLAG
    return plain.lower(), re.compile("".join(map(_spelt, secret)), flags)


@lru_cache(maxsize=16)
def _masks(secrets: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    """What to look for in small letters, what to write instead, and the pattern of its spellings; longest first."""
    found: dict[str, str] = {}
    for secret, label in secrets:
        if len(secret) >= SHORTEST:
            found.setdefault(secret, label)
        for each in _packed(secret) if len(secret) >= _WHATEVER_THE_CASE else ():
            found.setdefault(each, label)
    made = [(each, *_mask(each)) for each in sorted(found, key=len, reverse=True)]
    return tuple((plain, found[each], pattern) for each, plain, pattern in made)


@dataclass(frozen=True, slots=True)
class Redactor:
    """Replaces known secrets, however they are spelt, and what looks like one wherever it stands."""

    masks: tuple[tuple[str, str, re.Pattern[str]], ...]

    @classmethod
    def of(cls, secrets: Iterable[str], labels: Mapping[str, str] | None = None) -> Redactor:
        """A redactor for these values; the longest are replaced first, so that none leaves a part behind.

        ``labels`` are further secrets, and what stands in place of each.
        """
        known = {**dict.fromkeys(secrets, MASK), **(labels or {})}
        return cls(_masks(tuple(known.items())))

    def text(self, text: str) -> str:
        """The text without any secret in it."""
        small = text.lower()
        for each, label, pattern in self.masks:
            if each in small:
                text = pattern.sub(label.replace("\\", r"\\"), text)
        if any(each in small for each in _HINTS):
            for pattern in _PATTERNS:
                text = pattern.sub(_masked, text)
        return text

    def header(self, name: str, value: str) -> str:
        """The value of a header field without secrets; a scheme before a token stays."""
        if not _HEADERS.search(name):
            return self.text(value)
        scheme, gap, _ = value.partition(" ")
        return f"{scheme} {MASK}" if gap and _SCHEMED.match(name) and scheme.isalnum() else MASK


def _masked(found: re.Match[str]) -> str:
    secret = found["secret"]
    # What has been replaced already says more than the mask.
    return found[0] if secret.startswith("[") and secret.endswith("]") else f"{found['before']}{MASK}"
