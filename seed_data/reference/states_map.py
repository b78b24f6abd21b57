#!/usr/bin/env python3
"""Makes states_map.tsv from states-albers-10m.json of the npm package us-atlas 3.0.1.

    python3 states_map.py states-albers-10m.json > states_map.tsv

Borders are simplified before states are put together, so that neighbors still meet. Coordinates are whole units of
the projection the file comes in (Albers, 975 by 610). Run once; the table it made is what Ringer embeds.
"""
import csv
import json
import os
import sys

TOLERANCE = 1.1
SMALLEST = 14.0  # islands of less than so many square units are left out


def simplified(points, tolerance):
    """Douglas and Peucker."""
    if len(points) < 3:
        return points
    (ax, ay), (bx, by) = points[0], points[-1]
    length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
    far, at = -1.0, 0
    for i, (x, y) in enumerate(points[1:-1], 1):
        if length:
            d = abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length
        else:
            d = ((x - ax) ** 2 + (y - ay) ** 2) ** 0.5
        if d > far:
            far, at = d, i
    if far <= tolerance:
        return [points[0], points[-1]]
    return simplified(points[: at + 1], tolerance)[:-1] + simplified(points[at:], tolerance)


def area(ring):
    return sum(x * v - u * y for (x, y), (u, v) in zip(ring, ring[1:] + ring[:1])) / 2


def inside(x, y, ring):
    odd = False
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1]):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            odd = not odd
    return odd


def room(x, y, ring):
    """Square of the distance from a point to the border."""
    best = float("inf")
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1]):
        dx, dy = bx - ax, by - ay
        t = 0 if dx == dy == 0 else max(0, min(1, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
        best = min(best, (x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2)
    return best


def label(ring):
    """The point inside with the most room around it, on a grid."""
    xs, ys = [p[0] for p in ring], [p[1] for p in ring]
    step = max(1.0, min(max(xs) - min(xs), max(ys) - min(ys)) / 24)
    best, place = -1.0, ring[0]
    y = min(ys)
    while y <= max(ys):
        x = min(xs)
        while x <= max(xs):
            if inside(x, y, ring) and (free := room(x, y, ring)) > best:
                best, place = free, (x, y)
            x += step
        y += step
    return place


def path(ring):
    """A closed path in relative whole numbers, without steps that go nowhere."""
    points = []
    for x, y in ring:
        p = (round(x), round(y))
        if not points or points[-1] != p:
            points.append(p)
    if len(points) > 1 and points[0] == points[-1]:
        points.pop()
    if len(points) < 3:
        return ""
    out, (px, py) = f"M{points[0][0]} {points[0][1]}", points[0]
    for i, (x, y) in enumerate(points[1:]):
        dx, dy = x - px, y - py
        lead = "l" if i == 0 else ("" if dx < 0 else " ")
        out += f"{lead}{dx}" + (f"{dy}" if dy < 0 else f" {dy}")
        px, py = x, y
    return out + "z"


def main():
    topology = json.load(open(sys.argv[1], encoding="utf-8"))
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        if points[0] == points[-1] and len(points) > 4:
            # A closed border has no far end: halve it.
            half = len(points) // 2
            points = simplified(points[: half + 1], TOLERANCE)[:-1] + simplified(points[half:], TOLERANCE)
        else:
            points = simplified(points, TOLERANCE)
        arcs.append(points)
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "states.tsv"), encoding="utf-8") as file:
        codes = {row[1]: row[0] for row in csv.reader(file, delimiter="\t") if len(row) > 2 and row[2] == "US"}
    rows = []
    for state in topology["objects"]["states"]["geometries"]:
        code = codes.get(state["properties"]["name"])
        if code is None:
            continue
        polygons = state["arcs"] if state["type"] == "MultiPolygon" else [state["arcs"]]
        rings = []
        for polygon in polygons:
            for ring in polygon:
                points = []
                for n in ring:
                    part = arcs[n] if n >= 0 else arcs[~n][::-1]
                    points += part if not points else part[1:]
                rings.append(points)
        rings.sort(key=lambda r: -abs(area(r)))
        if not rings or abs(area(rings[0])) < 1:
            continue
        # The one with the largest area always stays.
        kept = [rings[0]] + [r for r in rings[1:] if abs(area(r)) >= SMALLEST]
        x, y = label(rings[0])
        rows.append((code, round(x), round(y), "".join(path(r) for r in kept)))
    print("# code\tx\ty\tpath")
    for row in sorted(rows):
        print(*row, sep="\t")


main()
