"""Files that are refused, each by its name or its fault (U1, U2)."""
import io
import struct
import subprocess
import tarfile

import make
import pytest
from PIL import Image

SVG = (b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">'
       b'<script>alert(1)</script></svg>')


def tar():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as t:
        t.addfile(tarfile.TarInfo("x"))
    return out.getvalue()


def photoshop():
    return b"8BPS\0\1" + b"\0" * 6 + struct.pack(">HIIHH", 3, 9, 9, 8, 3) + \
        b"\0" * 600


MP4 = (make.box(b"ftyp", b"isom\0\0\2\0isomiso2avc1mp41") +
       make.box(b"free", b"") + make.box(b"moov", make.box(b"mvhd",
                                                           b"\0" * 100)))
KINDS = {
    "svg": (SVG, "SVG pictures are not accepted"),
    "svg with a prolog": (b'<?xml version="1.0"?>\n' + SVG,
                          "SVG pictures are not accepted"),
    "svg after a remark": (b"<!-- x -->\n" + SVG,
                           "SVG pictures are not accepted"),
    "svg after blanks": (b" \n\t" + SVG, "SVG pictures are not accepted"),
    "pdf": (b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%%EOF",
            "PDF files are not accepted"),
    "tiff": (make.save(make.scene(9, 9), "TIFF"),
             "TIFF pictures are not accepted"),
    "bmp": (make.save(make.scene(9, 9), "BMP"),
            "BMP pictures are not accepted"),
    "ico": (make.save(make.scene(32, 32), "ICO"),
            "icon files are not accepted"),
    "psd": (photoshop(), "Photoshop files are not accepted"),
    "jxl": (b"\0\0\0\x0cJXL \r\n\x87\n" + make.box(b"ftyp", b"jxl \0\0\0\0"),
            "JPEG XL pictures are not accepted"),
    "jp2": (make.save(make.scene(64, 64), "JPEG2000"),
            "JPEG 2000 pictures are not accepted"),
    "mp4": (MP4, "MP4 videos are not accepted"),
    "webm": (b"\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska",
             "videos are not accepted"),
    "avi": (b"RIFF\x24\0\0\0AVI LIST\x10\0\0\0hdrlavih",
            "videos are not accepted"),
    "wav": (b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0",
            "sound files are not accepted"),
    "html": (b"<!DOCTYPE html><html><script>alert(1)</script></html>",
             "HTML pages are not accepted"),
    "html without a head": (b"<script>alert(1)</script>",
                            "HTML pages are not accepted"),
    "text": (b"hello\n" * 9, "text files are not accepted"),
    "php": (b"<?php phpinfo(); ?>\n", "text files are not accepted"),
    "radiance": (b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 9 +X 9\n",
                 "text files are not accepted"),
    "zip": (make.zipped(), "zip files are not accepted"),
    "tar": (tar(), "archives are not accepted"),
    "program": (open("/bin/true", "rb").read(), "programs are not accepted"),
    "nothing": (b"", "this file is empty"),
}
UNKNOWN = ("this is not a picture that is accepted: send JPEG, PNG, GIF, "
           "WebP, AVIF or HEIC")
for name, data in {"zeros": b"\0" * 5000, "one byte": b"\xff",
                   "xcf": b"gimp xcf v011\0" + b"\0" * 99,
                   "pnm": b"P6\n9 9\n255\n" + b"\0" * 243,
                   "exr": b"\x76\x2f\x31\x01\2\0\0\0" + b"\0" * 99}.items():
    KINDS[name] = data, UNKNOWN


def refused(got, why=None):
    assert got["outcome"] == "input" and got["files"] == [], got
    assert why is None or got["why"] == why


@pytest.mark.parametrize("name", sorted(KINDS))
def test_by_name(studio, name):
    data, why = KINDS[name]
    refused(studio.ask(data), why)


@pytest.mark.parametrize("start", [
    b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\1\0\0WEBP",
    make.box(b"ftyp", b"avif\0\0\0\0avifmif1"),
    make.box(b"ftyp", b"heic\0\0\0\0mif1heic")],
    ids=["jpeg", "png", "gif", "webp", "avif", "heic"])
@pytest.mark.parametrize("kind", ["html", "svg", "pdf", "zip", "text",
                                  "program"])
def test_first_bytes_alone_are_not_enough(studio, start, kind):
    """HTML with the magic of a JPEG, and the like."""
    data = start + KINDS[kind][0]
    refused(studio.ask(data + b"\0" * 300))
    refused(studio.ask(data))


def test_picture_that_begins_as_something_else(studio):
    for data in b"%PDF-1.4\n" + make.good()["plain.jpg"], \
            b"PK\3\4" + make.good()["plain.png"], \
            b"<html>" + make.good()["still.gif"]:
        refused(studio.ask(data))


def cuts(data):
    n = len(data)
    return sorted({n - i for i in (1, 2, 3, 4, 8, 12, 16, 40)} |
                  {n * i // 16 for i in range(1, 16)} | {8, 12, 20, 33})


@pytest.mark.parametrize("name", sorted(set(make.good())))
def test_cut_off(studio, name):
    """At many lengths, the last byte included; a picture whose end is missing
    is never taken for whole."""
    data = make.good()[name]
    files = [studio.save(data[:n], str(n)) for n in cuts(data)]
    for path, got in zip(files, studio.ask_all(files, want="rest")):
        assert got["outcome"] == "input", (path, got)


@pytest.mark.parametrize("name", ["plain.jpg", "plain.png", "moving.gif",
                                  "lossy.webp", "moving.webp"])
def test_cut_off_is_told(studio, name):
    data = make.good()[name]
    refused(studio.ask(data[:len(data) // 2]),
            "this picture is cut off: its end is missing")


@pytest.mark.parametrize("name", ["plain.jpg", "plain.png", "still.gif",
                                  "lossy.webp", "plain.heic", "plain.avif"])
def test_cut_off_under_a_whole_frame(studio, name):
    """The pixels are cut, the end is there: only the decoder can tell."""
    data = make.good()[name]
    if name.endswith("jpg"):
        data = data[:len(data) // 2] + b"\xff\xd9"
    elif name.endswith("png"):
        at = data.index(b"IDAT")
        n = int.from_bytes(data[at - 4:at], "big")
        body = data[at + 4:at + 4 + n // 2]
        data = data[:at - 4] + make.chunk(b"IDAT", body) + \
            make.chunk(b"IEND", b"")
    elif name.endswith("gif"):
        data = data[:len(data) // 2 & ~255] + b"\0;"
    elif name.endswith("webp"):
        n = len(data) // 4 * 2
        data = data[:4] + struct.pack("<I", n - 8) + data[8:16] + \
            struct.pack("<I", n - 20) + data[20:n]
    else:
        at = data.index(b"mdat") + 4
        data = data[:at] + b"\0" * (len(data) - at)
    refused(studio.ask(data))
    refused(studio.ask(data, want="rest"))


BOMBS = {
    "png of 50,000 x 50,000": (
        make.png(50000, 50000, 1, 0, b"\0" * 100000),
        "this picture has too many pixels"),
    "png of 2^31 x 2^31": (make.png(2 ** 31 - 1, 2 ** 31 - 1),
                           "this picture has too many pixels"),
    "png of no pixels": (make.png(0, 0), "this picture is damaged"),
    "jpeg of 65,535 x 65,535": (make.jpeg_header(65535, 65535),
                                "this picture has too many pixels"),
    "jpeg of 65,535 x 1": (make.jpeg_header(65535, 1),
                           "this picture is too wide or too high"),
    "jpeg of 0 x 0": (make.jpeg_header(0, 0), "this picture is damaged"),
    "gif of 10,000 frames": (make.gif_frames(10000),
                             "this animation has too many frames"),
    "gif of 100,000 frames": (make.gif_frames(100000),
                              "this animation has too many frames"),
    "gif of 201 frames": (make.gif_frames(201),
                          "this animation has too many frames"),
    "gif of 65,535 x 65,535": (make.gif_frames(1, 65535, 65535),
                               "this picture has too many pixels"),
    "gif of 2 x 5,200 x 5,200": (
        make.gif_frames(2, 5200, 5200),
        "this animation has too many pixels in all its frames together"),
    "webp of 2^24 x 2^24": (
        make.riff((b"VP8X", b"\2\0\0\0" + b"\xff" * 6),
                  (b"ANMF", b"\0" * 24)),
        "this picture has too many pixels"),
    "webp of 1,000 frames": (
        make.riff((b"VP8X", b"\2\0\0\0" + b"\x09\0\0\x09\0\0"),
                  (b"ANIM", b"\0" * 6), *[(b"ANMF", b"\0" * 24)] * 1000),
        "this animation has too many frames"),
    "avif of 60,000 x 60,000": (
        make.heif("avif").replace(
            b"ispe\0\0\0\0" + struct.pack(">II", 640, 480),
            b"ispe\0\0\0\0" + struct.pack(">II", 60000, 60000)),
        "this picture has too many pixels"),
    "png that says 16 x 16 and has a gigabyte": (
        make.png(16, 16, body=b"\0" * (1 << 24)), None),
}


@pytest.mark.parametrize("name", sorted(BOMBS))
def test_bomb(studio, name):
    """Refused from the header, in no time and with no memory."""
    data, why = BOMBS[name]
    before = len(studio.costs())
    got = studio.ask(data, want="rest")
    if why is not None:
        refused(got, why)
    studio.wait_for(lambda: len(studio.costs()) > before, 60)
    cpu_ms, rss_mb = studio.costs()[-1]
    assert cpu_ms < 1000 and rss_mb < 100


@pytest.mark.parametrize("bomb", [make.bomb_iccp, make.bomb_ztxt])
def test_bomb_beside_the_pixels(studio, bomb):
    """A megabyte that swells to a gigabyte: bounded by the decoder, whatever
    it makes of the picture."""
    before = len(studio.costs())
    assert studio.ask(bomb())["outcome"] in ("ok", "input")
    studio.wait_for(lambda: len(studio.costs()) > before, 60)
    cpu_ms, rss_mb = studio.costs()[-1]
    assert cpu_ms < 2000 and rss_mb < 256


def test_allowed_to_the_last_frame(studio):
    assert studio.ask(make.gif_frames(200))["frames"] == 200


def test_limits_are_settings(make_studio):
    small = make_studio(pixels_max=10000, frames_max=3, upload_max=4096)
    fits = make.save(make.scene(100, 100), "PNG")
    assert small.ask(fits)["outcome"] == "ok"
    refused(small.ask(make.save(make.scene(101, 100), "PNG")),
            "this picture has too many pixels")
    assert small.ask(make.gif_frames(3))["frames"] == 3
    refused(small.ask(make.gif_frames(4)),
            "this animation has too many frames")
    # three frames of 60 x 60 are more than 100 x 100
    refused(small.ask(make.gif_frames(3, 60, 60)),
            "this animation has too many pixels in all its frames together")
    large = fits + b"\0" * (4097 - len(fits))
    assert small.ask(large[:4096])["outcome"] == "ok"
    got = small.ask(large)
    assert got["outcome"] == "too_large"
    assert got["why"] == "this file is larger than is allowed"


def test_decoder_and_header_disagree(studio):
    """An AVIF that says 64 x 48 and whose coded picture is another."""
    data = make.heif("avif").replace(
        b"ispe\0\0\0\0" + struct.pack(">II", 640, 480),
        b"ispe\0\0\0\0" + struct.pack(">II", 64, 48))
    got = studio.ask(data)
    assert got["outcome"] in ("ok", "input")
    if got["outcome"] == "ok":
        im = Image.open(got["files"][0]["path"])
        assert im.size == (got["files"][0]["width"],
                           got["files"][0]["height"])


def test_not_a_file(studio, tmp_path):
    done = subprocess.run([studio.tool, "first", str(tmp_path), "/dev/zero"],
                          env=studio.env, stdout=subprocess.PIPE, text=True,
                          stderr=subprocess.DEVNULL, check=True)
    assert '"internal' in done.stdout.lower() or "INTERNAL" in done.stdout
