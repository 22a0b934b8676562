"""Whoever has put tens of thousands of things on boards is suspended at once, and
boards beside these things follow."""

import pytest
from checks import settle

import client as tools
from stack import Stack

MANY = 20_001  # one more than 0037_large_accounts.sql lists at once


@pytest.fixture(scope="module")
def site():
    with Stack({"limit_scale": 1000, "hash_kb": 64, "hash_ops": 1}) as stack:
        yield stack
        stack.keep_logs("large-accounts")


def put_many(stack, person, board):
    stack.sql("with made as (insert into item (kind, owner) select 'pin', %s"
              " from generate_series(1, %s) returning id)"
              " insert into board_item (board, item) select %s, id from made",
              (person.user["id"], MANY, board))


def listed(stack, board):
    """How many things the board stands beside."""
    (n,), = stack.sql("select count(*) from item_list, json_array_elements(boards) b"
                      " where (b->>'id')::bigint = %s", (board,))
    return n


def test_who_has_much_on_boards_is_closed_and_opened(site):
    boss, ann, ben = (tools.signup(site) for _ in range(3))
    site.run("user", "staff", boss.username)
    pin = ben.upload("pins/", "A pin", tools.picture())["id"]
    board = ann.want(201, "POST", "boards/", json={"title": "Everything"})["id"]
    ann.want(201, "POST", f"boards/{board}/add_pin", json={"id": pin})
    put_many(site, ann, board)
    settle(site)
    assert listed(site, board) == MANY + 1
    assert [b["id"] for b in ben.want(200, "GET", f"pins/{pin}")["boards"]] == [board]
    ben.want(200, "POST", f"boards/{board}/report", json={"reason": "spam", "note": ""})
    case, = boss.want(200, "GET", "staff/reports?state=open")["results"]
    boss.want(200, "POST", f"staff/reports/{case['id']}/resolve",
              json={"action": "suspend", "note": "enough"})
    assert site.sql("select is_active from account where id = %s", (ann.user["id"],)) == [(False,)]
    ben.want(404, "GET", f"boards/{board}")
    settle(site)
    assert listed(site, board) == 0
    assert ben.want(200, "GET", f"pins/{pin}")["boards"] == []
    boss.want(200, "POST", f"staff/users/{ann.username}/unsuspend")
    settle(site)
    assert listed(site, board) == MANY + 1
    assert [b["id"] for b in ben.want(200, "GET", f"pins/{pin}")["boards"]] == [board]


def test_who_has_less_waits_for_it(site):
    ann, ben = tools.signup(site), tools.signup(site)
    pin = ben.upload("pins/", "A pin", tools.picture())["id"]
    board = ann.want(201, "POST", "boards/", json={"title": "One"})["id"]
    ann.want(201, "POST", f"boards/{board}/add_pin", json={"id": pin})
    settle(site)
    ann.want(204, "DELETE", "users/me", json={"password": ann.password})
    assert site.sql("select from job where kind = 'list_boards'") == []
    assert ben.want(200, "GET", f"pins/{pin}")["boards"] == []
