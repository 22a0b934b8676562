"""Style posts, as the scene (scene.py) makes them."""

import client as tools

NUMBERS = {"missing": 999_999_999_999, "largest": 2**63 - 2, "zero": 0, "negative": -1,
           "over": 2**63, "huge": 10**30, "text": "abc", "symbol": "1'or'1'='1"}


class Styles:
    def post(self, owner, visibility=0, deleted=False):
        """A style post of one picture."""
        media = self.one("select media from pin where id = %s", self.pin(owner))
        return self.one("""
            with m as (
                insert into media (owner, image, files, width, height, frames, source, colour,
                    palette, placeholder, dhash, sha256, complete)
                select owner, image, 'post-' || files, width, height, frames, source, colour,
                    palette, placeholder, dhash, sha256, true from media where id = %s returning id
            ), i as (
                insert into item (kind, owner, visibility, deleted_at)
                values ('style', %s, %s, case when %s then now() end) returning id
            ), s as (
                insert into style (id, content) select id, 'post ' || id from i returning id
            )
            insert into style_image (style, place, media) select s.id, 1, m.id from s, m
            returning style""", media, owner, visibility, deleted)

    def make_style(self, state, owner, caller):
        """pin: something else."""
        post = NUMBERS[state] if state in NUMBERS else self.some_pin(owner) \
            if state == "pin" else self.post(owner, int(state == "private"), state == "deleted")
        return {"post": post, "item": post}

    def make_user(self, state, owner, caller):
        return {"user": NUMBERS.get(state, self.callers["inactive"].id if state == "closed"
                                    else owner)}

    def body_new_post(self, caller, values):
        return {"data": {"content": f"a post #{tools.unique('t')}"}, "files": [
            ("image", (f"{n}.png", tools.picture(size=(8, 6), seed=n))) for n in (1, 2)]}

    def body_post(self, caller, values):
        return {"content": f"changed {next(self.numbers)} #{tools.unique('t')}"}
