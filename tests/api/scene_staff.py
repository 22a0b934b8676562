"""What the staff looks at, as the scene (scene.py) makes it."""

from scene_styles import NUMBERS

import client as tools


class Staff:
    def make_case(self, state, owner, caller):
        """Somebody has reported a pin of the owner's."""
        if state in NUMBERS:
            return {"id": NUMBERS[state]}
        pin = self.pin(owner)
        self.sql("insert into report (reporter, item, reason) select id, %s, 'spam' "
                 "from account where id <> %s limit 1", pin, owner)
        return {"id": self.one("select id from report_case where item = %s", pin)}

    def make_suspended(self, state, owner, caller):
        if state != "suspended":
            return self.make_person(state, owner, caller)
        person = tools.signup(self.stack)
        self.sql("update account set is_active = false, suspended_at = now() where id = %s",
                 person.user["id"])
        return {"username": person.username}

    def make_job(self, state, owner, caller):
        if state in NUMBERS:
            return {"id": NUMBERS[state]}
        return {"id": self.one(
            "insert into job (kind, run_at, dead_at) values ('check_counters', "
            "now() + interval '1 day', case when %s then now() end) returning id",
            state == "dead")}

    def body_report(self, caller, values):
        return {"reason": "spam", "note": "again and again"}

    def body_decision(self, caller, values):
        return {"action": "warn", "note": "please do not"}
