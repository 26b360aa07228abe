"""What a recorded conversation is called, and the file that it is in."""

from __future__ import annotations

from pathlib import PurePosixPath
from urllib.parse import quote, unquote

SCENES = "scenes"
"""The folder of the conversations that several cases read."""

INDEX = "index.json"
"""The file beside the cassettes of one format that names all cases that were told, the silent ones too."""


def of_case(identifier: str) -> str:
    """The name of what a case says by itself."""
    return quote(identifier, safe="/")


def of_scene(axis: str, scene: str) -> str:
    """The name of a scene; the axis is generation and format, as a case's id begins."""
    return f"{axis}/{SCENES}/{quote(scene, safe='')}"


def file(name: str) -> PurePosixPath:
    """Where a conversation is recorded, below the folder of all recordings."""
    return PurePosixPath(f"{name}.yaml")


def parts(name: str) -> tuple[str, str]:
    """Generation and format, and the scene; empty for a case's own."""
    axis, gap, scene = name.partition(f"/{SCENES}/")
    return (axis, unquote(scene)) if gap else (name.rpartition("/")[0], "")


def told(name: str) -> str:
    """The name as a person reads it."""
    axis, scene = parts(name)
    return f"the scene {scene!r} of {axis}" if scene else unquote(name)
