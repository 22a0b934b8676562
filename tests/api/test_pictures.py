"""Pictures through the API: what is taken, what becomes of it, what is
refused by name.  The set of hostile pictures is in tests/picture."""

import io
import json
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from PIL import Image

from checks import check_pin, files, settle, unchanged
from client import picture

MOST = 20 * 2**20


NAME = "ann of the harbour"  # not found in what is compressed by chance


def exif(data):
    """The picture with a place and a name in it."""
    done = subprocess.run(
        ["exiftool", "-q", "-EXIF:GPSLatitude=37.5", "-EXIF:GPSLatitudeRef=N",
         "-EXIF:GPSLongitude=127", "-EXIF:GPSLongitudeRef=E", f"-EXIF:Artist={NAME}",
         f"-XMP:Description={NAME}", "-o", "-", "-"],
        input=data, capture_output=True, check=True)
    return done.stdout


def told(data):
    """Tags of a picture that a person may have put there."""
    done = subprocess.run(["exiftool", "-json", "-G1", "-EXIF:all", "-GPS:all", "-XMP:all",
                           "-IPTC:all", "-Comment", "-"], input=data, capture_output=True)
    tags = json.loads(done.stdout)[0]
    return {name for name in tags if name != "SourceFile"}


def complete(stack, person, pin):
    """The pin when all its sizes are there, and they: width -> bytes."""
    settle(stack)
    pin = check_pin(person.want(200, "GET", f"pins/{pin['id']}"))
    got = {}
    for size in pin["media"]["sizes"]:
        answer = person.get(stack.url + size["url"])
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("image/")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "immutable" in answer.headers["Cache-Control"]
        image = Image.open(io.BytesIO(answer.content))
        assert image.size == (size["width"], size["height"])
        got[size["width"]] = answer.content
    return pin, got


def test_the_first_answer_has_a_size_and_the_rest_follow(stack, person):
    pin = check_pin(person.upload("pins/", "wide", picture("JPEG", (1500, 1000))))
    assert person.get(pin["image"]).status_code == 200
    pin, got = complete(stack, person, pin)
    assert sorted(got) == [236, 474, 736, 1200, 1500]
    assert (pin["media"]["width"], pin["media"]["height"]) == (1500, 1000)
    assert [size["height"] for size in pin["media"]["sizes"]] == [157, 316, 491, 800, 1000]


@pytest.mark.parametrize("kind, animated", [("JPEG", False), ("PNG", False), ("GIF", False),
                                            ("WEBP", False), ("GIF", True), ("WEBP", True)])
def test_kinds(stack, person, kind, animated):
    if animated:
        out = io.BytesIO()
        frames = [Image.open(io.BytesIO(picture("PNG"))).convert("RGB") for _ in range(3)]
        frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=80, loop=0)
        data = out.getvalue()
    else:
        data = picture(kind)
    pin, got = complete(stack, person, person.upload("pins/", kind, data, name="a.bin"))
    assert pin["media"]["animated"] is animated
    for made in got.values():
        assert Image.open(io.BytesIO(made)).format in ("WEBP", kind)
        assert getattr(Image.open(io.BytesIO(made)), "n_frames", 1) == (3 if animated else 1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_is_told_about_the_person(stack, person, kind):
    data = exif(picture(kind, (900, 600)))
    assert any("GPS" in tag for tag in told(data))
    _, got = complete(stack, person, person.upload("pins/", "where", data))
    for made in got.values():
        assert told(made) == set()
        assert NAME.encode() not in made


def test_turned_upright(stack, person):
    image = Image.new("RGB", (300, 100), "red")
    image.paste((0, 0, 255), (0, 0, 150, 100))
    out, tags = io.BytesIO(), Image.Exif()
    tags[0x0112] = 6  # the camera stood on its right side
    image.save(out, "JPEG", exif=tags)
    pin, got = complete(stack, person, person.upload("pins/", "upright", out.getvalue()))
    assert (pin["media"]["width"], pin["media"]["height"]) == (100, 300)
    shown = Image.open(io.BytesIO(got[100])).convert("RGB")
    assert shown.getpixel((50, 50))[2] > 200 and shown.getpixel((50, 250))[0] > 200


def test_the_colour(person):
    out = io.BytesIO()
    Image.new("RGB", (50, 50), (16, 128, 240)).save(out, "PNG")
    colour = person.upload("pins/", "blue", out.getvalue())["media"]["colour"]
    parts = [int(colour[i:i + 2], 16) for i in (1, 3, 5)]
    assert all(abs(a - b) < 12 for a, b in zip(parts, (16, 128, 240))), colour


def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data
            + struct.pack(">I", zlib.crc32(kind + data)))


def png(width, height, body=b"\0" * 100, more=b""):
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)) + more
            + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b""))


def saved(image, kind):
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


def many_frames(n):
    frames = [Image.new("P", (4, 4), i % 2) for i in range(n)]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=20)
    return out.getvalue()


NOT_A_PICTURE = ("this is not a picture that is accepted: send JPEG, PNG, GIF, WebP, AVIF or "
                 "HEIC")
SMALL = Image.new("RGB", (16, 16), "red")
JPEG = picture("JPEG", (400, 300), seed=1)
PNG = picture("PNG", (400, 300), seed=1)
REFUSED = {
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
            "SVG pictures are not accepted"),
    "pdf": (b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n", "PDF files are not accepted"),
    "tiff": (saved(SMALL, "TIFF"), "TIFF pictures are not accepted"),
    "bmp": (saved(SMALL, "BMP"), "BMP pictures are not accepted"),
    "ico": (saved(SMALL, "ICO"), "icon files are not accepted"),
    "html": (b"<!doctype html><script>alert(1)</script>", "HTML pages are not accepted"),
    "text": (b"just some words, nothing else\n", "text files are not accepted"),
    "zip": (b"PK\x03\x04\x14\0\0\0\0\0" + bytes(40), "zip files are not accepted"),
    "gzip": (b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + bytes(20), "archives are not accepted"),
    "program": (Path("/bin/true").read_bytes(), "programs are not accepted"),
    "mp4": (b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41" + bytes(50),
            "MP4 videos are not accepted"),
    "sound": (b"RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0" + bytes(60),
              "sound files are not accepted"),
    "bytes": (bytes(range(256)), NOT_A_PICTURE),
    "one byte": (b"\0", NOT_A_PICTURE),
    "cut jpeg": (JPEG[:len(JPEG) // 2], "this picture is cut off: its end is missing"),
    "cut png": (PNG[:len(PNG) // 2], "this picture is cut off: its end is missing"),
    "magic only": (b"\x89PNG\r\n\x1a\n", None),
    "broken png": (PNG[:200] + bytes(100) + PNG[300:], "this picture is damaged"),
    "pixel bomb": (png(50000, 50000), "this picture has too many pixels"),
    "high bomb": (png(1, 2**31 - 1), None),
    "zero size": (png(0, 0), None),
    "text bomb": (png(16, 16, bytes(16 * 49),
                      chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(2**26))))[:-12],
                  "this picture is cut off: its end is missing"),
    "frames": (many_frames(201), "this animation has too many frames"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_by_name(stack, person, name):
    data, reason = REFUSED[name]
    with unchanged(stack):
        answer = person.upload("pins/", "x", data, status=400)
    assert list(answer) == ["image"] and len(answer["image"]) == 1
    assert reason is None or answer["image"] == [reason]


@pytest.mark.parametrize("tail", [b"PK\x03\x04" + b"payload" * 9, b"<script>payload</script>",
                                  b"<?php payload ?>"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_nothing_behind_the_picture_survives(stack, person, kind, tail):
    answer = person.post("pins/", data={"title": "two in one"},
                         files={"image": ("a.jpg", picture(kind) + tail)})
    if answer.status_code == 201:
        for made in complete(stack, person, answer.json())[1].values():
            assert b"payload" not in made
    else:
        assert answer.status_code == 400 and list(answer.json()) == ["image"]


@pytest.mark.parametrize("name", ["../../../etc/passwd", "/etc/passwd", "a\\..\\b.png", "con",
                                  ".htaccess", "x.php", "x.svg", "%2e%2e%2fx", "\u202egnp.exe",
                                  "a" * 3000 + ".png", " ", "a;b.png", "가.png"])
def test_the_name_of_a_file_is_never_used(stack, person, name):
    settle(stack)
    before = files(stack)
    pin = person.want(201, "POST", "pins/", data={"title": "named"},
                      files={"image": (name, picture())})
    settle(stack)
    for path in files(stack) - before:
        assert path.suffix in (".webp", ".png") and path.parent.parent.parent == stack.media_dir
    assert name == " " or name not in json.dumps(pin)


def padded(size):
    """A good PNG of just so many bytes."""
    empty = picture("PNG")
    pad = size - len(empty) - 12
    return empty[:33] + chunk(b"paDd", bytes(pad)) + empty[33:]


def test_twenty_megabytes_and_no_byte_more(stack, person):
    data = padded(MOST)
    assert len(data) == MOST
    person.upload("pins/", "heavy", data)
    with unchanged(stack):
        assert person.upload("pins/", "heavier", padded(MOST + 1), status=413) == {
            "detail": "a file may have at most 20 MB"}


def test_two_pictures_in_one_request(person):
    parts = [("title", (None, "x"))] + [("image", ("a.png", picture())) for _ in range(2)]
    assert person.want(400, "POST", "pins/", files=parts) == {
        "image": ["this field is given more than once"]}
