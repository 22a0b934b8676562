"""English and Korean, by Accept-Language."""

import re

import pytest

from client import Client, login, picture, signup
from stack import TOP

SOURCES = TOP / "fcgi-app"
LITERALS = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
KOREAN = re.compile("[가-힣]")
# Where a sentence for the caller stands: the first literal after these.
CALLS = [
    r"\bfail\(\s*[\w>.-]+,\s*(?:e|ERR_(?:INPUT|AUTH|FORBIDDEN|NOT_FOUND|METHOD|CONFLICT|GONE"
    r'|TOO_LARGE|MEDIA_TYPE|LIMIT)),\s*(?:[^;"]*\?\s*)?',
    r'\bfail_field\([^;"]*?,\s*(?:"\w+"|[\w>.-]+),\s*(?:[^;"]*\?\s*)?',
    r'\breply_detail\([^;"]*', r'\bwords_in\([^;"]*,\s*', r"\breason = \s*", r"\breturn\s+",
]
LISTS = {"infra/fetch_reason.def": r"^REASON\(\w+,\s*", "infra/image_why.def": r"^WHY\(\w+,\s*",
         "infra/constraints.def": r'^CONSTRAINT\("\w+", (?:"\w+"|NULL), ',
         "core/err.def": r"^ERR\(\w+,\s*\d+,\s*\w+,\s*"}


# What these say goes to the log, and to who runs a command.
LOGGED = {"ftc_guard.c", "index_file.c", "s3_conf.c", "text_table.c"}


def joined(literals):
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals))


def words():
    """English -> Korean, of words.def."""
    text = (SOURCES / "core/words.def").read_text()
    return {joined(en): joined(ko) for en, ko in
            re.findall(rf"^WORDS\({LITERALS},\s*{LITERALS}\)", text, re.M)}


def sentences():
    """Every sentence that the program can say to a caller, with its file."""
    for name, begin in LISTS.items():
        for found in re.findall(begin + LITERALS, (SOURCES / name).read_text(), re.M):
            if joined(found):
                yield joined(found), name
    for path in sorted(SOURCES.rglob("*.c")):
        said = path.parent.name != "tools" and path.name not in LOGGED
        for call in CALLS if said else ():
            for found in re.findall(call + LITERALS, path.read_text()):
                sentence = joined(found)
                if " " in sentence and not sentence.startswith("{"):
                    yield sentence, path.name


def test_every_sentence_has_a_korean_one():
    known, found = words(), dict(sentences())
    assert len(found) > 120
    missing = {sentence: where for sentence, where in found.items() if sentence not in known}
    assert missing == {}


def test_both_languages_take_the_same_arguments():
    for english, korean in words().items():
        arguments = r"%(?:\.\*|l+)?[a-z%]"
        assert re.findall(arguments, english) == re.findall(arguments, korean), english
        assert KOREAN.search(korean), english


@pytest.fixture(scope="module")
def minji(stack):
    """A person who reads Korean."""
    return signup(stack, language="ko-KR,ko;q=0.9,en-US;q=0.8,en;q=0.7")


def test_tokens_and_logins(stack, minji):
    nobody = Client(stack, language="ko")
    assert nobody.want(401, "GET", "rest-auth/user/") == {"detail": "로그인이 필요합니다"}
    assert nobody.want(400, "POST", "rest-auth/login/", json={
        "email": minji.email, "password": "x"}) == {
            "non_field_errors": ["이메일 주소나 비밀번호가 올바르지 않습니다"]}
    assert nobody.want(401, "POST", "accounts/token/refresh/") == {
        "detail": "토큰이 올바르지 않거나 만료되었습니다"}
    other = login(stack, minji.email, minji.password, language="ko")
    assert other.want(200, "POST", "rest-auth/logout/") == {"detail": "로그아웃되었습니다"}


@pytest.mark.parametrize("status, method, path, body, answer", [
    (400, "POST", "boards/", {}, {"title": ["필수 항목입니다"]}),
    (400, "POST", "boards/", {"title": ""}, {"title": ["빈 값일 수 없습니다"]}),
    (400, "POST", "boards/", {"title": "a" * 101}, {"title": ["최대 100자까지 입력할 수 있습니다"]}),
    (400, "POST", "boards/", {"x": 1, "title": "a"}, {"x": ["알 수 없는 항목입니다"]}),
    (400, "GET", "pins/?limit=201", None, {"limit": ["200 이하여야 합니다"]}),
    (400, "GET", "pins/?limit=0", None, {"limit": ["1 이상이어야 합니다"]}),
    (400, "GET", "pins/?cursor=x", None, {"cursor": ["올바르지 않은 커서입니다"]}),
    (400, "POST", "pins/", {"title": "a"}, {"image": [
        "사진이 필요합니다. 파일이나 image_url을 보내 주세요"]}),
    (400, "POST", "pins/", {"title": "a", "image_url": "http://127.0.0.1/"},
     {"image_url": ["허용되지 않는 호스트입니다"]}),
    (400, "POST", "tags/", {"tag_name": "a b"},
     {"tag_name": ["한글, 영문자, 숫자만 띄어쓰기 없이 쓸 수 있습니다"]}),
    (403, "DELETE", "tags/1", None, {"detail": "이 작업을 할 권한이 없습니다"}),
    (404, "GET", "pins/999999999", None, {"detail": "찾을 수 없습니다"}),
    (404, "POST", "pinterestAccounts/follow", {"username": "nobody-at-all"},
     {"detail": "찾을 수 없습니다"}),
    (405, "PUT", "boards/", None, {"detail": "허용되지 않는 메서드입니다"}),
])
def test_answers(minji, status, method, path, body, answer):
    assert minji.want(status, method, path, json=body) == answer


def test_pictures_and_bodies(minji):
    assert minji.upload("pins/", "a", b"%PDF-1.4 ", status=400) == {
        "image": ["PDF 파일은 올릴 수 없습니다"]}
    assert minji.upload("pins/", "a", picture("PNG", (300, 300))[:500], status=400) == {
        "image": ["사진이 도중에 잘려 있습니다"]}
    assert minji.upload("pins/", "a", bytes(20 * 2**20 + 1), status=413) == {
        "detail": "파일은 최대 20MB까지 올릴 수 있습니다"}
    assert minji.want(413, "POST", "boards/", json={"title": "a" * 300000}) == {
        "detail": "본문은 최대 262144바이트까지 보낼 수 있습니다"}
    assert minji.want(413, "POST", "boards/", json={"title": "a" * 2**20}) == {
        "detail": "요청이 너무 큽니다"}
    assert minji.want(415, "POST", "boards/", data=b"x", headers={"Content-Type": "text/plain"}) \
        == {"detail": "JSON 또는 폼 데이터를 보내 주세요"}
    assert minji.want(400, "POST", "boards/", data=b"{",
                      headers={"Content-Type": "application/json"}) == {
        "detail": "본문이 올바른 JSON이 아닙니다"}


def test_conflicts_and_successes(stack, minji):
    other = signup(stack)
    assert minji.want(409, "POST", "pinterestAccounts/follow", json={
        "username": minji.username}) == {"detail": "자기 자신은 팔로우할 수 없습니다"}
    assert minji.want(202, "POST", "pinterestAccounts/follow", json={
        "username": other.username}) == {"detail": "이 사람을 팔로우합니다"}
    board = minji.want(201, "POST", "boards/", json={"title": "찻잔"})["id"]
    assert minji.want(400, "POST", "boards/", json={"title": "찻잔"}) == {
        "title": ["같은 제목의 보드가 이미 있습니다"]}
    pin = minji.upload("pins/", "차", picture())["id"]
    for status, answer in ((201, {"success": f"{pin}번 핀이 '찻잔' 보드에 추가되었습니다"}),
                           (400, {"pin": ["이 핀은 이미 보드에 있습니다"]})):
        assert minji.want(status, "POST", f"boards/{board}/add_pin", json={"id": pin}) == answer


@pytest.mark.parametrize("header, korean", [
    (None, False), ("", False), ("*", False), ("fr", False), ("fr, de;q=0.5", False),
    ("ko", True), ("KO-kr", True), ("ko;q=0.1", True), ("fr, ko;q=0.5", True),
    ("en", False), ("en-US,en;q=0.9,ko;q=0.8", False), ("en;q=0.5,ko;q=0.6", True),
    ("ko;q=0", False), ("ko;q=0.3,en;q=0.31", False), ("kok", False), ("x" * 3000, False),
    ("ko;q=abc", False), (",,;q=,", False), ("ko\u00e9", False),
])
def test_which_language(stack, header, korean):
    client = Client(stack)
    client.headers["Accept-Language"] = header and header.encode()
    answer = client.get("pins/0")
    assert answer.status_code == 404
    assert answer.json()["detail"] == ("찾을 수 없습니다" if korean else "not found")


def test_too_many_requests_in_words_of_nginx_and_of_the_program():
    """Both say it, so both know both languages."""
    nginx = (TOP / "nginx/snippets/pinwall-http.conf.in").read_text()
    said = dict(re.findall(r'~\^(en|ko):429\s+"([^"]+)"', nginx))
    assert words()[said["en"]] == said["ko"]


def test_nginx_and_the_program_say_the_same():
    nginx = (TOP / "nginx/snippets/pinwall-http.conf.in").read_text()
    said = {}
    for language, status, sentence in re.findall(r'~\^(en|ko):(\S+)\s+"([^"]+)"', nginx):
        said.setdefault(status, {})[language] = sentence
    assert len(said) > 8
    known = words()
    for status in ("40[03]", "404", "405", "413", "50[24]", "503"):
        assert known[said[status]["en"]] == said[status]["ko"], status
