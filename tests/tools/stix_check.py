"""Checks STIX bundles with OASIS's own tools: stix2-validator in strict mode and python-stix2 without custom content.

    python stix_check.py FOLDER

FOLDER has one folder per case with `bundle.stix.json` and `stix-extension-schema.json`. Nothing is fetched: the validator's
lists are part of it. Exit status 0 when every bundle is clean, 1 otherwise; one line a bundle on standard output.
"""

import importlib.metadata
import json
import pathlib
import sys

import jsonschema
import stix2
import stix2patterns.validator
import stix2validator

EXTENSION = "extension-definition--7c1d8b52-3d0e-4f5b-9a86-0b6f2a7c41e9"


def validated(path):
    """What stix2-validator finds; in strict mode a warning is an error."""
    options = stix2validator.ValidationOptions(
        version="2.1", strict=True, enforce_refs=True, silent=True
    )
    results = stix2validator.validate_file(str(path), options)
    if results.fatal:
        yield f"fatal: {results.fatal}"
    for result in results.object_results:
        for problem in list(result.errors or []) + list(result.warnings or []):
            yield f"stix2-validator: {problem}"


def register(schema):
    """Tells python-stix2 the types of the extension, as its readers have to; what the schema says of them is enough."""

    def kind(given):
        if given.get("type") == "array":
            return stix2.properties.ListProperty(stix2.properties.StringProperty)
        return stix2.properties.StringProperty()

    for name, given in schema["$defs"].items():
        if name.startswith("ringer-"):
            own = [(n, kind(p)) for n, p in given["properties"].items() if n != "type"]
            stix2.v21.CustomObservable(name, own)(type(name, (), {}))


def parsed(bundle):
    """What python-stix2 refuses, and ids that it would have made differently."""
    try:
        read = stix2.parse(bundle, allow_custom=False)
    except Exception as error:  # whatever it refuses is a finding
        yield f"stix2.parse: {error}"
        return
    if len(read.objects) != len(bundle["objects"]):
        yield "stix2.parse: objects were dropped"
    for given in bundle["objects"]:
        made = stix2.registry.class_for_type(given["type"], "2.1", "observables")
        if made is None or given["type"].startswith("ringer-"):
            continue
        without = {name: value for name, value in given.items() if name != "id"}
        id = made(allow_custom=False, **without).id
        if id != given["id"]:
            yield f"{given['id']}: the specification's id is {id}"


def resolved(bundle):
    """References that lead nowhere, ids that are twice, objects without a marking."""
    ids = [o["id"] for o in bundle["objects"]]
    if len(ids) != len(set(ids)):
        yield "an id is twice"

    def walk(value):
        if isinstance(value, dict):
            for name, inner in value.items():
                if name.endswith("_ref"):
                    yield inner
                elif name.endswith("_refs"):
                    yield from inner
                yield from walk(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner)

    for reference in sorted(set(walk(bundle)) - set(ids)):
        yield f"{reference} is not in the bundle"
    for given in bundle["objects"]:
        if given["type"] != "marking-definition" and not given.get("object_marking_refs"):
            yield f"{given['id']} is not marked"


def patterned(bundle):
    """Patterns that are none."""
    for given in bundle["objects"]:
        if given["type"] == "indicator":
            for error in stix2patterns.validator.run_validator(given["pattern"], stix_version="2.1"):
                yield f"{given['id']}: {error}: {given['pattern']}"


def extended(bundle, schema):
    """Objects of the extension that its own schema does not allow."""
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for given in bundle["objects"]:
        if given["type"].startswith("ringer-") or EXTENSION in given.get("extensions", {}):
            for error in validator.iter_errors(given):
                yield f"{given['id']}: {error.message}"


def main(folder):
    tools = ["stix2-validator", "stix2", "stix2-patterns", "jsonschema"]
    print(", ".join(f"{name} {importlib.metadata.version(name)}" for name in tools))
    failed = False
    cases = sorted(path for path in pathlib.Path(folder).iterdir() if path.is_dir())
    for case in cases:
        # A reader that does not know the extension.
        stix2.parse((case / "bundle.stix.json").read_text(encoding="utf-8"), allow_custom=True)
    for at, case in enumerate(cases):
        path = case / "bundle.stix.json"
        bundle = json.loads(path.read_text(encoding="utf-8"))
        schema = json.loads((case / "stix-extension-schema.json").read_text(encoding="utf-8"))
        if at == 0:
            register(schema)
        problems = [
            *validated(path),
            *parsed(bundle),
            *resolved(bundle),
            *patterned(bundle),
            *extended(bundle, schema),
        ]
        print(f"{case.name}: {len(bundle['objects'])} objects, {len(problems)} problems")
        for problem in problems[:40]:
            print(f"  {problem}")
        failed |= bool(problems)
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
