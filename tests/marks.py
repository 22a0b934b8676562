"""What is measured and then stands in the README: between <!-- NAME --> and
<!-- /NAME -->."""

from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"


def put(name, text, readme=README):
    """What stands between the marks of this name becomes the text."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, mark, rest = readme.read_text().partition(begin)
    _, last, after = rest.partition(end)
    if not (mark and last):
        raise SystemExit(f"{readme} has no place for this ({begin} ... {end})")
    readme.write_text(f"{before}{begin}\n\n{text.strip()}\n\n{end}{after}")
