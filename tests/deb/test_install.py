"""The package on a bare Debian: one command, and the site answers over TLS."""

from walk import walk


def test_the_site_answers(site):
    assert site.client().request("GET", "/readyz").status_code == 200


def test_every_service_makes_only_its_calls(site):
    walk(site)
    for name, service in site.machine.services.items():
        log = site.machine.log(name)
        assert "signal=31" not in log and "broke the rules" not in log, f"{name}: {log}"
        assert service.ends == [], f"{name}: {service.ends}"
