"""Nothing that does not show comes out again (U4, U1)."""
import json
import pathlib
import subprocess

import make
import pytest

# What a file has by being a file of its kind.
GROUPS = {"ExifTool", "System", "File", "Composite", "SourceFile"}
STRUCTURE = {
    "JFIF:JFIFVersion", "JFIF:ResolutionUnit", "JFIF:XResolution",
    "JFIF:YResolution",
    "PNG:ImageWidth", "PNG:ImageHeight", "PNG:BitDepth", "PNG:ColorType",
    "PNG:Compression", "PNG:Filter", "PNG:Interlace",
    "PNG-pHYs:PixelsPerUnitX", "PNG-pHYs:PixelsPerUnitY",
    "PNG-pHYs:PixelUnits",
    "GIF:GIFVersion", "GIF:ImageWidth", "GIF:ImageHeight",
    "GIF:HasColorMap", "GIF:ColorResolutionDepth", "GIF:BitsPerPixel",
    "GIF:BackgroundColor", "GIF:AnimationIterations", "GIF:FrameCount",
    "GIF:Duration", "GIF:TransparentColor",
    "RIFF:ImageWidth", "RIFF:ImageHeight", "RIFF:VP8Version",
    "RIFF:HorizontalScale", "RIFF:VerticalScale", "RIFF:AlphaIsUsed",
    "RIFF:WebP_Flags", "RIFF:AlphaPreprocessing", "RIFF:AlphaFiltering",
    "RIFF:AlphaCompression", "RIFF:BackgroundColor",
    "RIFF:AnimationLoopCount", "RIFF:FrameCount", "RIFF:Duration",
}
# The settings of every file are the same, whatever picture it is.
ALWAYS = {"JFIF:XResolution": 72, "JFIF:YResolution": 72,
          "PNG-pHYs:PixelsPerUnitX": 2835, "PNG-pHYs:PixelsPerUnitY": 2835}
WORDS = (make.SECRET.encode(), b"Exif", b"ns.adobe.com", b"xpacket",
         b"ICC_PROFILE", b"iCCP", b"ICCP", b"12345678", b"37.56", b"126.9",
         b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME", b"XMP")


def tags_of(paths):
    done = subprocess.run(["exiftool", "-j", "-G1", "-a", "-u", "-n",
                           *map(str, paths)], stdout=subprocess.PIPE,
                          check=True)
    return json.loads(done.stdout)


def check_clean(got):
    paths = [f["path"] for f in got["files"]]
    for tags in tags_of(paths):
        for tag, value in tags.items():
            group = tag.split(":")[0]
            if group in GROUPS:
                assert tag not in ("File:Comment", "File:ExifByteOrder")
                assert "GPS" not in tag
                continue
            assert tag in STRUCTURE, (tags["SourceFile"], tag)
            assert ALWAYS.get(tag, value) == value
    for path in paths:
        data = pathlib.Path(path).read_bytes()
        for word in WORDS:
            assert word not in data, (path, word)
    return paths


@pytest.mark.parametrize("name", ["plain.jpg", "progressive.jpg", "plain.png",
                                  "moving.png", "lossy.webp",
                                  "lossless.webp", "moving.webp",
                                  "plain.heic", "plain.avif", "alpha.avif",
                                  "moving.gif"])
def test_metadata_goes(studio, name):
    data = make.told(make.good()[name], name)
    before = tags_of([studio.save(data, name)])[0]
    assert any("GPSLatitude" in tag for tag in before)
    assert make.SECRET in before.values()
    assert make.SECRET.encode() in data
    check_clean(studio.make(data))


@pytest.mark.parametrize("name", sorted(make.good()))
def test_nothing_is_added(studio, name):
    """libvips would put EXIF of its own into WebP."""
    check_clean(studio.make(make.good()[name]))


def test_profile_with_a_name_goes(studio):
    im = make.scene(300, 200)
    for form in "JPEG", "PNG", "WEBP":
        check_clean(studio.make(make.save(im, form,
                                          icc_profile=make.profile())))


def test_thumbnail_in_exif_goes(studio):
    """A small copy of the picture as it was before somebody cut it."""
    with_thumb = make.tagged(
        make.good()["plain.jpg"], "x.jpg", "-ThumbnailImage<=" + str(
            studio.save(make.save(make.scene(160, 120), "JPEG"), "t.jpg")))
    assert with_thumb.count(b"\xff\xd8\xff") == 2
    for path in check_clean(studio.make(with_thumb)):
        assert pathlib.Path(path).read_bytes().count(b"\xff\xd8\xff") <= 1


PAYLOADS = {
    "zip": make.zipped(),
    "php": b"<?php system($_GET[0]); ?>",
    "html": b"<html><script>alert(document.domain)</script></html>",
    "js": b"*/=1;alert(1)//",
    "jpeg": make.save(make.scene(40, 30), "JPEG"),
}


@pytest.mark.parametrize("name", ["plain.jpg", "plain.png", "still.gif",
                                  "moving.gif", "lossy.webp", "moving.webp",
                                  "plain.heic", "plain.avif"])
@pytest.mark.parametrize("payload", sorted(PAYLOADS))
def test_nothing_after_the_end(studio, name, payload):
    """Read as a picture, and as something else from its end: only the
    picture comes out.  (An ISO file may be refused: there, what follows
    cannot always be told from a box that is cut off.)"""
    tail = PAYLOADS[payload]
    got = studio.ask(make.good()[name] + tail, want="rest")
    if name in ("plain.heic", "plain.avif") and got["outcome"] == "input":
        return
    assert got["outcome"] == "ok", got
    for file in got["files"]:
        data = pathlib.Path(file["path"]).read_bytes()
        assert tail not in data and tail[-16:] not in data
        assert b"PK\5\6" not in data[-66:]


def hidden(data, payload):
    """The payload inside, where the format has room for remarks."""
    if data.startswith(b"GIF"):
        at = 13 + 3 * 2 ** ((data[10] & 7) + 1)
        return (data[:at] + b"!\xfe" + bytes([len(payload)]) + payload +
                b"\0" + data[at:])
    if data.startswith(b"\x89PNG"):
        return data[:33] + make.chunk(b"tEXt", b"Comment\0" + payload) + \
            data[33:]
    if data.startswith(b"RIFF"):
        body = data[8:] + b"XMP " + len(payload).to_bytes(4, "little") + \
            payload + b"\0" * (len(payload) % 2)
        return b"RIFF" + len(body).to_bytes(4, "little") + body
    return make.jpeg_segment(make.jpeg_segment(data, 0xfe, payload), 0xee,
                             b"x" + payload)


@pytest.mark.parametrize("name", ["plain.jpg", "plain.png", "moving.gif",
                                  "lossy.webp"])
@pytest.mark.parametrize("payload", ["php", "html", "js"])
def test_nothing_hidden_inside(studio, name, payload):
    data = hidden(make.good()[name], PAYLOADS[payload])
    assert PAYLOADS[payload] in data
    got = studio.make(data)
    for file in got["files"]:
        assert PAYLOADS[payload] not in pathlib.Path(
            file["path"]).read_bytes()


def test_script_and_picture_in_one(studio):
    """A GIF that is a JavaScript program too: its size is the beginning of a
    comment."""
    gif = make.good()["still.gif"]
    both = b"GIF89a/*" + gif[8:] + b"*/=1;alert(1)"
    got = studio.ask(both, want="rest")
    assert got["outcome"] in ("ok", "input")
    for file in got["files"]:
        assert b"alert" not in pathlib.Path(file["path"]).read_bytes()
