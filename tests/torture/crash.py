"""Killing the program at a chosen place: the other end of
fcgi-app/infra/crashpoint.h.

    points = Points(stack)              the file that the processes look at
    points.passed()                     {(role, name): how often}
    points.arm("fast", "before commit") the next process of the role that comes
                                        there is killed; once
"""

import mmap
import struct

ROLE, NAME, COUNT = 16, 48, 240
HEAD = struct.Struct("IIIi16s48s")
POINT = struct.Struct("16s48sQ")


def text(raw):
    return raw.partition(b"\0")[0].decode()


class Points:
    def __init__(self, stack):
        self.file = stack.dir / "run" / "crashpoints"
        if not self.file.exists():
            self.file.write_bytes(bytes(HEAD.size + COUNT * POINT.size))
        with open(self.file, "r+b") as file:
            self.map = mmap.mmap(file.fileno(), 0)

    def passed(self):
        found = {}
        for role, name, times in POINT.iter_unpack(self.map[HEAD.size:]):
            if times:
                found[text(role), text(name)] = times
        return found

    def arm(self, role, name, passage=1):
        self.disarm()
        self.map[8:12] = struct.pack("I", 0)
        self.map[12:HEAD.size] = struct.pack("i16s48s", passage, role.encode(), name.encode())
        self.map[4:8] = struct.pack("I", 1)

    def disarm(self):
        self.map[4:8] = struct.pack("I", 0)

    def fired(self):
        return struct.unpack("I", self.map[8:12])[0] == 1
