"""Pictures for the tests: good ones of every kind, and hostile ones.

Everything is made here from a few lines of code; no picture is in the
repository.  `make.py FOLDER` writes a set of them, for looking at or as a
corpus."""
import functools
import io
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

PLACE = (37.5665, 126.978)  # what must not come out again
SECRET = "a-secret-remark"


def scene(width, height, mode="RGB"):
    """A picture with large and small things in it; each corner differs: red,
    green, blue, yellow, clockwise from the upper left."""
    im = Image.linear_gradient("L").resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(im)
    for i in range(12):
        x, y = width * i // 12, height * (i * 5 % 12) // 12
        draw.ellipse((x, y, x + width // 9, y + height // 9),
                     fill=(20 * i, 255 - 20 * i, 128))
    w, h = max(1, width // 4), max(1, height // 4)
    for x, y, colour in ((0, 0, "red"), (width - w, 0, "lime"),
                         (width - w, height - h, "blue"),
                         (0, height - h, "yellow")):
        draw.rectangle((x, y, x + w - 1, y + h - 1), fill=colour)
    return im.convert(mode)


def corners(im):
    """The colours in the middle of the four corners, clockwise."""
    im = im.convert("RGB")
    w, h = im.size
    return [im.getpixel(p) for p in (
        (w // 8, h // 8), (w - 1 - w // 8, h // 8),
        (w - 1 - w // 8, h - 1 - h // 8), (w // 8, h - 1 - h // 8))]


def noise(width, height, seed=1):
    """As many different pixels as there can be, the same each time."""
    state, out = seed, bytearray()
    n = width * height * 3
    block = bytearray()
    for _ in range(4096):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2 ** 64
        block += state.to_bytes(8, "little")[3:7]
    while len(out) < n:
        cut = len(out) // len(block) * 977 % len(block)
        out += block[cut:] + block[:cut]
    return Image.frombytes("RGB", (width, height), bytes(out[:n]))


def save(im, form, **options):
    out = io.BytesIO()
    im.save(out, form, **options)
    return out.getvalue()


def moving(width, height, n, form, mode="RGB", **options):
    """An animation of which no two frames are the same; the first is the
    scene."""
    frames = [scene(width, height, mode)]
    for i in range(1, n):
        frame = frames[0].copy()
        ImageDraw.Draw(frame).rectangle(
            (i * width // n, 0, i * width // n + 5, height), fill=None,
            outline=(255, i % 256, 0, 255)[:len(mode)])
        frames.append(frame)
    return save(frames[0], form, save_all=True, append_images=frames[1:],
                duration=70, loop=0, **options)


@functools.lru_cache(None)
def heif(codec, mode="RGB", width=640, height=480):
    """HEIC or AVIF, by libheif's own encoder."""
    with tempfile.TemporaryDirectory() as folder:
        png, out = folder + "/in.png", folder + "/out." + codec
        scene(width, height, mode).save(png)
        subprocess.run(
            ["heif-enc", "-q", "70", png, "-o", out] +
            (["-A"] if codec == "avif" else []), check=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return pathlib.Path(out).read_bytes()


def tagged(data, name, *tags):
    """The picture with tags written by exiftool."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / name
        path.write_bytes(data)
        done = subprocess.run(
            ["exiftool", "-q", "-overwrite_original", "-n", *tags, str(path)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert done.returncode == 0, done.stdout
        return path.read_bytes()


def told(data, name):
    """The picture with everything in it that a person does not want told."""
    lat, lon = PLACE
    tags = [f"-XMP:GPSLatitude={lat}", f"-XMP:GPSLongitude={lon}",
            f"-XMP:Description={SECRET}", f"-XMP:Creator={SECRET}"]
    if not name.endswith("gif"):
        tags += [f"-EXIF:GPSLatitude={lat}", "-EXIF:GPSLatitudeRef=N",
                 f"-EXIF:GPSLongitude={lon}", "-EXIF:GPSLongitudeRef=E",
                 f"-EXIF:Artist={SECRET}", f"-EXIF:UserComment={SECRET}",
                 "-EXIF:Make=Camera", "-EXIF:SerialNumber=12345678"]
    if name.endswith("jpg"):
        tags += [f"-IPTC:Caption-Abstract={SECRET}", f"-Comment={SECRET}"]
    if name.endswith("gif"):
        tags += [f"-Comment={SECRET}"]
    if name.endswith("png"):
        tags += [f"-PNG:Comment={SECRET}", f"-PNG:Author={SECRET}"]
    return tagged(data, name, *tags)


def chunk(kind, data):
    return (struct.pack(">I", len(data)) + kind + data +
            struct.pack(">I", zlib.crc32(kind + data)))


def png(width, height, depth=8, colour=2, body=b"\0" * 100, before=b""):
    """A PNG of any size with any pixels."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + before +
            chunk(b"IDAT", zlib.compress(body, 9)) + chunk(b"IEND", b""))


def apng(width=64, height=48, n=3):
    """A moving PNG; the first frame is what other programs show."""
    still = save(scene(width, height), "PNG")
    data = still[still.index(b"IDAT") + 4:-16]
    control = struct.pack(">IIIIHHBB", width, height, 0, 0, 1, 10, 0, 0)
    out = still[:33] + chunk(b"acTL", struct.pack(">II", n, 0))
    out += chunk(b"fcTL", struct.pack(">I", 0) + control)
    out += still[33:-12]
    for i in range(1, n):
        out += chunk(b"fcTL", struct.pack(">I", 2 * i - 1) + control)
        out += chunk(b"fdAT", struct.pack(">I", 2 * i) + data)
    return out + chunk(b"IEND", b"")


def gif_frames(n, width=8, height=8):
    """n frames of nothing, about 20 bytes each."""
    head = b"GIF89a" + struct.pack("<HH", width, height) + b"\x80\0\0"
    head += b"\0\0\0\xff\xff\xff"
    lzw = b"\x02\x16\x8c\x2d\x99\x87\x2a\x1c\xdc\x33\xa0\x02\x75\xec\x95" \
          b"\xfa\xa8\xde\x60\x8c\x04\x91\x4c\x01\0"
    frame = (b"\x21\xf9\x04\0\x05\0\0\0\x2c" +
             struct.pack("<HHHH", 0, 0, 8, 8) + b"\0" + lzw)
    return head + frame * n + b";"


def jpeg_header(width, height):
    """A JPEG that says how large it is, and little more."""
    small = save(scene(16, 16), "JPEG")
    at = small.index(b"\xff\xc0")
    return (small[:at + 5] + struct.pack(">HH", height, width) +
            small[at + 9:])


def jpeg_segment(data, marker, body):
    """The JPEG with a segment after its first two bytes."""
    return (data[:2] + b"\xff" + bytes([marker]) +
            struct.pack(">H", len(body) + 2) + body + data[2:])


def riff(*chunks):
    body = b"WEBP" + b"".join(
        kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)
        for kind, data in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def box(kind, body):
    return struct.pack(">I", len(body) + 8) + kind + body


def zipped(name=b"run.php", text=b"<?php phpinfo();"):
    """A zip archive with one stored file."""
    crc = struct.pack("<III", zlib.crc32(text), len(text), len(text))
    head = struct.pack("<HHHHH", 20, 0, 0, 0, 0) + crc + struct.pack(
        "<HH", len(name), 0)
    entry = b"PK\3\4" + head + name + text
    index = (b"PK\1\2" + struct.pack("<H", 20) + head +
             struct.pack("<HHHII", 0, 0, 0, 0, 0) + name)
    return entry + index + b"PK\5\6" + struct.pack(
        "<HHHHIIH", 0, 0, 1, 1, len(index), len(entry), 0)


def profile(space="sRGB"):
    return ImageCms.ImageCmsProfile(
        ImageCms.createProfile(space)).tobytes()


def swapped_profile():
    """An sRGB profile whose red and blue are exchanged: who uses it sees
    blue where the bytes say red."""
    p = bytearray(profile())
    n = struct.unpack(">I", p[128:132])[0]
    rows = {bytes(p[132 + 12 * i:136 + 12 * i]): 136 + 12 * i
            for i in range(n)}
    red, blue = rows[b"rXYZ"], rows[b"bXYZ"]
    p[red:red + 8], p[blue:blue + 8] = p[blue:blue + 8], p[red:red + 8]
    return bytes(p)


def bomb_iccp(size=1 << 30):
    """A profile of a kilobyte or so for each megabyte it swells to."""
    pack = zlib.compressobj(9)
    body = b"".join(pack.compress(b"\0" * (1 << 20))
                    for _ in range(size >> 20)) + pack.flush()
    return png(16, 16, body=b"\0" * (16 * 49),
               before=chunk(b"iCCP", b"x\0\0" + body))


def bomb_ztxt(size=1 << 30):
    pack = zlib.compressobj(9)
    body = b"".join(pack.compress(b"a" * (1 << 20))
                    for _ in range(size >> 20)) + pack.flush()
    return png(16, 16, body=b"\0" * (16 * 49),
               before=chunk(b"zTXt", b"Comment\0\0" + body))


@functools.lru_cache(None)
def good():
    """name -> bytes of a picture that is accepted."""
    wide = scene(1000, 700)
    return {
        "plain.jpg": save(wide, "JPEG", quality=90),
        "fine.jpg": save(wide, "JPEG", quality=90, subsampling=0),
        "progressive.jpg": save(wide, "JPEG", progressive=True),
        "grey.jpg": save(scene(300, 200, "L"), "JPEG"),
        "cmyk.jpg": save(scene(300, 200, "CMYK"), "JPEG"),
        "plain.png": save(wide, "PNG"),
        "alpha.png": save(scene(300, 200, "RGBA"), "PNG"),
        "palette.png": save(scene(300, 200).quantize(64), "PNG"),
        "bits.png": save(scene(300, 200, "1"), "PNG"),
        "grey.png": save(scene(300, 200, "LA"), "PNG"),
        "deep.png": png(64, 64, 16, 6, b"".join(
            b"\0" + b"".join(struct.pack(">HHHH", x * 1000, y * 1000, 0,
                                         65535) for x in range(64))
            for y in range(64))),
        "moving.png": apng(),
        "still.gif": save(scene(300, 200), "GIF"),
        "moving.gif": moving(300, 200, 12, "GIF"),
        "lossy.webp": save(wide, "WEBP"),
        "lossless.webp": save(scene(300, 200, "RGBA"), "WEBP",
                              lossless=True),
        "moving.webp": moving(300, 200, 12, "WEBP", "RGBA"),
        "plain.heic": heif("heic"),
        "plain.avif": heif("avif"),
        "alpha.avif": heif("avif", "RGBA"),
    }


def main(folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in good().items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    main(sys.argv[1])
