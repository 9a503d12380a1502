"""What our script seals, run by Node: the same modules that a browser loads."""

import base64
import datetime as dt
import json
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.node import node
from tests.small import ROOT

SCRIPT = ROOT / "theme/static/js/form-sealed.js"
AGE = ROOT / "node_modules/age-encryption/dist/index.js"

installed = pytest.mark.skipif(
    not AGE.is_file(), reason="node_modules lacks age-encryption: make install-dev"
)

_PROGRAM = """
import { readFileSync } from "node:fs";
const asked = JSON.parse(readFileSync(0, "utf8"));
const script = await import(asked.script);
const { rule, values, files, at } = asked;
const content = script.packed(rule, values, files, new Date(at));
const age = asked.age && await import(asked.age);
const sealed = age ? await script.sealed(age, rule.keys, content) : content;
console.log(Buffer.from(sealed).toString("base64"));
"""


def _run(program: str, asked: Mapping[str, Any]) -> str:
    return subprocess.run(
        [node(), "--no-warnings", "--input-type=module", "-e", program],
        input=json.dumps({"script": SCRIPT.as_uri(), **asked}),
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def packed_in_browser(
    rule: Mapping[str, Any],
    values: Mapping[str, str],
    files: Sequence[Mapping[str, str]],
    at: dt.datetime,
    seal: bool = False,
) -> bytes:
    """What the script encrypts; or, with ``seal``, what it sends."""
    moment = at.astimezone(dt.UTC).isoformat()
    asked = {"rule": rule, "values": values, "files": files, "at": moment}
    return base64.b64decode(_run(_PROGRAM, {**asked, "age": AGE.as_uri() if seal else ""}))


def faults_in_browser(rule: Mapping[str, Any], values: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the script finds wrong with what was typed."""
    program = """
    import { readFileSync } from "node:fs";
    const { script, rule, values } = JSON.parse(readFileSync(0, "utf8"));
    const { typed, faults } = await import(script);
    console.log(JSON.stringify(faults(rule, typed(rule, new Map(Object.entries(values))))));
    """
    found: list[dict[str, Any]] = json.loads(_run(program, {"rule": rule, "values": values}))
    return found
