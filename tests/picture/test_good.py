"""Pictures that are accepted: what comes out of each kind."""
import hashlib
import io
import math
import pathlib

import make
import pytest
from PIL import Image, ImageColor, ImageOps

GOOD = make.good()
KIND = {"jpg": "jpeg"}
FAMILY = {"plain.heic": "jpg", "plain.avif": "jpg", "alpha.avif": "webp"}
LOSSY = (".webp", "alpha.avif")
WIDTHS = (236, 474, 736, 1200)


def opened(file):
    im = Image.open(file["path"])
    im.load()
    return im


def near(a, b, most):
    return max(abs(x - y) for p, q in zip(a, b) for x, y in zip(p, q)) <= most


def names_for(width):
    """The sizes of a picture, as promised."""
    out = []
    for w in WIDTHS:
        out.append(w)
        if w >= width:
            break
    return out


@pytest.mark.parametrize("name", sorted(GOOD))
def test_kind(studio, name):
    got = studio.make(GOOD[name])
    ext = name.rsplit(".")[-1]
    frames = 12 if name in ("moving.gif", "moving.webp") else 1
    assert got["source"] == KIND.get(ext, ext)
    assert got["frames"] == frames
    assert got["sha256"] == hashlib.sha256(GOOD[name]).hexdigest()
    assert len(got["placeholder"]) == 28
    assert got["palette"][0] == got["colour"]
    assert set(got["by_name"]) == {"original"} | {
        str(w) for w in names_for(got["width"])}
    for size, file in got["by_name"].items():
        im = opened(file)
        assert im.size == (file["width"], file["height"])
        assert getattr(im, "n_frames", 1) == frames
        assert im.mode in ("RGB", "RGBA", "P") or ext == "gif" or \
            (name, size) == ("grey.jpg", "original")
        if size != "original":
            assert (file["ext"], im.format) == ("webp", "WEBP")
            assert file["width"] == min(int(size), got["width"])
            assert abs(file["height"] * got["width"] - file["width"] *
                       got["height"]) <= got["width"]
    original = got["by_name"]["original"]
    assert original["ext"] == FAMILY.get(name, ext)
    assert (original["width"], original["height"]) == (got["width"],
                                                       got["height"])


@pytest.mark.parametrize("name", sorted(
    set(GOOD) - {"cmyk.jpg", "deep.png", "bits.png"}))
def test_colours_stay(studio, name):
    got = studio.make(GOOD[name])
    want = make.corners(make.scene(300, 200, "L" if "grey" in name else
                                   "RGB"))
    for file in got["files"]:
        assert near(make.corners(opened(file)), want, 24), file["name"]


def test_cmyk_becomes_srgb(studio):
    got = studio.make(GOOD["cmyk.jpg"])
    for file in got["files"]:
        im = opened(file)
        assert im.mode == "RGB"
        red, green, blue, yellow = make.corners(im)
        assert red[0] > 200 and max(red[1:]) < 90
        assert green[1] > green[0] + 60 and green[1] > green[2] + 30
        assert blue[2] > blue[0] + 30
        assert min(yellow[:2]) > 180 and yellow[2] < 90


def test_sixteen_bits_become_eight(studio):
    got = studio.make(GOOD["deep.png"])
    im = opened(got["by_name"]["original"])
    assert im.getpixel((63, 0))[:3] == (63000 // 256, 0, 0)
    assert im.getpixel((0, 63))[:3] == (0, 63000 // 256, 0)


def test_alpha_stays(studio):
    im = make.scene(500, 400, "RGBA")
    im.paste((0, 255, 0, 0), (250, 0, 500, 400))
    for form, options in ("PNG", {}), ("WEBP", {"lossless": True}):
        got = studio.make(make.save(im, form, **options))
        for file in got["files"]:
            out = opened(file).convert("RGBA")
            w, h = out.size
            assert out.getpixel((w * 9 // 10, h // 2))[3] == 0
            assert out.getpixel((w // 10, h // 2))[3] == 255
    # what cannot be seen has no colour, and lends none to its neighbours
    assert "#00ff00" not in got["palette"]


def test_lossless_stays_lossless(studio):
    got = studio.make(GOOD["lossless.webp"])
    source = Image.open(io.BytesIO(GOOD["lossless.webp"])).convert("RGB")
    assert opened(got["by_name"]["original"]).convert("RGB").tobytes() == \
        source.tobytes()


def test_png_is_exact(studio):
    got = studio.make(GOOD["plain.png"])
    assert opened(got["by_name"]["original"]).tobytes() == \
        make.scene(1000, 700).tobytes()


@pytest.mark.parametrize("name", ["plain.jpg", "fine.jpg", "grey.jpg",
                                  "progressive.jpg"])
def test_jpeg_loses_nothing(studio, name):
    got = studio.make(GOOD[name] + b"after its end")
    source = Image.open(io.BytesIO(GOOD[name]))
    assert opened(got["by_name"]["original"]).tobytes() == source.tobytes()


def written_again(studio, data):
    return pathlib.Path(
        studio.make(data)["by_name"]["original"]["path"]).read_bytes()


def pixels(data):
    im, out = Image.open(io.BytesIO(data)), []
    for i in range(getattr(im, "n_frames", 1)):
        im.seek(i)
        out.append(im.convert("RGBA").tobytes())
    return out


# Of a lossy WebP nothing but its pixels is trusted, and each writing loses some.
@pytest.mark.parametrize("name", sorted(name for name in GOOD
                                        if not name.endswith(LOSSY)) + ["lossless.webp"])
def test_an_original_is_its_own(studio, name):
    """So an export that is imported and exported again is the same."""
    once = written_again(studio, GOOD[name])
    again = written_again(studio, once)
    if name.endswith(".gif"):  # its colours may be listed otherwise
        assert pixels(again) == pixels(once)
    else:
        assert again == once


@pytest.mark.parametrize("orientation", [1, 6])
def test_what_turns_a_jpeg_is_done_to_it(studio, orientation):
    exif = Image.Exif()
    exif[0x112] = orientation
    once = written_again(studio, make.save(make.scene(640, 400), "JPEG", exif=exif))
    assert Image.open(io.BytesIO(once)).size == \
        ((640, 400) if orientation == 1 else (400, 640))
    assert written_again(studio, once) == once and b"Exif" not in once


@pytest.mark.parametrize("name, sampling", [("plain.jpg", 2),
                                            ("fine.jpg", 0)])
def test_fineness_of_colour_stays(studio, name, sampling):
    from PIL import JpegImagePlugin
    got = studio.make(GOOD[name])
    im = Image.open(got["by_name"]["original"]["path"])
    assert JpegImagePlugin.get_sampling(im) == sampling


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(studio, form, orientation):
    exif = Image.Exif()
    exif[0x112] = orientation
    data = make.save(make.scene(800, 500), form, exif=exif)
    upright = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    got = studio.make(data)
    assert (got["width"], got["height"]) == upright.size
    for file in got["files"]:
        im = opened(file)
        assert im.size == (file["width"], file["height"])
        assert near(make.corners(im), make.corners(upright), 24)
        assert not dict(im.getexif())


def test_heif_turns_by_its_own_property(studio):
    """EXIF only tells what the file has done already."""
    data = make.tagged(make.heif("heic"), "x.heic", "-EXIF:Orientation=6")
    got = studio.make(data)
    assert (got["width"], got["height"]) == (640, 480)


@pytest.mark.parametrize("width", [1, 2, 235, 236, 237, 474, 475, 736, 737,
                                   1200, 1201, 1900])
def test_sizes(studio, width):
    got = studio.make(make.save(make.scene(width, 60), "PNG"))
    assert {int(n) for n in got["by_name"] if n != "original"} == \
        set(names_for(width))
    for w in names_for(width):
        assert got["by_name"][str(w)]["width"] == min(w, width)
    first = studio.ask(make.save(make.scene(width, 60), "PNG"))
    assert [f["name"] for f in first["files"]] == [
        str(max(w for w in names_for(width) if w <= 736))]


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_very_tall(studio, form):
    got = studio.make(make.save(make.scene(40, 40000), form))
    assert got["by_name"]["236"]["height"] == 16383
    assert got["by_name"]["236"]["width"] == round(40 * 16383 / 40000)
    assert opened(got["by_name"]["236"]).size == (16, 16383)
    assert got["by_name"]["original"]["height"] == 40000


def test_very_wide(studio):
    got = studio.make(make.save(make.scene(40000, 40), "JPEG"))
    assert opened(got["by_name"]["1200"]).size == (1200, 1)
    assert opened(got["by_name"]["236"]).size == (236, 1)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_one_pixel(studio, mode):
    got = studio.make(make.save(Image.new(mode, (1, 1)), "PNG"))
    assert [f["name"] for f in got["files"]] == ["236", "original"]


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_animation(studio, form):
    data = make.moving(600, 300, 7, form)
    got = studio.make(data)
    source = Image.open(io.BytesIO(data))
    for file in got["files"]:
        im = opened(file)
        assert im.n_frames == source.n_frames == 7
        for i in range(7):
            im.seek(i)
            source.seek(i)
            im.load()
            assert im.info["duration"] == 70
            assert im.info.get("loop", 0) == 0
            assert near(make.corners(im)[1:3], make.corners(source)[1:3], 40)


def test_frames_do_not_bleed(studio):
    """Each frame is scaled on its own."""
    frames = [Image.new("RGB", (500, 200), c) for c in
              ("red", "blue", "lime")]
    data = make.save(frames[0], "GIF", save_all=True, duration=100,
                     append_images=frames[1:])
    im = opened(studio.make(data)["by_name"]["236"])
    for i, colour in enumerate([(255, 0, 0), (0, 0, 255), (0, 255, 0)]):
        im.seek(i)
        frame = im.convert("RGB")
        for y in 0, frame.height - 1:
            assert near([frame.getpixel((100, y))], [colour], 12), (i, y)


def test_moving_png_stands_still(studio):
    got = studio.make(make.apng())
    assert got["frames"] == 1
    data = pathlib.Path(got["by_name"]["original"]["path"]).read_bytes()
    assert b"acTL" not in data and b"fdAT" not in data


def test_profile_is_used(studio):
    im = make.scene(300, 200)
    for form in "JPEG", "PNG", "WEBP":
        data = make.save(im, form, icc_profile=make.swapped_profile())
        for file in studio.make(data)["files"]:
            out = opened(file)
            assert "icc_profile" not in out.info
            red, _, blue, _ = make.corners(out)
            assert red[2] > red[0] + 100 and blue[0] > blue[2] + 100


@pytest.mark.parametrize("bad", [
    pytest.param(b"x", id="byte"), pytest.param(b"\0" * 128, id="zeros"),
    pytest.param(make.profile()[:200], id="cut"),
    pytest.param(make.profile("LAB"), id="lab")])
def test_useless_profile_is_passed_over(studio, bad):
    data = make.save(make.scene(300, 200), "JPEG", icc_profile=bad)
    for file in studio.make(data)["files"]:
        assert near(make.corners(opened(file)),
                    make.corners(make.scene(300, 200)), 24)


def blurhash(im):
    """https://github.com/woltapp/blurhash/blob/master/Algorithm.md"""
    alphabet = ("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
                "wxyz#$%*+,-.:;=?@[]^_{|}~")

    def digits(value, n):
        return "".join(alphabet[value // 83 ** (n - 1 - i) % 83]
                       for i in range(n))

    def linear(v):
        return v / 255 / 12.92 if v <= 10 else ((v / 255 + .055) / 1.055) ** 2.4

    def srgb(v):
        v = min(1, max(0, v))
        return int((v * 12.92 if v <= .0031308 else
                    1.055 * v ** (1 / 2.4) - .055) * 255 + .5)

    w, h = im.size
    light = [[linear(c) for c in p] for p in im.getdata()]
    parts = []
    for j in range(3):
        for i in range(4):
            part = [0, 0, 0]
            for at, p in enumerate(light):
                c = (math.cos(math.pi * i * (at % w) / w) *
                     math.cos(math.pi * j * (at // w) / h))
                part = [s + c * v for s, v in zip(part, p)]
            scale = (1 if i == j == 0 else 2) / (w * h)
            parts.append([v * scale for v in part])
    most = max(abs(v) for p in parts[1:] for v in p)
    level = max(0, min(82, math.floor(most * 166 - .5)))
    most = (level + 1) / 166

    def quantize(v):
        r = math.copysign(abs(v / most) ** .5, v)
        return max(0, min(18, math.floor(r * 9 + 9.5)))

    dc = srgb(parts[0][0]) << 16 | srgb(parts[0][1]) << 8 | srgb(parts[0][2])
    return digits(3 + 2 * 9, 1) + digits(level, 1) + digits(dc, 4) + "".join(
        digits(quantize(r) * 361 + quantize(g) * 19 + quantize(b), 2)
        for r, g, b in parts[1:])


def dhash(im):
    """On fields of 8 x 8 pixels, before anything is rounded."""
    grey = [2126 * r + 7152 * g + 722 * b for r, g, b in im.getdata()]
    fields = [[sum(grey[(8 * y + j) * 72 + 8 * x + i]
                   for i in range(8) for j in range(8))
               for x in range(9)] for y in range(8)]
    return int("".join("01"[fields[y][x] < fields[y][x + 1]]
                       for y in range(8) for x in range(8)), 2)


@pytest.mark.parametrize("im", [make.scene(72, 64), make.noise(72, 64),
                                Image.new("RGB", (72, 64), "#123456")])
def test_hash_and_placeholder_by_definition(studio, im):
    """A picture of 72 x 64 pixels is not scaled for its facts."""
    got = studio.ask(make.save(im, "PNG"))
    assert got["placeholder"] == blurhash(im)
    assert int(got["dhash"], 16) == dhash(im)


def test_hash_tells_alike_from_unlike(studio):
    def bits(data):
        return int(studio.ask(data)["dhash"], 16)

    # no field as light as its neighbour, or noise decides
    im = Image.blend(make.scene(1600, 1000), Image.linear_gradient("L").rotate(
        90).resize((1600, 1000)).convert("RGB"), 0.4)
    one = bits(make.save(im, "PNG"))
    alike = [make.save(im, "JPEG", quality=40),
             make.save(im.resize((500, 320)), "WEBP"),
             make.save(im.quantize(64), "GIF")]
    for data in alike:
        assert bin(one ^ bits(data)).count("1") <= 4
    unlike = [im.transpose(Image.FLIP_LEFT_RIGHT), make.noise(800, 500),
              im.rotate(90)]
    for other in unlike:
        assert bin(one ^ bits(make.save(other, "PNG"))).count("1") >= 12


def test_palette(studio):
    im = Image.new("RGB", (360, 320), "#c01020")
    im.paste("#2040d0", (0, 0, 360, 90))
    im.paste("#f8f8f0", (0, 90, 360, 120))
    im.paste("#2140d1", (0, 120, 20, 140))  # one with its neighbour
    im.paste("#00ff00", (200, 200, 215, 215))  # less than a hundredth
    got = studio.ask(make.save(im, "PNG"))
    assert got["colour"] == got["palette"][0]
    assert near([ImageColor.getrgb(c) for c in got["palette"]],
                [(0xc0, 0x10, 0x20), (0x20, 0x40, 0xd0), (0xf8, 0xf8, 0xf0)],
                3)
    assert len(got["palette"]) == 3


def test_nothing_to_see(studio):
    got = studio.make(make.save(Image.new("RGBA", (300, 300)), "PNG"))
    assert got["palette"] == ["#ffffff"]


def test_same_bytes_same_answer(studio):
    one, two = (studio.make(GOOD["plain.jpg"]) for _ in range(2))
    assert [pathlib.Path(f["path"]).read_bytes() for f in one["files"]] == \
        [pathlib.Path(f["path"]).read_bytes() for f in two["files"]]
