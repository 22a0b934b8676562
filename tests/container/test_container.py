"""The files of deploy/container: held against each other and the program, and
each of their parts run, as far as that goes without an engine."""

import functools
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import redis
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from crowd import Crowd  # noqa: E402
from stack import TOP, Stack, free_port, wait_for  # noqa: E402
from web import web_of  # noqa: E402

HERE = TOP / "deploy" / "container"
PROGRAM = TOP / "build" / "release-gcc" / "pinwall"
DOCKERFILE = (HERE / "Dockerfile").read_text()
FILES = {name: yaml.safe_load((HERE / f"{name}.yml").read_text()) for name in ("compose", "stack")}
SERVICES = [(file, name) for file in FILES for name in FILES[file]["services"]]
OWN = ("app", "web", "migrate")
ENDS = ("migrate",)
ENTRY_POINT = {"CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"}


def listed(service, key, name="source"):
    """Names of a short or a long list."""
    return [one[name] if isinstance(one, dict) else one for one in service.get(key, [])]


def stages():
    """{name: (image, text)} of the Dockerfile."""
    parts = re.split(r"(?m)^FROM (\S+) AS (\w+)$", DOCKERFILE)
    return {parts[i + 1]: (parts[i], parts[i + 2]) for i in range(1, len(parts), 3)}


def settings():
    text = subprocess.run([PROGRAM, "conf"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"(?m)^(\w+) = ", text))


# The files.


@pytest.mark.parametrize("file, name", SERVICES)
def test_a_service_may_do_little(file, name):
    service = FILES[file]["services"][name]
    assert not {"privileged", "network_mode", "pid", "ipc", "devices", "userns_mode"} & set(service)
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert set(service.get("cap_add", [])) <= (ENTRY_POINT if name == "postgres" else set())
    assert "docker.sock" not in json.dumps(service)
    if name not in OWN and name != "postgres":  # that leaves root by itself
        assert service["user"] == "10001:10001"


@pytest.mark.parametrize("file, name", SERVICES)
def test_images_are_of_one_major_version(file, name):
    image = FILES[file]["services"][name]["image"].replace("${REGISTRY:-}", "")
    assert re.fullmatch(r"[a-z-]+:[1-9][0-9]*", image)


@pytest.mark.parametrize("file, name", [s for s in SERVICES if s[1] not in ENDS])
def test_a_service_tells_how_it_is(file, name):
    service = FILES[file]["services"][name]
    if name in OWN:
        assert "HEALTHCHECK" in stages()[name][1]
    else:
        assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("kind", ["secrets", "configs", "networks", "volumes"])
def test_what_is_declared_is_used_and_the_other_way_round(file, kind):
    used = set()
    for service in FILES[file]["services"].values():
        names = listed(service, kind)
        used |= {n.partition(":")[0] for n in names} if kind == "volumes" else set(names)
    assert used == set(FILES[file][kind])


def test_the_data_is_not_on_the_outside():
    for file in FILES.values():
        assert file["networks"]["data"]["internal"] is True
        for name, service in file["services"].items():
            inside = service["networks"] == ["data"]
            assert inside == (name not in ("app", "web"))
            assert bool(service.get("ports")) == (name == "web")


@pytest.mark.parametrize("file, name", SERVICES)
def test_no_secret_is_in_the_environment(file, name):
    for key, value in FILES[file]["services"][name].get("environment", {}).items():
        assert "password=" not in str(value).lower()
        if re.search(r"PASS|SECRET|TOKEN|KEY", key):
            assert key.endswith("_FILE") and re.match(r"/run/secrets/|\$\{\w+:-\}$", value)


def test_both_files_say_the_same():
    compose, stack = (FILES[name]["services"] for name in ("compose", "stack"))
    assert list(compose) == list(stack)
    for name, one in compose.items():
        other = stack[name]
        for key in ("command", "environment", "volumes", "tmpfs", "networks", "healthcheck",
                    "ports", "user", "configs", "ulimits", "stop_grace_period"):
            assert one.get(key) == other.get(key), (name, key)
        assert listed(one, "secrets") == listed(other, "secrets")
        assert one["image"] == other["image"].replace("${REGISTRY:-}", "")
        assert "node.labels.pinwall == here" in str(other["deploy"])
    for kind in ("secrets", "configs", "networks", "volumes"):
        assert FILES["compose"][kind] == FILES["stack"][kind]


def test_secrets_of_a_swarm_are_for_their_users_alone():
    for name, service in FILES["stack"]["services"].items():
        for secret in service.get("secrets", []):
            assert secret["mode"] == 0o400
            assert secret["uid"] == secret["gid"] == ("999" if name == "postgres" else "10001")


def test_every_setting_that_is_named_exists():
    known = settings()
    for file, name in SERVICES:
        for key in FILES[file]["services"][name].get("environment", {}):
            if key.startswith("PINWALL_"):
                assert key.removeprefix("PINWALL_").lower() in known, key
    named = re.findall(r"(?m)^(\w+) = ", (HERE / "pinwall.conf").read_text())
    assert set(named) <= known and len(named) > 8
    done = subprocess.run([PROGRAM, "check", "--json", "--conf", HERE / "pinwall.conf"],
                          env={"PINWALL_PUBLIC_URL": "https://a.org"}, capture_output=True,
                          text=True, check=False)
    whys = [one["why"] for one in json.loads(done.stdout)["findings"]
            if re.search(r"pinwall\.conf", one["what"])]
    assert whys == ["every line can be read"]


def test_what_the_settings_name_is_there():
    """Secrets are given to the program, folders can be written."""
    app = FILES["compose"]["services"]["app"]
    text = (HERE / "pinwall.conf").read_text()
    wanted = set(re.findall(r"/run/secrets/(\w+)", text))
    assert wanted <= set(listed(app, "secrets"))
    places = [v.split(":")[1] for v in app["volumes"]] + app["tmpfs"]
    for name, path in re.findall(r"(?m)^(\w+_dir) = (\S+)", text):
        assert any(path.startswith(place) for place in places), name
    hosts = re.findall(r"(?:host=|redis_\w+ = )([a-z-]+)", text)
    assert set(hosts) <= set(FILES["compose"]["services"]) and len(hosts) == 3


def test_the_dockerfile():
    parts = stages()
    assert list(parts) == ["build", "app", "web"]
    assert {image for image, _ in parts.values()} == {"${DEBIAN}"}
    assert re.search(r"(?m)^ARG DEBIAN=debian:12-slim$", DOCKERFILE)
    for name in ("app", "web"):
        text = parts[name][1]
        assert re.search(r"(?m)^USER 10001:10001$", text)
        assert re.search(r"(?m)^ENTRYPOINT \[", text)
        assert "--no-install-recommends" in text and "rm -rf /var/lib/apt/lists/*" in text
    assert not re.search(r"(?m)^ADD |curl http|wget|:latest|--privileged", DOCKERFILE)
    for source in re.findall(r"(?m)^COPY ((?!--from)[^\n]+)", DOCKERFILE):
        for path in source.split()[:-1]:
            assert (TOP / path).exists(), path
    ignored = (TOP / ".dockerignore").read_text().split()
    assert {".git", "build", "var", "deploy/container/secrets.d"} <= set(ignored)


# The parts, run.


def test_the_packages_of_the_programs():
    done = subprocess.run([HERE / "packages-of", PROGRAM],
                          capture_output=True, text=True, check=True)
    packages = done.stdout.split()
    assert {"libc6", "libpq5", "libjson-c5"} <= set(packages)
    assert packages == sorted(set(packages)) and not any("-dev" in name for name in packages)


def test_a_library_of_no_package(tmp_path):
    source = tmp_path / "x.c"
    source.write_text("int x(void); int x(void) { return 0; }\n")
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", tmp_path / "libx.so", source], check=True)
    source.write_text("int x(void); int main(void) { return x(); }\n")
    subprocess.run(["gcc", "-o", tmp_path / "x", source, f"-L{tmp_path}", "-lx",
                    f"-Wl,-rpath,{tmp_path}"], check=True)
    done = subprocess.run([HERE / "packages-of", tmp_path / "x"], capture_output=True, text=True,
                          check=False)
    assert done.returncode != 0 and "libx.so" in done.stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("container") / "secrets"
    subprocess.run([HERE / "secrets", out], check=True)
    return out


def test_secrets(folder):
    declared = {Path(one["file"]).name for one in FILES["compose"]["secrets"].values()}
    assert {file.name for file in folder.iterdir()} == declared
    for file in folder.iterdir():
        assert file.stat().st_mode & 0o777 == 0o400
        if os.geteuid() == 0:
            assert file.stat().st_uid == (999 if file.name.startswith("postgres_") else 10001)
    assert (folder / "secret_key").stat().st_size == 32
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    subprocess.run([HERE / "secrets", folder], check=True)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


@pytest.mark.parametrize("name, users", [("state", ["app"]), ("cache", ["app", "guard"])])
def test_redis_starts_with_its_secrets(folder, tmp_path, name, users):
    port = free_port()
    text = (folder / f"redis_{name}_conf").read_text()
    assert f"aclfile /run/secrets/redis_{name}_users\n" in text
    text = text.replace("/run/secrets", str(folder)).replace("port 6379", f"port {port}")
    (tmp_path / "conf").write_text(text + f"dir {tmp_path}\n")
    server = subprocess.Popen(["redis-server", tmp_path / "conf"], stdout=subprocess.PIPE)
    try:
        for user in users:
            password = (folder / f"redis_{name}_{user}").read_text().strip()
            client = redis.Redis(port=port, username=user, password=password)

            def answers():
                try:
                    return client.ping()
                except redis.ConnectionError:
                    return False

            wait_for(answers)
            with pytest.raises(redis.exceptions.NoPermissionError):
                client.flushall()
        with pytest.raises(redis.exceptions.AuthenticationError):
            redis.Redis(port=port).ping()
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture(scope="module")
def stack():
    with Stack() as running:
        yield running


def test_the_database_is_made_as_the_program_wants_it(stack, tmp_path):
    """The script of the Postgres image, on another database of a server."""
    passwords = dict(re.findall(r":(\w+):(\S+)$", (stack.dir / "pg.pass").read_text(), re.M))
    (tmp_path / "postgres_roles").write_text("".join(
        f"*:*:*:{role}:{passwords[role]}\n" for role in ("pinwall", "pinwall_owner")))
    psql = Path(shutil.which("psql"))
    run = {**os.environ, "PATH": f"{psql.parent}:{os.environ['PATH']}", "SECRETS": str(tmp_path),
           "ROLES": str(TOP / "deploy/roles.sql"), "DATABASE": "contained",
           "PGHOST": str(stack.dir / "run/pg"), "PGPASSFILE": str(stack.dir / "pg.pass")}
    if stack.setting("database").startswith("host="):
        run["PGHOST"] = re.search(r"host=(\S+)", stack.setting("database"))[1]
    for _ in range(2):
        subprocess.run([HERE / "database.sh"], env=run, check=True)
    dsn = {role: stack.dsn(role).replace("dbname=pinwall", "dbname=contained")
           for role in ("pinwall", "pinwall_owner")}
    subprocess.run([stack.program, "migrate", "--conf", stack.conf], check=True,
                   env={**stack.environment(), "PINWALL_DATABASE": dsn["pinwall_owner"]},
                   stdout=subprocess.DEVNULL)
    done = subprocess.run([stack.program, "check", "--json", "--conf", stack.conf],
                          env={**stack.environment(), "PINWALL_DATABASE": dsn["pinwall"]},
                          capture_output=True, text=True, check=False)
    told = [(one["what"], one["level"]) for one in json.loads(done.stdout)["findings"]
            if one["what"] in ("database", "schema")]
    assert told == [("database", "ok"), ("schema", "ok")]


def test_nginx_starts_and_serves(stack, tmp_path):
    with web_of(stack, tmp_path) as web:
        for path in ("readyz", "", "api/pins/"):
            assert web.get(path)[0] == 200, path
        assert not web.kept.exists()  # which is for pictures in a bucket


@pytest.mark.parametrize("balancers", ["", "10.0.0.1"])
def test_nginx_tells_its_health(stack, tmp_path, balancers):
    """By the line of the Dockerfile, also where balancers alone are listened to."""
    line, = re.findall(r"(?m)^ +CMD (curl .*)$", DOCKERFILE)
    with web_of(stack, tmp_path, balancers) as web:
        line = line.replace(":8443", f":{web.port}")
        done = subprocess.run(["sh", "-c", line], check=False,
                              env={"PATH": os.environ["PATH"], "BALANCERS": balancers})
        assert done.returncode == 0


def test_nginx_holds_a_crowd(stack, tmp_path):
    with web_of(stack, tmp_path) as web, Crowd("127.0.0.1", web.http_port, 10_000) as crowd:
        assert web.get("api/pins/")[0] == 200
        assert crowd.held() == 10_000


def test_nginx_is_given_the_files_that_it_asks_for():
    most, = re.findall(r"files=(\d+)$", (HERE / "web").read_text(), re.M)
    for file in FILES.values():
        assert file["services"]["web"]["ulimits"] == {"nofile": int(most)}


def test_nginx_wants_a_name():
    done = subprocess.run([HERE / "web"], env={"PATH": os.environ["PATH"]}, capture_output=True,
                          text=True, check=False)
    assert done.returncode != 0 and "HOST" in done.stderr


def test_the_health_of_the_program(stack, tmp_path):
    if shutil.which("cgi-fcgi") is None:
        pytest.skip("cgi-fcgi (libfcgi-bin) is not installed")
    socket_path = stack.dir / "run/fast.sock"
    assert subprocess.run([HERE / "ready", socket_path], check=False).returncode == 0
    assert subprocess.run([HERE / "ready", tmp_path / "none"], check=False,
                          stderr=subprocess.DEVNULL).returncode != 0
    stack.kill_all("pg")
    wait_for(lambda: subprocess.run([HERE / "ready", socket_path], check=False).returncode != 0)


@functools.cache
def engine():
    """An engine that has Debian or fetches it, and runs a command in it; or why
    there is none."""
    why = "no container engine is installed"
    for name in ("docker", "podman"):
        if shutil.which(name):
            done = subprocess.run([name, "build", "--no-cache", "-"], capture_output=True,
                                  input="FROM debian:12-slim\nRUN true\n", text=True,
                                  timeout=300, check=False)
            if done.returncode == 0:
                return name, None
            said = done.stderr.strip() or "nothing said"
            why = f"{name} cannot run a command in debian:12-slim: {said.splitlines()[-1]}"
    return None, why


@pytest.mark.parametrize("target", ["app", "web"])
def test_the_images_can_be_built(target):
    name, why = engine()
    if name is None:
        pytest.skip(why)
    # podman's own form has no HEALTHCHECK
    form = ["--format", "docker"] if name == "podman" else []
    subprocess.run([name, "build", *form, "-f", HERE / "Dockerfile", "--target", target,
                    "-t", f"pinwall-{target}:test", TOP], check=True, timeout=3000)
