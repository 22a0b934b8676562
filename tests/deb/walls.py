"""Who a process of a service is and what it may reach, as its unit says: what enter.py
puts up around it, and the folders and secrets that are made for it."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path

CAPABILITIES = {
    "CAP_CHOWN": 0, "CAP_DAC_OVERRIDE": 1, "CAP_KILL": 5, "CAP_SETGID": 6, "CAP_SETUID": 7,
    "CAP_NET_BIND_SERVICE": 10,
}


def calls_of(group):
    """The system calls of a group (@file-system), by systemd's own list."""
    text = subprocess.run(["systemd-analyze", "syscall-filter", group], check=True,
                          capture_output=True, text=True).stdout
    names = set()
    for line in text.splitlines()[1:]:
        word = line.strip()
        if word.startswith("@"):
            names |= calls_of(word)
        elif word and not word.startswith("#"):
            names.add(word)
    return names


class Walls:
    def __init__(self, root, filtered=True):
        self.root = Path(root)
        self.filtered = filtered    # else any system call may be made
        self.calls = {}

    def ids(self, file, name):
        for line in (self.root / "etc" / file).read_text().splitlines():
            fields = line.split(":")
            if fields[0] == name:
                return fields
        raise KeyError(f"there is no {name} in {file}")

    def uid(self, name):
        return int(self.ids("passwd", name)[2])

    def gid(self, name):
        return int(self.ids("group", name)[2])

    def groups(self, unit):
        user = unit.one("User", "root")
        named = [line.split(":") for line in
                 (self.root / "etc/group").read_text().splitlines()]
        return ([int(g[2]) for g in named if user in g[3].split(",")]
                + [self.gid(g) for g in unit.words("SupplementaryGroups")]
                + [self.gid_of(unit)])

    def gid_of(self, unit):
        if unit.one("Group"):
            return self.gid(unit.one("Group"))
        return int(self.ids("passwd", unit.one("User", "root"))[3])

    def allowed(self, unit):
        """The system calls that it may make; None: any."""
        lines = unit.all("SystemCallFilter")
        if not lines:
            return None
        allowed = set(self.group("@default"))
        for line in lines:
            names = set()
            for word in line.lstrip("~").split():
                names |= self.group(word) if word.startswith("@") else {word}
            allowed = allowed - names if line.startswith("~") else allowed | names
        return sorted(allowed)

    def group(self, name):
        if name not in self.calls:
            self.calls[name] = calls_of(name)
        return self.calls[name]

    def environment(self, unit):
        made = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin", "LANG": "C.UTF-8"}
        for line in unit.all("Environment"):
            made.update(pair.split("=", 1) for pair in shlex.split(line))
        for path in unit.all("EnvironmentFile"):
            for line in (self.root / path.lstrip("-/")).read_text().splitlines():
                name, _, value = line.partition("=")
                made[name] = shlex.split(value)[0]
        return made

    def credentials(self, unit, environment):
        folder = self.root / "run/credentials" / unit.name
        shutil.rmtree(folder, ignore_errors=True)
        pairs = [c.split(":", 1) for c in unit.all("LoadCredential")]
        if not pairs:
            return
        folder.mkdir(mode=0o500)
        uid = self.uid(unit.one("User", "root"))
        for name, source in pairs:
            file = folder / name
            file.write_bytes((self.root / source.lstrip("/")).read_bytes())
            file.chmod(0o440)  # so systemd's access list looks
            os.chown(file, uid, -1)
        os.chown(folder, uid, -1)
        environment["CREDENTIALS_DIRECTORY"] = f"/run/credentials/{unit.name}"

    def runtime(self, unit):
        """Folders in /run that are its own."""
        made = []
        for name in unit.words("RuntimeDirectory"):
            folder = self.root / "run" / name
            folder.mkdir(exist_ok=True)
            os.chmod(folder, int(unit.one("RuntimeDirectoryMode", "0755"), 8))
            os.chown(folder, self.uid(unit.one("User", "root")), self.gid_of(unit))
            made.append(f"/run/{name}")
        return made

    def paths(self, unit, name):
        """Those that are there; a missing one is a fault without a `-`."""
        found = []
        for path in unit.words(name):
            there = (self.root / path.lstrip("-/")).exists()
            assert there or path.startswith("-"), f"{unit.name}: {name}={path}"
            found += [path.lstrip("-")] if there else []
        return found

    def spec(self, unit, command, environment):
        """All of it, as enter.py wants it."""
        hidden = [p for p in self.paths(unit, "InaccessiblePaths")]
        if unit.is_on("ProtectHome"):
            hidden += ["/home", "/root"]
        bounding = [CAPABILITIES[c] for c in unit.words("CapabilityBoundingSet")]
        if "CapabilityBoundingSet" not in unit.settings:
            bounding = range(41)
        limits = {k: int(unit.one("Limit" + k)) for k in ("NOFILE", "CORE")
                  if unit.one("Limit" + k)}
        return {
            "root": str(self.root), "command": command, "environment": environment,
            "uid": self.uid(unit.one("User", "root")), "gid": self.gid_of(unit),
            "groups": self.groups(unit), "umask": int(unit.one("UMask", "0022"), 8),
            "limits": limits, "capabilities": list(bounding),
            "no_new_privileges": unit.is_on("NoNewPrivileges"),
            "no_network": unit.is_on("PrivateNetwork"), "no_ipc": unit.is_on("PrivateIPC"),
            "strict": unit.one("ProtectSystem") == "strict",
            "full": unit.one("ProtectSystem") == "full",
            "no_exec": unit.words("NoExecPaths") == ["/"],
            "exec": self.paths(unit, "ExecPaths"),
            "writable": self.paths(unit, "ReadWritePaths") + self.runtime(unit),
            "private_tmp": unit.is_on("PrivateTmp"), "hidden": hidden,
            "families": unit.words("RestrictAddressFamilies"),
            "no_written_code": unit.is_on("MemoryDenyWriteExecute"),
            "calls": self.allowed(unit) if self.filtered else None,
        }
