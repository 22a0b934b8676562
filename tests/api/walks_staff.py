"""The lists of the staff that go by pages: see walks.py."""

from itertools import count

from walks import List, WALKS

from client import unique


class StaffList(List):
    def start(self):
        self.stack.run("user", "staff", self.reader.username)


class Cases(StaffList):
    def path(self):
        return f"staff/reports{self.query}"

    def add(self):
        pin = self.pin()
        self.sql("insert into report (reporter, item, reason) values (%s, %s, 'spam')",
                 self.person(), pin)
        if self.query == "?state=closed":
            self.sql("select close_case(id, 'dismiss') from report_case where item = %s", pin)

    def drop(self, row):
        """It goes over to the other list; others have made cases of people."""
        if self.query == "?state=closed":
            self.sql("insert into report (reporter, item, board, person, reason)"
                     " select %s, item, board, person, 'spam' from report_case where id = %s",
                     self.person(), row["id"])
        else:
            self.sql("select close_case(%s, 'dismiss')", row["id"])


class Jobs(StaffList):
    def path(self):
        return f"staff/jobs{self.query}"

    def add(self):
        self.sql("insert into job (kind, run_at, dead_at) values ('mail', "
                 "now() + interval '1 day', %s::timestamptz)",
                 "now" if self.query == "?state=dead" else None)

    def drop(self, row):
        self.sql("delete from job where id = %s", row["id"])


class Users(StaffList):
    def path(self):
        return "staff/users" + (f"?query={self.prefix}" if self.query else "")

    def start(self):
        super().start()
        self.prefix, self.numbers = unique("u"), count()
        self.stays = not self.query  # whatever becomes of somebody

    def add(self):
        name = f"{self.prefix}{next(self.numbers)}"
        self.sql("insert into account (username, email, password) values (%s, %s, 'x')",
                 name, f"{name}@example.com")

    def drop(self, row):
        self.sql("update account set username = 'r' || id, email = 'r' || id || '@x.y' "
                 "where id = %s", row["id"])


class Log(StaffList):
    stays = True

    def path(self):
        return "staff/log"

    def add(self):
        self.sql("insert into staff_log (staff, staff_name, action) values (%s, 'x', 'warn')",
                 self.reader.user["id"])


WALKS |= {
    "staff/reports": [(Cases, ""), (Cases, "?state=closed")],
    "staff/jobs": [(Jobs, ""), (Jobs, "?state=dead")],
    "staff/users": [(Users, ""), (Users, "?query=")],
    "staff/log": [(Log, "")],
}
