"""Pictures with random faults (U3): no crash of a decoder reaches the client,
and the process stays."""
import random
import re
import struct
import zlib

import make
import pytest

EACH = 25


def mend_png(data):
    """With right check sums, so that the fault reaches the decoder."""
    out, at = bytearray(data[:8]), 8
    while at + 12 <= len(data):
        n = struct.unpack(">I", data[at:at + 4])[0]
        if n > len(data) - at - 12:
            break
        body = data[at + 4:at + 8 + n]
        out += data[at:at + 4] + body + struct.pack(">I", zlib.crc32(body))
        at += n + 12
    return bytes(out) + data[at:]


def mutate(data, chance):
    data = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at = chance.randrange(len(data))
        # faults near the beginning meet more code
        if chance.random() < 0.5:
            at = chance.randrange(min(len(data), 600))
        kind = chance.randrange(7)
        if kind == 0:
            data[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            data[at] = chance.randrange(256)
        elif kind == 2:
            del data[at:at + chance.randrange(1, 40)]
        elif kind == 3:
            data[at:at] = bytes(chance.randrange(256) for _ in range(
                chance.randrange(1, 40)))
        elif kind == 4:
            data[at:at + 4] = chance.choice((
                b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff",
                b"\0\0\xff\xff", b"\xff\xff\0\0"))
        elif kind == 5:
            n = chance.randrange(1, 200)
            data[at:at + n] = data[at:at + n][::-1]
        else:
            other = chance.randrange(len(data))
            data[at:at + 60] = data[other:other + 60]
    data = bytes(data)
    if data.startswith(b"\x89PNG\r\n\x1a\n") and chance.random() < 0.8:
        data = mend_png(data)
    return data


@pytest.mark.parametrize("want", ["first", "rest"])
@pytest.mark.parametrize("name", sorted(make.good()))
def test_broken(studio, name, want):
    """20 pictures x 2 x 25 = 1,000 of them, the same in every run."""
    chance = random.Random(f"{name} {want}")
    files = [studio.save(mutate(make.good()[name], chance))
             for _ in range(EACH)]
    for path, got in zip(files, studio.ask_all(files, want)):
        assert got["outcome"] in ("ok", "input"), (path, got)
    studio.wait_for(lambda: not studio.children(), 60)
    assert studio.is_alive()
    # nothing ended by a rule of the sandbox, or by our own sanitizers
    assert not re.search(r"sandbox|status=[1-9]", studio.log_text())
