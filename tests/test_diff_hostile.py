"""No file can hurt `conformance diff`: what cannot be compared is refused in one line, the rest is compared."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from conformance.contract.load import folder
from conformance.diff.change import shown
from conformance.diff.comparison import compare
from conformance.diff.sides import source
from conformance.diff.source import Source
from conformance.diff.tree import LARGEST, grown
from conformance.errors import BadOption

HEAD = "openapi: 3.0.0\ninfo: {title: a, version: '1'}\n"
XSD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
NINE = ", ".join(["x"] * 9)
BOMB = f"a0: &a0 [{NINE}]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 8)}]\n" for n in range(1, 40))

REFUSED: list[tuple[str, str | bytes, str]] = [
    ("empty.yaml", "", "is empty"),
    ("blank.yaml", " \n\n", "is empty"),
    ("comment.yaml", "# nothing\n", "no mapping at its top"),
    ("tab.yaml", "openapi: 3.0.0\npaths:\n\t/a: {}\n", ":3: not YAML"),
    ("latin.yaml", b"openapi: 3.0.0\nx: \xe9t\xe9\n", ":2: not UTF-8"),
    ("nul.yaml", b"openapi: 3.0.0\x00\n", "not YAML: control characters"),
    ("swagger.yaml", "swagger: '2.0'\npaths: {}\n", "is Swagger 2.0"),
    ("newer.yaml", "openapi: 4.0.0\npaths: {}\n", "is OpenAPI 4.0.0"),
    ("text.yaml", "hello", "no mapping at its top"),
    ("list.yaml", "- a\n", "no mapping at its top"),
    ("other.yaml", "a: 1\n", "no paths and no components"),
    ("unclosed.json", '{"openapi": "3.0.0", "paths": {', "not YAML"),
    ("bomb.yaml", f"{HEAD}{BOMB}paths: {{}}\n", "stands for more than"),
    ("own-alias.yaml", f"{HEAD}components: &c {{schemas: {{A: *c}}}}\n", "leads back to itself"),
    ("no-anchor.yaml", f"{HEAD}components: *c\n", "names nothing before it"),
    ("deep.yaml", f"{HEAD}x: {'[' * 5000}{']' * 5000}\npaths: {{}}\n", "nested deeper"),
    ("deep.json", '{"openapi":"3.0.0","x":' + "[" * 100_000 + "]" * 100_000 + "}", "nested deeper"),
    ("deep-map.yaml", HEAD + "x:\n" + "".join(f"{' ' * n}a:\n" for n in range(1, 999)), "nested deeper"),
    ("tag.yaml", f"{HEAD}paths: !!python/object/apply:os.system ['true']\n", "is not read"),
    ("two.yaml", f"{HEAD}paths: {{}}\n---\na: 1\n", "more than one document"),
    ("key.yaml", f"{HEAD}paths: {{}}\n? [a]\n: 1\n", "name is itself a list"),
    ("plain.xml", "<a/>", "no XSD"),
    ("cut.xsd", '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:el', "not XML"),
    ("entity.xsd", f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>{XSD}</xs:schema>', "document type"),
    (
        "circle.xsd",
        (
            f'{XSD}<xs:simpleType name="a"><xs:restriction base="b"/></xs:simpleType><xs:simpleType name="b">'
            '<xs:restriction base="a"/></xs:simpleType><xs:element name="e" type="a"/></xs:schema>'
        ),
        "nested deeper",
    ),
    ("large.yaml", b" " * (LARGEST + 1), "is larger than"),
]

SCHEMAS: list[tuple[str, str, str]] = [
    ("remote", "A: {$ref: 'https://example.org/x.yaml#/A'}", "leads out of the document"),
    ("file", "A: {type: object, properties: {b: {$ref: './x.yaml'}}}", "leads out of the document"),
    ("circle", "A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}", "leads back to itself"),
    ("self", "A: {$ref: '#/components/schemas/A'}", "leads back to itself"),
    (
        "tower",
        ", ".join(
            [
                "A0: {type: string}",
                *(f"A{n}: {{allOf: [{{$ref: '#/components/schemas/A{n - 1}'}}]}}" for n in range(1, 999)),
            ][::-1]
        ),
        "composed deeper",
    ),
]

ODD = [
    "paths: [1, 2]\ncomponents: {schemas: [1], parameters: 3}\n",
    "paths: {/a: 3, /b: {get: 5}, /c: {get: {parameters: {a: 1}, responses: [1]}}}\ncomponents: {schemas: {A: 5}}\n",
    (
        "paths: {/d: {post: {parameters: [3, {name: [1]}], requestBody: 7, "
        "responses: {200: {content: {a/b: {schema: 4}}}}, security: {a: 1}, tags: 5}}}\nservers: 5\nsecurity: 9\n"
    ),
    (
        "components: {schemas: {B: {type: {}, properties: [1], required: 5, enum: 3, allOf: 4, oneOf: {a: 1}, items: 4,"
        " maxLength: x, maximum: true, xml: 3, discriminator: 9}}}\n"
    ),
    "components: {schemas: {C: {type: [1, {}], enum: [[1], {a: 1}], required: [[1], {}], oneOf: [1], allOf: [3]}}}\n",
    "components: {schemas: {A: {type: number, maximum: 1e999, multipleOf: 0}, B: {minimum: .nan, default: .nan}}}\n",
    f"components: {{schemas: {{A: {{maximum: {'9' * 5000}}}}}}}\n",
    "components: {schemas: {A: {$ref: '#/components/schemas/Nobody'}, B: {$ref: 7}, C: {$ref: '#'}}}\n",
    (
        "components: {schemas: {A: {type: object, properties: {a: {$ref: '#/components/schemas/A'}},"
        " allOf: [{$ref: '#/components/schemas/A'}], oneOf: [{$ref: '#/components/schemas/A'}]}}}\n"
    ),
    "components: {schemas: {A: true, B: false, C: {}, D: null}}\n",
]


def tree(name: str, text: str) -> Source:
    return Source(name=name, tree=grown(name, text.encode()), file=name)


@pytest.mark.parametrize(("name", "content", "words"), REFUSED, ids=[name for name, *_ in REFUSED])
def test_it_is_refused_in_one_line(tmp_path: Path, name: str, content: str | bytes, words: str) -> None:
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadOption) as refused:
        source(str(file))
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(("schemas", "words"), [each[1:] for each in SCHEMAS], ids=[name for name, *_ in SCHEMAS])
def test_a_reference_that_cannot_be_followed_is_refused(schemas: str, words: str) -> None:
    side = tree("a.yaml", f"{HEAD}components: {{schemas: {{{schemas}}}}}\n")
    with pytest.raises(BadOption, match=words):
        compare(side, side)


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
@pytest.mark.parametrize("other", ODD, ids=range(len(ODD)))
def test_an_odd_document_is_compared(text: str, other: str) -> None:
    old, new = tree("a.yaml", HEAD + text), tree("b.yaml", HEAD + other)
    for each in compare(old, new).changes:
        assert each.sentence.isprintable()
    assert text != other or not compare(old, new).changes


def test_the_command_says_one_line_and_exits_with_2(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.yaml"
    bomb.write_text(f"{HEAD}{BOMB}paths: {{}}\n")
    command = [sys.executable, "-m", "conformance", "diff", str(bomb), str(bomb)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr.startswith("conformance: ")
    assert run.stderr.count("\n") == 1


@pytest.mark.parametrize("inner", ["properties: {{a: {0}, b: {0}, c: {0}}}", "allOf: [{0}, {0}]", "oneOf: [{0}, {0}]"])
def test_what_is_shared_is_compared_once(inner: str) -> None:
    below = [f"{{$ref: '#/components/schemas/S{number}'}}" for number in range(50)]
    levels = "".join(f"    S{n}: {{type: object, {inner.format(below[n - 1])}}}\n" for n in range(1, 50))
    text = f"{HEAD}components:\n  schemas:\n    S0: {{type: string}}\n{levels}"
    start = perf_counter()
    compare(tree("a.yaml", text), tree("b.yaml", text.replace("string", "integer")))
    assert perf_counter() - start < 10


JUNK: list[Any] = [
    *(None, True, 0, -1, 1.5, "x", "", [], {}, [1], [[1]], [{}], {"a": 1}, ["string", "null"]),
    *({"$ref": "#/components/schemas/Contact"}, {"$ref": "#/nope"}, {"$ref": "#"}, {"type": ["string"]}, "object"),
]


def _holders(value: Any) -> Iterator[tuple[Any, Any]]:
    for key, inner in [*(value.items() if isinstance(value, dict) else enumerate(value))]:
        yield value, key
        if isinstance(inner, dict | list):
            yield from _holders(inner)


@pytest.mark.parametrize("seed", range(25))
def test_a_document_with_anything_anywhere_is_compared_or_refused(seed: int) -> None:
    content = (folder() / "2.0-2026" / "openapi.yaml").read_bytes()
    whole = Source(name="whole", tree=grown("whole", content))
    draw, data = random.Random(seed), grown("odd", content).data
    for _ in range(draw.choice((1, 3, 30))):
        holder, key = draw.choice([*_holders(data)])
        holder[key] = draw.choice(JUNK)
    text = json.dumps(data).encode()
    one, other = (Source(name="odd", tree=grown("odd", text)) for _ in range(2))
    for old, new in ((whole, one), (one, whole), (one, other)):
        with suppress(BadOption):
            assert not compare(old, new).changes or old is whole or new is whole


def test_plain_values_follow_yaml_1_2() -> None:
    text = "a: no\nb: 2020-01-01\nc: 0o17\nd: 0x1F\ne: 1e3\nf: ~\ng: 'true'\nh: true\n200: y\ni: 012\nj: .5\nk: 1_000\n"
    assert grown("x", text.encode()).data == {
        "a": "no",
        "b": "2020-01-01",
        "c": 15,
        "d": 31,
        "e": 1000.0,
        "f": None,
        "g": "true",
        "h": True,
        "200": "y",
        "i": 12,
        "j": 0.5,
        "k": "1_000",
    }


def test_aliases_and_merges_are_read() -> None:
    text = "base: &b {x: 1, y: 2}\nmore: {<<: *b, y: 3}\nlist: [*b]\n"
    assert grown("x", text.encode()).data == {
        "base": {"x": 1, "y": 2},
        "more": {"y": 3, "x": 1},
        "list": [{"x": 1, "y": 2}],
    }


def test_a_name_that_stands_twice_is_told() -> None:
    found = grown("x.yaml", b"a: 1\nb: 2\na: 3\n")
    assert found.data == {"a": 3, "b": 2}
    assert found.warnings == ("x.yaml:3: 'a' stands twice in one mapping; the last one counts",)
    assert grown("x.json", b'{"a": 1,\n "a": 2}').warnings


def test_lines_are_known_in_yaml_and_in_json() -> None:
    data = {"a": {"b": [1, {"c": 'x"}'}], "d": {}}, "e": "{[,:"}
    text = json.dumps(data, indent=1)
    found = grown("x.json", text.encode())
    assert found.data == data
    assert text.splitlines()[found.line(("a", "b", "1", "c")) - 1].strip().startswith('"c"')
    assert found.line(("a", "nothing")) == 2
    yaml = grown("x.yaml", b"a:\n  b:\n  - 1\n  - c: x\n  d: {}\n")
    assert [yaml.line(("a", "b", "1", "c")), yaml.line(("a", "d"))] == [4, 5]


def test_a_value_in_a_sentence_moves_no_cursor() -> None:
    assert shown("a\n\x1b[31mb\u202ec") == "a [31mb c"
    assert len(shown("x" * 999)) == 160
