"""What the calls of the scene are sent with, by the name of the body in the
matrix."""

import hashlib
import secrets

import client as tools


class Bodies:
    def body(self, row, caller, values):
        if not row.body:
            return {}
        made = getattr(self, "body_" + row.body)(caller, values)
        return made if {"files", "headers"} & set(made) else {"json": made}

    def somebody(self):
        return self.callers["owner"]

    def body_registration(self, caller, values):
        name, word = tools.unique("m"), tools.unique("Quiet-harbour-")
        return {"email": f"{name}@example.com", "username": name, "password1": word,
                "password2": word}

    def body_login(self, caller, values):
        return {"email": self.somebody().email, "password": self.somebody().password}

    def body_refresh(self, caller, values):
        return {"refresh": self.somebody().again().refresh}

    def body_refresh_cookie(self, caller, values):
        token = self.somebody().again().refresh
        self.holders[token] = self.somebody().email
        return {"headers": {"Cookie": f"__Host-refresh={token}"}}

    def body_verify(self, caller, values):
        return {"token": self.somebody().token}

    def mail_token(self, purpose):
        """A token as it would come by mail, for somebody new."""
        person, token = self.new_caller("user"), secrets.token_urlsafe(32)
        self.secrets.add(token)
        self.sql("delete from mail_token where account = %s", person.id)
        self.sql("insert into mail_token values (%s, %s, %s, %s, now() + interval '1 hour')",
                 hashlib.sha256(token.encode()).digest(), person.id, purpose, person.email)
        return person, token

    def body_verification(self, caller, values):
        return {"key": self.mail_token("verify")[1]}

    def body_reset(self, caller, values):
        return {"email": self.somebody().email}

    def body_reset_confirm(self, caller, values):
        person, token = self.mail_token("reset")
        word = tools.unique("Quiet-harbour-")
        return {"uid": person.id, "token": token, "new_password1": word, "new_password2": word}

    def body_new_password(self, caller, values):
        word = tools.unique("Quiet-harbour-")
        return {"old_password": caller.password or "none", "new_password1": word,
                "new_password2": word}

    def body_account(self, caller, values):
        person = caller if caller.user else self.somebody()
        return {"username": person.username, "email": person.email}

    def body_account_part(self, caller, values):
        return {"username": (caller if caller.user else self.somebody()).username}

    def body_shopper(self, caller, values):
        made = self.body_registration(caller, values)
        del made["username"]
        return {**made, "shoe_size": 270, "phone_number": "+821012345678"}

    def body_shoes(self, caller, values):
        return {"shoe_size": 220 + 5 * (next(self.numbers) % 19)}

    def body_signup(self, caller, values):
        made = self.body_registration(caller, values)
        return {"email": made["email"], "username": made["username"], "gender": "F",
                "password": made["password1"], "birthday": "1999-12-31"}

    def body_gender(self, caller, values):
        return {"gender": "O", "birthday": f"1990-01-{1 + next(self.numbers) % 28:02}"}

    def body_own_refresh(self, caller, values):
        person = caller if caller.role in ("user", "owner", "staff") else self.somebody()
        return {"refresh": person.again().refresh}

    def body_own_password(self, caller, values):
        return {"password": caller.password or "none"}

    def body_profile(self, caller, values):
        return {"introduction": f"number {next(self.numbers)}"}

    def body_username(self, caller, values):
        return {"username": values["username"]}

    def body_new_pin(self, caller, values):
        return {"data": {"title": "a picture #tea"},
                "files": {"image": ("p.png", tools.picture(size=(8, 6)))}}

    def body_new_pin_on_board(self, caller, values):
        made = self.body_new_pin(caller, values)
        made["data"]["board"] = str(values["board"])
        return made

    def body_mute(self, caller, values):
        return {"word": tools.unique("w")}

    def body_address(self, caller, values):
        return {"image_url": self.stack.web.serve(tools.picture(size=(8, 6)))}

    def body_pin(self, caller, values):
        return {"title": f"changed {next(self.numbers)}"}

    def body_up_to(self, caller, values):
        return {"id": 1}

    def body_kinds(self, caller, values):
        return {"follow": True}

    def body_new_tag(self, caller, values):
        return {"tag_name": f"{tools.unique('t')}{next(self.numbers)}"}

    def body_new_board(self, caller, values):
        return {"title": f"board {next(self.numbers)}", "secret": True}

    def body_invite(self, caller, values):
        return {"username": self.callers["staff"].username, "role": "editor"}

    def body_cover(self, caller, values):
        return {"pin": values["id"]}

    def body_section(self, caller, values):
        return {"title": f"part {next(self.numbers)}"}

    def body_many(self, caller, values):
        return {"ids": [values["id"]], "action": "remove"}

    def body_many_of_mine(self, caller, values):
        return {"ids": [self.pin((caller if caller.user else self.somebody()).id)],
                "action": "trash"}

    def body_role(self, caller, values):
        return {"role": "adder"}

    def body_link(self, caller, values):
        token = secrets.token_urlsafe(32)
        self.secrets.add(token)
        self.link(self.board(self.friend.id), self.friend.id, token)
        return {"token": token}

    def body_comment(self, caller, values):
        return {"content": f"words {next(self.numbers)}\nand more"}

    def body_reply(self, caller, values):
        return {**self.body_comment(caller, values), "to_profile": self.somebody().id}

    def body_other_pin(self, caller, values):
        return {"id": self.pin(self.callers["owner"].id)}

    def body_pin_on_it(self, caller, values):
        return {"id": values["id"]}

    body_pin_id = body_pin_on_it
