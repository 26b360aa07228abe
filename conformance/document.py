"""A body as neither XML nor JSON.

=========  ==================================================================
value      stands for
=========  ==================================================================
str        text
bool       a boolean
Decimal    a number
datetime   a moment, always with a time zone
None       an explicit null (JSON ``null``, XML ``xsi:nil``)
tuple      a list
dict       an object; a member that is not there is absent
=========  ==================================================================

Values are never changed once made; whoever needs another makes another.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias, Union

Value: TypeAlias = Union[str, bool, Decimal, datetime, tuple["Value", ...], Mapping[str, "Value"], None]

Record: TypeAlias = Mapping[str, Value]
"""One resource: an object whose members are fields of the contract."""


def empty(value: Value) -> bool:
    """Whether a value says nothing: null, an empty text, an empty list, or an object of such."""
    if isinstance(value, Mapping):
        return all(empty(each) for each in value.values())
    return value is None or value in ("", ())


def objects(value: Value) -> tuple[Record, ...]:
    """The objects of a list; nothing for any other value."""
    return tuple(each for each in value if isinstance(each, Mapping)) if isinstance(value, tuple) else ()
