"""What memory a process takes, by the kernel's count (proc(5), smaps_rollup)."""

# The roles of the program's processes.
ROLES = ("fast", "slow", "jobs", "long", "index", "guard", "image", "fetch")


def _kib(pid, begins):
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as file:
        return sum(int(line.split()[1]) for line in file if line.startswith(begins))


def private_kib(pid):
    """What is its alone."""
    return _kib(pid, "Private_")


def shared_kib(pid):
    """The same, and its share of what it has with others (PSS)."""
    return _kib(pid, "Pss:")
