"""What `make load` tells: a table, a picture, and both in the README.

    python3 tests/load/report.py        the README's block anew, of the report

The picture is drawn by hand, as plain SVG that takes the reader's colours and
runs no script.
"""

import os
import platform
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = HERE.parent.parent
FOLDER = HERE / "report"
sys.path.insert(0, str(HERE.parent))

import marks  # noqa: E402

HEAD = ["| visitors | TLS | requests | failures | requests/s | p50 ms | p95 ms | p99 ms "
        "| processor us a request | kept answers | Locust's part of the processors |",
        "|---|---|---|---|---|---|---|---|---|---|---|"]


def name(one):
    return one.scenario.lower() + ("" if one.cache else ", no cache")


def row(one):
    times = " | ".join(f"{ms:,}" for ms in one.times)
    hits = one.hits()
    return (f"| {name(one)} | {'yes' if one.tls else ''} | {one.requests:,} | {one.failures} "
            f"| {one.rate:,.0f} | {times} | {one.us:.0f} "
            f"| {'' if hits is None else f'{100 * hits:.1f} %'} | {100 * one.generator:.0f} % |")


def how_much(how, users, pins):
    """In words, what was done."""
    asked = f"{how.seconds:g} s" if how.seconds else f"{how.requests:,} requests"
    kind = [f"{users} visitors at once on {pins:,} pins", f"{asked} a line",
            f"{how.processes} processes of Locust", f"{os.cpu_count()} processors",
            f"Linux {platform.release().partition('-')[0]}"]
    if how.pause:
        kind.append(f"{how.pause:g} s between two requests of a visitor")
    if how.conditional:
        kind.append("visitors remember what they have (If-None-Match)")
    return ", ".join(kind) + "."


def write(measured, how, users, pins, folder=FOLDER, readme=TOP / "README.md"):
    """load.md and load.svg into the folder, the table into the README."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [*HEAD, *map(row, measured), "", how_much(how, users, pins)]
    (folder / "load.md").write_text("\n".join(lines) + "\n")
    (folder / "load.svg").write_text(picture(measured))
    put(folder, readme)


def put(folder, readme):
    """The README's block becomes the report."""
    image = "![Requests a second and waiting times by scenario](tests/load/report/load.svg)"
    marks.put("load", f"{(folder / 'load.md').read_text().strip()}\n\n{image}", readme)


# The picture: a line a scenario, and on it a bar without TLS and one with it;
# on the left requests a second, on the right from p50 to p99.

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f }
.small { font-size: 11px; fill: #57606a }
.grid { stroke: #d0d7de }
.plain { fill: #0969da; stroke: #0969da }
.tls { fill: #bc4c00; stroke: #bc4c00 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .small { fill: #9198a1 } .grid { stroke: #3d444d }
.plain { fill: #4493f8; stroke: #4493f8 } .tls { fill: #f0883e; stroke: #f0883e }
}
"""
WIDTH, TOP_Y, LINE, BAR = 880, 74, 52, 14
LEFT, RIGHT, SPAN = 130, 505, 275  # where the axes begin, and how long they are


def ceiling(value):
    """A round number at or above value, and the steps up to it."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if factor * step * 5 >= value:
                return factor * step * 5, factor * step
        step *= 10


def label(x, y, text, kind="", anchor="start"):
    css = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{css} text-anchor="{anchor}">{text}</text>'


def axis(x, title, most, bottom):
    """A scale with its steps; returns how long one unit is, and the lines."""
    top, step = ceiling(most)
    lines = [label(x, TOP_Y - 30, title)]
    for k in range(top // step + 1):
        at = x + SPAN * k * step / top
        lines.append(f'<line class="grid" x1="{at:.1f}" y1="{TOP_Y - 4}" x2="{at:.1f}" '
                     f'y2="{bottom}"/>')
        lines.append(label(at, TOP_Y - 10, f"{k * step:,}", "small", "middle"))
    return SPAN / top, lines


def bar(x, y, length, kind):
    return (f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{max(length, 1):.1f}" '
            f'height="{BAR}" rx="2" stroke="none"/>')


def reach(x, y, half, most, kind):
    """From p50, a full dot, to p99, an open one."""
    middle = y + BAR / 2
    return [f'<line class="{kind}" x1="{x + half:.1f}" y1="{middle:.1f}" '
            f'x2="{x + most:.1f}" y2="{middle:.1f}" stroke-width="2"/>',
            f'<circle class="{kind}" cx="{x + half:.1f}" cy="{middle:.1f}" r="4"/>',
            f'<circle class="{kind}" cx="{x + most:.1f}" cy="{middle:.1f}" r="4" '
            'fill-opacity="0.25" stroke-width="1.5"/>']


def picture(measured):
    names = list(dict.fromkeys(map(name, measured)))
    bottom = TOP_Y + LINE * len(names)
    rates, left = axis(LEFT, "requests a second", max(one.rate for one in measured), bottom)
    waits, right = axis(RIGHT, "milliseconds: p50 (full), p99 (open)",
                        max(one.times[-1] for one in measured), bottom)
    lines = left + right
    for at, kind, text in ((LEFT, "plain", "HTTP"), (LEFT + 80, "tls", "HTTPS")):
        lines += [bar(at, 12, BAR, kind), label(at + BAR + 6, 24, text)]
    for one in measured:
        y = TOP_Y + LINE * names.index(name(one)) + 10 + (BAR + 6) * one.tls
        kind = "tls" if one.tls else "plain"
        lines.append(bar(LEFT, y, one.rate * rates, kind))
        lines.append(label(LEFT + one.rate * rates + 5, y + BAR - 3, f"{one.rate:,.0f}", "small"))
        half, most = one.times[0] * waits, one.times[-1] * waits
        lines += reach(RIGHT, y, half, most, kind)
        lines.append(label(RIGHT + most + 9, y + BAR - 3,
                           f"{one.times[0]:,} / {one.times[-1]:,}", "small"))
    for n, text in enumerate(names):
        first, _, more = text.partition(", ")
        y = TOP_Y + LINE * n + 32
        lines.append(label(LEFT - 14, y - (8 if more else 0), first, "", "end"))
        if more:
            lines.append(label(LEFT - 14, y + 8, more, "small", "end"))
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{bottom + 14}" '
        f'viewBox="0 0 {WIDTH} {bottom + 14}" role="img">',
        "<title>Requests a second and waiting times by scenario</title>",
        f"<style>{STYLE}</style>", *lines, "</svg>", ""])


if __name__ == "__main__":
    put(FOLDER, TOP / "README.md")
