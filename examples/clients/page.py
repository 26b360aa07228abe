"""Judge the clients of this folder, and write what came of it: docs/clients.md, and docs/clients.json for the tests.

python examples/clients/page.py              every client that is installed
python examples/clients/page.py pyxero       only this one; the others stay as they were
"""

import json
import shlex
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from conformance.client.telling import TAKEN
from conformance.session.causes import causes
from conformance.session.status import findings

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
RECORD, PAGE = ROOT / "docs" / "clients.json", ROOT / "docs" / "clients.md"
GENERATION = "2.0-2026"
DRIVERS = {
    "xero-python": ("python", "examples/clients/xero-python/driver.py"),
    "pyxero": ("python", "examples/clients/pyxero/driver.py"),
    "xero-node": ("node", "examples/clients/xero-node/driver.js"),
}
VERDICTS = ("pass", "warn", "fail", "could-not-run", "not-applicable")
HEAD = """\
# What today's clients do

Three published clients, each judged through its driver in [`examples/clients/`](../examples/clients/) against
generation {generation}, at the version pinned there. `make clients` makes this page; the tests judge the clients again,
and fail when a verdict is another than the one recorded in `clients.json`.

A *fail* is a breach of a documented or observed MUST, a *warn* one of a SHOULD. What no source promises is no finding:
it stands under "What is open". Cases of a format or a message that a client does not have are not counted. The time
holds ten seconds in which the server says nothing, and waits that the server asks for.
"""


def command(name):
    """The driver as this machine starts it."""
    program, path = DRIVERS[name]
    return [sys.executable if program == "python" else program, path]


def greeting(name):
    """The answer of a driver to the first message, which names its client; nothing when it does not start."""
    hello = {"message": 1, "do": "hello", "protocol": "1", "generation": GENERATION, "format": "json"}
    hello |= {"base_url": "http://127.0.0.1:9", "token": "token", "tenant_id": "tenant", "keys": {}}
    asked = {"input": json.dumps(hello) + "\n", "capture_output": True, "text": True, "cwd": ROOT, "timeout": 60}
    try:
        lines = subprocess.run(command(name), check=False, **asked).stdout.splitlines()
    except OSError:
        lines = []
    return json.loads(lines[0]) if lines else {}


def judged(name):
    """The events of a run about a client: its cases, and the last."""
    with tempfile.TemporaryDirectory() as folder:
        words = ["client", "--drive", "--quiet", "--generation", GENERATION, "--reports", folder, "--", *command(name)]
        subprocess.run([sys.executable, "-m", "conformance", *words], check=False, capture_output=True, cwd=ROOT)
        lines = (Path(folder) / "events.jsonl").read_text("utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    return [each for each in events if each["kind"] == "case"], events[-1]


def record(name):
    """What is kept of a run about a client."""
    cases, foot = judged(name)
    found = causes(findings(cases))
    counts = Counter(each["verdict"] for each in cases)
    return {
        "version": greeting(name)["client"]["version"],
        "cases": len(cases),
        "verdicts": {each: counts[each] for each in VERDICTS if counts[each]},
        "exchanges": foot["exchanges"],
        "seconds": round(foot["seconds"]),
        "causes": [{**told(each.events), "follows": [told(one) for one in apart(each.secondary)]} for each in found],
        "open": [told([each]) for each in cases if each["choice"] not in ("", TAKEN)],
    }


def apart(events):
    """Findings of one clause and kind together."""
    groups = {}
    for each in events:
        groups.setdefault((each["clause"], each["code"]), []).append(each)
    return groups.values()


def told(events):
    """Findings that are one, with the first of them in full."""
    first = events[0]
    said = {each: first[each] for each in ("clause", "level", "grade", "verdict", "code", "sentence")}
    reason = first["choice"] or first["reason"].rsplit(" (", 1)[0]
    return {**said, "reason": reason, "cases": [each["case"] for each in events]}


def row(name, known):
    """A client in the table."""
    counts = known["verdicts"]
    figures = [known["cases"] - counts.get("not-applicable", 0), known["exchanges"]]
    figures += [counts.get(each, 0) for each in ("pass", "warn", "fail", "could-not-run")]
    return f"| {name} {known['version']} | " + " | ".join(map(str, [*figures, f"{known['seconds']} s"])) + " |"


def told_in_words(name, one):
    """A finding on the page: the duty, what happens, and the command that shows it."""
    more = len(one["cases"]) - 1
    others = f", and {more} case{'s' if more > 1 else ''} more" if more else ""
    again = f"conformance client --drive --only {shlex.quote(one['cases'][0])} -- {' '.join(DRIVERS[name])}"
    yield f"**{one['clause']}** ({one['level']}, {one['grade']}; {one['verdict']}{others}): {one['sentence']}"
    yield f"\n> {escaped(one['reason'])}\n"
    yield f"```sh\n{again}\n```\n"


def escaped(text):
    """A text of strangers as a page shows it."""
    return text.replace("\\", "\\\\").replace("<", "&lt;").replace("*", "\\*").replace("`", "\\`").replace("|", "\\|")


def section(name, known):
    """What a client does."""
    yield f"## {name} {known['version']}\n"
    if not known["causes"]:
        yield "Nothing was found.\n"
    for one in known["causes"]:
        yield from told_in_words(name, one)
        for after in one["follows"]:
            yield f"From this follows **{after['clause']}** in {len(after['cases'])} cases: {after['sentence']}"
            yield f"\n> {escaped(after['reason'])}\n"
    if known["open"]:
        yield "What is open:\n"
        for one in known["open"]:
            yield f"- `{one['cases'][0].partition('/')[2]}`: {escaped(one['reason'])}"
        yield ""


def page(kept):
    """The whole page."""
    yield HEAD.format(generation=GENERATION)
    yield "| client | cases | exchanges | pass | warn | fail | could not run | time |"
    yield "|---|---|---|---|---|---|---|---|"
    yield from (row(name, kept[name]) for name in DRIVERS if name in kept)
    yield ""
    for name in DRIVERS:
        if name in kept:
            yield from section(name, kept[name])


def main():
    kept = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {}
    for name in sys.argv[1:] or DRIVERS:
        if greeting(name):
            kept[name] = record(name)
        else:
            print(f"{name} is not installed, and stays as it was", file=sys.stderr)
    RECORD.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", "utf-8")
    PAGE.write_text("\n".join(page(kept)).rstrip() + "\n", "utf-8")


if __name__ == "__main__":
    main()
