"""U8: URLs that must not be fetched, each with the reason it gets.

All of them lead, if the gate has a hole, to a listener that answers with a
good picture.  TO(x) is a public host that redirects to x.
"""

PUBLIC = "http://public.test"


def to(location, status=302):
    if isinstance(location, str):
        location = location.encode("utf-8")
    return f"{PUBLIC}/to/{status}/{location.hex()}"


SPELLINGS = [  # of addresses that are not global
    # 127.0.0.1 in every form that some parser takes for it
    "http://127.0.0.1/", "http://127.0.0.1:80/", "http://127.1/",
    "http://127.0.1/", "http://127.000.000.001/", "http://2130706433/",
    "http://017700000001/", "http://0x7f000001/", "http://0X7F000001/",
    "http://0x7f.0.0.1/", "http://0x7f.1/", "http://0177.0.0.1/",
    "http://0177.0.0.01/", "http://127.0.0.0x1/", "http://0x7f.0x0.0x0.0x1/",
    "http://00000177.1/", "http://127.255.255.254/", "http://127.127/",
    "https://127.0.0.1/", "http://%31%32%37.0.0.1/",
    "http://127%2e0%2e0%2e1/", "http://①②⑦.⓪.⓪.①/",
    "http://１２７.０.０.１/", "http://127。0。0。1/", "http://127．0．0．1/",
    "http://127｡0｡0｡1/", "http://２１３０７０６４３３/", "http://0x7ｆ.1/",
    # other ranges of IPv4
    "http://0/", "http://0.0.0.0/", "http://00.0.0.0/", "http://0.1.2.3/",
    "http://0x0/", "http://10.0.0.1/", "http://10.255.255.255/",
    "http://012.0.0.1/", "http://167772161/", "http://0xa.1/",
    "http://100.64.0.1/", "http://100.127.255.255/",
    "http://169.254.169.254/latest/meta-data/", "http://2852039166/",
    "http://0xA9FEA9FE/", "http://0251.0376.0251.0376/",
    "http://169.254.43518/", "http://172.16.0.1/", "http://172.31.255.255/",
    "http://192.0.0.1/", "http://192.0.0.192/", "http://192.0.2.1/",
    "http://192.88.99.1/", "http://192.168.0.1/", "http://0300.0250.1/",
    "http://198.18.0.1/", "http://198.19.255.255/", "http://198.51.100.1/",
    "http://203.0.113.1/", "http://224.0.0.1/", "http://239.255.255.250/",
    "http://240.0.0.1/", "http://255.255.255.255/", "http://4294967295/",
    # IPv6
    "http://[::1]/", "http://[0:0:0:0:0:0:0:1]/",
    "http://[0000:0000:0000:0000:0000:0000:0000:0001]/", "http://[::]/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]/", "http://[::ffff:10.0.0.1]/",
    "http://[::ffff:169.254.169.254]/", "http://[::ffff:93.184.216.34]/",
    "http://[::127.0.0.1]/", "http://[::7f00:1]/", "http://[::ffff:0:0]/",
    "http://[::ffff:0:127.0.0.1]/", "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::a9fe:a9fe]/", "http://[64:ff9b:1::a00:1]/",
    "http://[100::1]/", "http://[2001::1]/",
    "http://[2001:0:7f00:1::f5ff:fffe]/", "http://[2001:2::1]/",
    "http://[2001:10::1]/", "http://[2001:20::1]/", "http://[2001:db8::1]/",
    "http://[2002:7f00:1::]/", "http://[2002:a9fe:a9fe::1]/",
    "http://[3fff::1]/", "http://[3ffe::1]/", "http://[5f00::1]/",
    "http://[fc00::1]/", "http://[fd00:ec2::254]/", "http://[fe80::1]/",
    "http://[fe80::1%25lo]/", "http://[fec0::1]/", "http://[ff02::1]/",
    "http://[ff0e::1]/", "http://[4000::1]/",
]

NAMES = [  # that lead to addresses that are not global
    "localhost", "LOCALHOST", "intern", "ten.test.", "ip6-localhost",
    "unspecified.test", "loop.test", "loop2.test", "ten.test", "cgnat.test",
    "meta.test", "private12.test", "private16.test", "bench.test",
    "doc.test", "multicast.test", "reserved.test", "broadcast.test",
    "loop6.test", "any6.test", "mapped.test", "compatible.test",
    "nat64.test", "localnat64.test", "sixtofour.test", "teredo.test",
    "doc6.test", "ula.test", "link6.test", "multicast6.test", "both.test",
    "all-private.test", "alias.test",
]

SCHEMES = [
    "file:///etc/passwd", "file:/etc/passwd", "file://localhost/etc/passwd",
    "ftp://public.test/a.png", "ftps://public.test/", "sftp://public.test/",
    "scp://public.test/", "gopher://127.0.0.1:6379/_FLUSHALL",
    "gopher://public.test/", "dict://127.0.0.1:11211/stats",
    "ldap://public.test/", "telnet://public.test/", "tftp://public.test/a",
    "smb://public.test/a", "smtp://public.test/", "imap://public.test/",
    "pop3://public.test/", "rtsp://public.test/", "mqtt://public.test/a",
    "ws://public.test/", "wss://public.test/", "netdoc:///etc/passwd",
    "jar:http://public.test!/", "data:image/png;base64,iVBORw0KGgo=",
    "javascript:alert(1)", "unix:///run/redis.sock",
]

PORTS = [
    "http://public.test:22/", "http://public.test:25/",
    "http://public.test:5432/", "http://public.test:6379/",
    "http://public.test:8080/", "http://public.test:0/",
    "http://public.test:65535/", "http://public.test:65616/",
    "http://public.test:80:80/", "http://public.test:-80/",
    "http://public.test:+80/", "http://public.test:8081/",
    "https://public.test:8443/", "http://127.0.0.1:5432/",
    "http://127.0.0.1:6379/", "http://localhost:6379/",
    "http://[::1]:22/", "http://2130706433:6379/",
    "http://[::1]a/", "http://::1/", "http://[::1]]/",
    "http://service.test:8080/", "http://127.0.0.1:8080/",
]

LOGINS = [
    "http://public.test@127.0.0.1/", "http://127.0.0.1@public.test/",
    "http://a:b@public.test/", "http://@public.test/",
    "http://:@public.test/", "http://a:@public.test/",
    "http://public.test:80@10.0.0.1/", "http://a@b@public.test/",
    "http://public.test%00@10.0.0.1/", "http://public.test&@10.0.0.1#@x/",
    "http://public.test%2f@10.0.0.1/", "http://public.test%23@10.0.0.1/",
    "http://user@127.0.0.1:8081/",
]

UNREADABLE = [
    "", " ", "/", "//public.test/", "public.test", "public.test/a.png",
    "http:", "http:/", "http://", "http:///", "http:public.test", "http://?",
    "http://#", "http://:80/", " http://public.test/",
    "http://public.test/ ", "http://public.test/\n", "\thttp://public.test/",
    "http://public.test/\r\nX-Evil: 1", "http://public.test\r\n/",
    "http://pub\tlic.test/", "ht\ntp://public.test/", "http://public.test/\0",
    "http://public.test\0.evil/", "http://public.test/\x7f",
    "http://public.test\\@10.0.0.1/", "http://public.test\\.evil.test/",
    "http:\\\\10.0.0.1\\", "http://10.0.0.1\\@public.test/",
    "http://public.test/a\\b", "http://public test/", "http://public%20test/",
    "http://public%00.test/", "http://public%2f.test/",
    "http://public%0a.test/", "http://[::1", "http://[127.0.0.1]/", "http://[public.test]/",
    "http://[v1.a]/", "http://[]/", "http://pub<lic.test/",
    "http://pub\"lic.test/", "http://pub|lic.test/", "http://$(id).test/",
    "http://pub*lic.test/", "http://public.test,10.0.0.1/",
    "http://public.test;10.0.0.1/", "http://public.test!10.0.0.1/",
    b"http://public\xff.test/", b"http://\xed\xa0\x80.test/",
    "http://a‮b.test/",
    "http://1.1.1.1 &@10.0.0.1# @10.0.0.2/",
    "http://" + "a" * 300 + ".test/", "http://public.test/" + "a" * 2000,
    "http://public.test/" + "가" * 600, "a" * 100_000,
]

NO_HOST = [
    "http://nowhere.test/", "http://256.256.256.256/",
    "http://1.2.3.4.5/", "http://99999999999/", "http://public..test/",
    "http://.public.test/", "http://" + "a" * 64 + ".test/",
    "http://localhost./", "http://intern./", "http://public⁄10.0.0.1/", "http://0x1ffffffff/", "http://127.0.0.1.test/", "http://-/",
]

REDIRECTS = [  # (location, reason)
    ("http://127.0.0.1/", "ADDRESS"), ("http://10.0.0.1/", "ADDRESS"),
    ("http://169.254.169.254/latest/", "ADDRESS"),
    ("http://2130706433/", "ADDRESS"), ("//127.0.0.1/", "ADDRESS"),
    ("//[::1]/a", "ADDRESS"), ("http://[::ffff:127.0.0.1]/", "ADDRESS"),
    ("http://localhost/", "ADDRESS"), ("http://meta.test/", "ADDRESS"),
    ("http://alias.test/", "ADDRESS"), ("HTTP://0x7f.1/", "ADDRESS"),
    ("https://127.0.0.1/", "ADDRESS"), ("http://１２７.1/", "ADDRESS"),
    ("http:10.0.0.1/", "REDIRECT"), ("http:///10.0.0.1/", "ADDRESS"),
    ("http:/10.0.0.1/", "ADDRESS"), ("http://nowhere.test/", "HOST"),
    ("http://public.test:6379/", "PORT"), ("http://127.0.0.1:5432/", "PORT"),
    ("//public.test:22/", "PORT"), ("file:///etc/passwd", "SCHEME"),
    ("FILE:/etc/passwd", "SCHEME"), ("gopher://127.0.0.1:6379/_x", "SCHEME"),
    ("dict://127.0.0.1:11211/", "SCHEME"), ("ftp://10.0.0.1/", "SCHEME"),
    ("data:image/png,x", "SCHEME"), ("javascript:x", "SCHEME"),
    ("http://a:b@public.test/", "LOGIN"), ("//x@10.0.0.1/", "LOGIN"),
    ("http://public.test\\@10.0.0.1/", "REDIRECT"),
    ("\\\\10.0.0.1\\", "REDIRECT"), ("/\\10.0.0.1/", "REDIRECT"),
    ("http://pub\tlic.test/", "REDIRECT"), ("http://[::1", "REDIRECT"),
    ("http://", "REDIRECT"),
]

HOPS = [  # (url, reason)
    (f"{PUBLIC}/hops/4", "REDIRECTS"), (f"{PUBLIC}/hops/40", "REDIRECTS"),
    (f"{PUBLIC}/loop", "REDIRECTS"), (f"{PUBLIC}/loop-a", "REDIRECTS"),
    (f"{PUBLIC}/no-location", "REDIRECT"),
    (f"{PUBLIC}/empty-location", "REDIRECT"),
    (f"{PUBLIC}/two-locations", "REDIRECT"),
    (f"{PUBLIC}/long-location", "REDIRECT"),
    (to(to("http://10.0.0.1/")), "ADDRESS"),
    (to(to(to("http://127.0.0.1/"))), "ADDRESS"),
    ("http://127.0.0.1:8081/to/302/" + b"http://127.0.0.1/".hex(), "ADDRESS"),
    ("http://127.0.0.1:8081/to/302/" + b"http://10.9.8.7:8081/".hex(), "PORT"),
    ("http://127.0.0.1:8081/to/302/" + b"http://127.0.0.1:6379/".hex(), "PORT"),
    ("https://secure.test/to/302/" + b"http://secure.test/".hex(),
     "DOWNGRADE"),
    ("https://public.test/", "TLS"),
    # the name is public when it is first asked for, and private afterwards
    ("http://rebind1.test/to/302/" + b"http://rebind1.test/".hex(),
     "ADDRESS"),
    ("http://rebind2.test/to/307/" + b"/ok.png".hex(), "ADDRESS"),
]

CASES = (
    [(url, "ADDRESS") for url in SPELLINGS] +
    [(f"http://{name}/", "ADDRESS") for name in NAMES] +
    [(f"https://{name}/a.png", "ADDRESS") for name in NAMES] +
    [(url, "SCHEME") for url in SCHEMES] +
    [(url, "PORT") for url in PORTS] +
    [(url, "LOGIN") for url in LOGINS] +
    [(url, "URL") for url in UNREADABLE] +
    [(url, "HOST") for url in NO_HOST] +
    [(to(location, (301, 302, 303, 307, 308)[i % 5]), reason)
     for i, (location, reason) in enumerate(REDIRECTS)] +
    HOPS)
