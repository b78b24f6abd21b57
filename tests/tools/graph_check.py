"""Reads the graphs, tables and custody log of packages with libraries that know nothing of Ringer.

Usage: graph_check.py FOLDER, which has one folder a package, each with expected.json beside the files. Says what was read;
ends with an error at the first thing that is not as expected. Needs networkx and igraph.
"""

import csv
import hashlib
import json
import re
import sys
from collections import Counter
from pathlib import Path

import igraph
import networkx


def check(is_right, *what):
    if not is_right:
        raise SystemExit("not as expected: " + " ".join(map(str, what)))


def equal(seen, expected, *what):
    check(seen == expected, *what, "is", repr(seen), "and not", repr(expected))


def check_networkx(path, graph, expected):
    check(not graph.is_directed() and not graph.is_multigraph(), path, "is undirected and simple")
    equal(graph.number_of_nodes(), len(expected["nodes"]), path, "nodes")
    equal(graph.number_of_edges(), len(expected["edges"]), path, "edges")
    for id, node in expected["nodes"].items():
        data = graph.nodes[id]
        for name, value in node.items():
            equal(data.get(name), value, path, id, name)
            equal(type(data.get(name)), type(value), path, id, name, "type")
    for edge in expected["edges"]:
        data = graph.edges[edge["source"], edge["target"]]
        for name in ("kind", "bits"):
            equal(data.get(name), edge[name], path, edge, name)
        check(data["weight"] > 0, path, edge, "weight")


def check_igraph(path, expected):
    graph = igraph.Graph.Read_GraphML(str(path))
    check(not graph.is_directed() and graph.is_simple(), path, "is undirected and simple")
    equal(graph.vcount(), len(expected["nodes"]), path, "vertices")
    equal(graph.ecount(), len(expected["edges"]), path, "edges")
    equal(graph["tlp"], expected["tlp"], path, "tlp")
    for vertex in graph.vs:
        for name, value in expected["nodes"][vertex["id"]].items():
            equal(vertex[name], value, path, vertex["id"], name)
    kinds = Counter(graph.es["kind"])
    equal(kinds, Counter(edge["kind"] for edge in expected["edges"]), path, "kinds of edge")


def check_table(path, rows):
    data = path.read_bytes()
    check(data.startswith(b"\xef\xbb\xbf"), path, "has a byte order mark")
    check(data.count(b"\n") == data.count(b"\r\n") == rows + 1, path, "has one line a record, ended by CR LF")
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *records = csv.reader(file, strict=True)
    equal(len(records), rows, path, "rows")
    equal(len(set(header)), len(header), path, "names of columns")
    check(all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in header), path, header)
    equal(header[-1], "tlp", path, "last column")
    times = [i for i, name in enumerate(header) if name.endswith("_utc")]
    bits = [i for i, name in enumerate(header) if name.endswith("_bits") or name == "bits"]
    for record in records:
        equal(len(record), len(header), path, "cells of", record)
        for i in times:
            form = r"|\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?|\d\d:\d\d:\d\d"
            check(re.fullmatch(form, record[i]), path, header[i], record[i])
        for i in bits:
            check(re.fullmatch(r"|-?\d+\.\d\d", record[i]), path, header[i], record[i])
    return [dict(zip(header, record)) for record in records]


def check_custody(path, files):
    prev = "0" * 64
    lines = path.read_bytes().splitlines()
    for number, line in enumerate(lines, 1):
        entry = json.loads(line)
        equal((entry["n"], entry["prev"]), (number, prev), path, "line", number)
        prev = hashlib.sha256(line).hexdigest()
        if entry["kind"] == "item":
            equal(hashlib.sha256((path.parent / entry["path"]).read_bytes()).hexdigest(), entry["sha256"], entry["path"])
            files.remove(entry["path"])
    equal(json.loads(lines[0])["lines"], len(lines), path, "lines")
    equal(files, set(), path, "files without an entry")


def main():
    folders = sorted(path for path in Path(sys.argv[1]).iterdir() if path.is_dir())
    check(folders, "there is a package")
    for folder in folders:
        expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
        for name, read in (("graph.graphml", networkx.read_graphml), ("graph.gexf", networkx.read_gexf)):
            graph = read(folder / name)
            check_networkx(folder / name, graph, expected)
        # Days, for the time line: only this form has them.
        check(all("start" in data for _, data in graph.nodes(data=True)), folder, "nodes have a first day")
        equal(graph.graph["mode"], "dynamic", folder, "mode")
        graph = networkx.read_graphml(folder / "graph.graphml")
        equal(graph.graph["tlp"], expected["tlp"], folder, "tlp")
        check_igraph(folder / "graph.graphml", expected)
        tables = {name: check_table(folder / name, rows) for name, rows in expected["tables"].items()}
        equal(sorted(p.name for p in folder.glob("*.csv")), sorted(tables), folder, "tables")
        ids = {row["entity_id"] for row in tables["entities.csv"]}
        equal(len(ids), len(expected["nodes"]), folder, "entities")
        ends = {row[end] for row in tables["links-i2.csv"] for end in ("end1_id", "end2_id")}
        check(ends <= ids, folder, "both ends of links are entities")
        originals = {str(p.relative_to(folder)) for p in (folder / "originals").rglob("*") if p.is_file()}
        check_custody(folder / "custody.jsonl", originals)
        print(
            f"{folder.name}: networkx {networkx.__version__} and igraph {igraph.__version__} read "
            f"{len(expected['nodes'])} nodes and {len(expected['edges'])} edges; "
            f"{len(tables)} tables; custody log follows"
        )


main()
