"""The scenarios: what the servers do, what a client should end with, and who may know the password."""

import ipaddress
import json
import socket
import zlib

from servers import GOOD_TOKEN, LOGIN, PASSWORD, Proxy, Server, answer, endlessly, silence, slowly

PROXY_LOGIN = ("Proxy-Authenticate", "Basic realm=p")
BASIC = ("WWW-Authenticate", 'Basic realm="x"')
TOKEN = json.dumps({"token": GOOD_TOKEN, "expires_in": 300})
REFUSED, UNREACHABLE, DONE = 77, 69, 0


def bomb():
    """50 MiB of zeros in 50 KB, made without ever having them in memory."""
    press = zlib.compressobj(wbits=31)
    return b"".join(press.compress(b"\0" * (1 << 16)) for _ in range(800)) + press.flush()


def bearer(realm, service="registry.test"):
    return ("WWW-Authenticate", f'Bearer realm="{realm}",service="{service}"')


class Scenario:
    """One misbehaviour, with its servers."""

    def __init__(self, name, folder, status=UNREACHABLE, may_know=(), proxied=False,
                 username=None, group="", says=""):
        self.name, self.folder, self.status, self.group = name, folder, status, group
        # Words without which vault has failed for another reason than the one that is meant.
        self.may_know = set(may_know)
        self.username = username
        self.says = says
        self.servers = []
        self.registry = None
        self.proxy = None
        self.proxied = proxied
        self.no_proxy = ""

    def serve(self, role, behave, **options):
        server = Server(role, behave, folder=self.folder, **options)
        self.servers.append(server)
        if role == "registry":
            self.registry = server
            if self.proxied:
                self.proxy = Proxy(lambda target: self.route(target))
                self.servers.append(self.proxy)
        return server

    def stranger(self, address="127.0.0.2", **options):
        """Somebody whom the password must never reach, and who would take it."""
        return self.serve("stranger", lambda *_: answer(200, body=TOKEN), address=address, **options)

    def route(self, target):
        if target.startswith("registry.example:"):
            return self.registry
        strangers = [server for server in self.servers if server.role == "stranger"]
        return strangers[0] if strangers else answer(502)

    @property
    def host(self):
        """What the user logs in to."""
        return "registry.example" if self.proxied else self.registry.host

    def leaks(self):
        """Who knows the password and must not, and whether a name arrived that must not."""
        return sorted({server.role for server in self.servers
                       if server.role not in self.may_know
                       and any(request.knows_password for request in server.requests)})

    def was_reached(self):
        return any(server.requests for server in self.servers)

    def close(self):
        for server in self.servers:
            server.close()


def all_scenarios(folder):
    """Makes the scenarios one after another, each when it is asked for."""
    for name, make in TABLE.items():
        yield name, lambda make=make, name=name: make(name, folder)


TABLE = {}


def add(name, function):
    assert name not in TABLE, name
    TABLE[name] = function


# --- Token servers that must not get the password --------------------------------------------------


def realm_elsewhere(realm, **stranger):
    def make(name, folder):
        scenario = Scenario(name, folder, group="leak", says="token server|where to get one")
        other = scenario.stranger(**stranger)
        text = realm.replace("HOST", other.host).replace("PORT", str(other.port))
        scenario.serve("registry", lambda *_: answer(401, bearer(text)))
        return scenario
    return make


for name, realm in {
    "realm on another host over http": "http://HOST/token",
    "realm under another name of this host": "http://localhost:PORT/token",
    "realm behind a user name": "http://127.0.0.1:80@HOST/token",
    "realm behind a backslash": "http://127.0.0.1\\\\@HOST/token",
    "realm as one number": "http://2130706434:PORT/token",
    "realm in short": "http://127.2:PORT/token",
    "realm in hexadecimal": "http://0x7f.0.0.2:PORT/token",
    "realm in octal": "http://0177.0.0.2:PORT/token",
    "realm mapped into IPv6": "http://[::ffff:127.0.0.2]:PORT/token",
    "realm without a scheme": "HOST/token",
    "realm relative to nothing": "//HOST/token",
    "realm by ftp": "ftp://HOST/token",
    "realm by gopher": "gopher://HOST/token",
    "realm by file": "file:///etc/hostname",
    "realm with a port of too many digits": "http://127.0.0.2:99999999/token",
    "realm with a port 0": "http://127.0.0.2:0/token",
    "realm with white space": "http://127.0.0.2 :PORT/token",
    "realm with a letter outside ASCII": "http://127.0.0.\u0662:PORT/token",
    "realm with an escape for a line end": "http://HOST/token%0d%0aX-Injected:%201",
    "realm with a terminal's escape": "http://\u001b[31mHOST/token",
    "realm that is empty": "",
}.items():
    add(name, realm_elsewhere(realm))


def public(realm, **stranger):
    """A registry on the network, by its name, that names a token server inside."""
    def make(name, folder):
        scenario = Scenario(name, folder, proxied=True, group="inside",
                            says="nothing was sent there")
        other = scenario.stranger(certificate="good", **({"address": "127.0.0.1"} | stranger))
        text = realm.replace("PORT", str(other.port))
        scenario.serve("registry", lambda *_: answer(401, bearer(text)), certificate="good")
        return scenario
    return make


for name, realm in {
    "public registry, realm on this machine": "https://127.0.0.1:PORT/token",
    "public registry, realm at localhost": "https://localhost:PORT/token",
    "public registry, realm at a private address": "https://10.0.0.1:PORT/token",
    "public registry, realm at a home's address": "https://192.168.1.1/token",
    "public registry, realm at a cloud's metadata": "https://169.254.169.254/token",
    "public registry, realm at a carrier's address": "https://100.64.0.1/token",
    "public registry, realm at no address": "https://0.0.0.0:PORT/token",
    "public registry, realm at IPv6's loopback": "https://[::1]:PORT/token",
    "public registry, realm mapped into IPv6": "https://[::ffff:127.0.0.1]:PORT/token",
    "public registry, realm local to a link": "https://[fe80::1]/token",
    "public registry, realm in a unique local network": "https://[fd00::1]/token",
    "public registry, realm over http": "http://auth.example/token",
}.items():
    add(name, public(realm))


def realm_without_tls(name, folder):
    """On the registry's own host, which may know the password, but not over http."""
    scenario = public("http://registry.example/token")(name, folder)
    scenario.may_know = {"registry"}
    return scenario


add("public registry, realm over http on its own host", realm_without_tls)


def realm_by_name(name, folder):
    """The same, by a name that only leads inside: this machine's own."""
    scenario = public(f"https://{socket.gethostname()}:PORT/token")(name, folder)
    scenario.no_proxy = socket.gethostname()
    return scenario


def leads_inside(name):
    try:
        addresses = {item[4][0] for item in socket.getaddrinfo(name, 443)}
    except OSError:
        return False
    return all(ipaddress.ip_address(address).is_private for address in addresses)


if leads_inside(socket.gethostname()):
    add("public registry, realm at a name that leads inside", realm_by_name)


def registry_over_tls(name, folder):
    scenario = Scenario(name, folder, group="leak")
    other = scenario.stranger(address="127.0.0.1")
    scenario.serve("registry", lambda *_: answer(401, bearer(other.url + "/token")),
                   certificate="good")
    return scenario


add("https registry, realm over http on the same host", registry_over_tls)


# --- Redirects -------------------------------------------------------------------------------------


def redirect_with_login(status, location="URL/v2/", **stranger):
    def make(name, folder):
        scenario = Scenario(name, folder, may_know={"registry"}, group="redirect",
                            says="redirects to")
        other = scenario.stranger(**stranger)
        text = location.replace("URL", other.url).replace("HOST", other.host)

        def behave(request, _):
            return answer(status, ("Location", text)) if request.authorization else answer(401, BASIC)
        scenario.serve("registry", behave)
        return scenario
    return make


for status in (301, 302, 303, 307, 308):
    add(f"redirect {status} with the login to another host", redirect_with_login(status))
add("redirect with the login to another port", redirect_with_login(307, address="127.0.0.1"))
add("redirect with the login to a host without a scheme", redirect_with_login(307, "//HOST/v2/"))
add("redirect with the login behind a user name",
    redirect_with_login(307, "http://127.0.0.1@HOST/v2/"))


def redirect(location, status=302, certificate=None, proxied=False, **stranger):
    def make(name, folder):
        scenario = Scenario(name, folder, group="redirect", proxied=proxied,
                            says="redirects to" if location else "status 302")
        other = scenario.stranger(**stranger)
        text = (location.replace("URL", other.url).replace("HOST", other.host)
                .replace("PORT", str(other.port)))
        fields = [("Location", text)] if location else []
        scenario.serve("registry", lambda *_: answer(status, *fields), certificate=certificate)
        return scenario
    return make


add("redirect to another host over http", redirect("URL/v2/"))
add("redirect from https to http", redirect("http://127.0.0.1:PORT/v2/", certificate="good"))
add("redirect from a public registry to this machine",
    redirect("https://127.0.0.1:PORT/v2/", certificate="good", proxied=True))
add("redirect to a file", redirect("file:///etc/passwd"))
add("redirect to ftp", redirect("ftp://HOST/v2/"))
add("redirect with an injected line", redirect("URL/v2/\r\nX-Injected: 1\r\nSet-Cookie: a=b"))
add("redirect to nowhere", redirect(""))


def redirect_loop(*targets):
    def make(name, folder):
        scenario = Scenario(name, folder, group="loop",
                            says="redirects more than 5 times")

        def behave(request, server):
            if targets:
                number = len(server.requests) % len(targets)
                return answer(302, ("Location", targets[number]))
            return answer(302, ("Location", request.target + "x"))
        scenario.serve("registry", behave)
        return scenario
    return make


add("redirect to itself", redirect_loop("/v2/"))
add("redirect in a circle of two", redirect_loop("/a", "/b"))
add("redirects without end, each longer", redirect_loop())


def token_redirect(status, username=None):
    def make(name, folder):
        scenario = Scenario(name, folder, may_know={"registry"}, username=username, group="redirect")
        other = scenario.stranger()

        def behave(request, server):
            if request.target.startswith("/token"):
                return answer(status, ("Location", other.url + "/token"))
            return answer(401, bearer(server.url + "/token"))
        scenario.serve("registry", behave)
        return scenario
    return make


add("token server redirects the login", token_redirect(302))
add("token server redirects the login, method kept", token_redirect(307))
add("token server redirects an identity token", token_redirect(307, "<token>"))


# --- Bodies, heads and time ------------------------------------------------------------------------


def registry_says(content, status=UNREACHABLE, may_know=(), group="broken", says="", **options):
    def make(name, folder):
        scenario = Scenario(name, folder, status=status, may_know=may_know, group=group, says=says)
        scenario.serve("registry", lambda *_: content() if callable(content) else content, **options)
        return scenario
    return make


HEAD = b"HTTP/1.1 200 OK\r\n"
for name, content in {
    "body without end": lambda: endlessly(HEAD + b"\r\n", b'{"a": "aaaaaaaaaaaaaaaaaaaaaaaaa",\n'),
    "chunks without end": lambda: endlessly(
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10\r\n0123456789abcdef\r\n"),
    "body longer than it says, without end": lambda: endlessly(
        HEAD + b"Content-Length: 999999999999\r\n\r\n", b"x" * 100),
    "head without end": lambda: endlessly(HEAD, b"X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n"),
    "one header line without end": lambda: endlessly(HEAD + b"X-Long: ", b"a" * 100),
    "status line without end": lambda: endlessly(b"HTTP/1.1 200 ", b"O" * 100),
    "interim answers without end": lambda: endlessly(
        b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
    "header of a megabyte": HEAD + b"X-Long: " + b"a" * (1 << 20) + b"\r\n\r\n",
    "header lines by the ten thousand": HEAD + b"A: b\r\n" * 10_000 + b"\r\n",
    "body drop by drop": lambda: slowly(HEAD + b"Content-Length: 1000\r\n\r\n", b" "),
    "head drop by drop": lambda: slowly(HEAD, b"A", b":", b"b", b"\r\n"),
    "silence": silence,
    "hanging up at once": b"",
    "another protocol's banner": b"SSH-2.0-OpenSSH_9.2\r\n",
    "HTTP/0.9": b"<html>hello</html>",
    "HTTP/2 without being asked": b"\x00\x00\x12\x04\x00\x00\x00\x00\x00",
    "bytes of zero": b"\0" * 1000,
    "chunk length that is none": HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
    "chunk length that is negative": HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n",
    "content length that is negative": HEAD + b"Content-Length: -1\r\n\r\n{}",
    "body cut off": HEAD + b"Content-Length: 100\r\n\r\n{",
    "status of 4 digits": b"HTTP/1.1 2000 OK\r\n\r\n",
    "status that is no number": b"HTTP/1.1 abc OK\r\n\r\n",
    "line ends missing": b"HTTP/1.1 401 X",
    "status 404": answer(404),
    "status 403 to everybody": answer(403),
    "status 500": answer(500),
    "status 418": answer(418),
    "status 407 from no proxy": answer(407, ("Proxy-Authenticate", "Basic realm=x")),
    "busy for an hour": answer(429, ("Retry-After", "3600")),
    "busy for more seconds than there are": answer(503, ("Retry-After", "9" * 40)),
    "busy without end": answer(503),
    "busy for a negative time": answer(429, ("Retry-After", "-5")),
    "no challenge": answer(401),
    "challenge of an unknown kind": answer(401, ("WWW-Authenticate", "Negotiate, NTLM")),
    "challenge of Digest alone": answer(401, ("WWW-Authenticate", 'Digest realm="a",nonce="b"')),
    "challenge that steers a terminal": answer(401, ("WWW-Authenticate", "\u001b]0;gone\u0007 a=b")),
    "challenge cut off": answer(401, ("WWW-Authenticate", 'Bearer realm="https://a/t')),
    "challenge without realm": answer(401, ("WWW-Authenticate", 'Bearer service="s"')),
    "challenges by the thousand": answer(401, ("WWW-Authenticate", "Basicx a=b, " * 2000)),
    "challenge of commas": answer(401, ("WWW-Authenticate", "," * 20000)),
}.items():
    add(name, registry_says(content))

add("gzip bomb", registry_says(
    answer(401, BASIC, ("Content-Encoding", "gzip"), body=bomb()),
    status=REFUSED, may_know={"registry"}))


# --- TLS -------------------------------------------------------------------------------------------


def tls(certificate, says):
    return registry_says(answer(401, BASIC), certificate=certificate, group="tls", says=says)


add("certificate for another name", tls("other", "for another name"))
add("certificate that has expired", tls("expired", "has expired"))
add("certificate of nobody", tls("self", "unknown issuer"))


def plain_behind_https(name, folder):
    scenario = Scenario(name, folder, proxied=True, group="tls", says="cannot speak https")
    scenario.serve("registry", lambda *_: answer(401, BASIC))
    return scenario


add("http where https was expected, on the network", plain_behind_https)


def proxy_says(content, says):
    def make(name, folder):
        scenario = Scenario(name, folder, proxied=True, group="proxy", says=says)
        scenario.serve("registry", lambda *_: answer(401, BASIC), certificate="good")
        scenario.route = lambda _: content
        return scenario
    return make


add("proxy that wants a login", proxy_says(answer(407, PROXY_LOGIN), "does not let us through"))
add("proxy that answers in place of the registry",
    proxy_says(answer(401, BASIC), "does not let us through"))
add("proxy that reads along",
    proxy_says(b"HTTP/1.1 200 OK\r\n\r\n" + answer(401, BASIC), "cannot speak https"))


# --- Token servers that are broken -----------------------------------------------------------------


def token_answer(content, status=UNREACHABLE, username=None, group="token"):
    """A registry with its token server, which may know the password; the registry's part may not."""
    def make(name, folder):
        scenario = Scenario(name, folder, status=status, may_know={"token"}, username=username,
                            group=group)
        token = scenario.serve("token", lambda *_: content() if callable(content) else content)

        def behave(request, _):
            if request.authorization == f"Bearer {GOOD_TOKEN}":
                return answer(200)
            return answer(401, bearer(token.url + "/token"))
        scenario.serve("registry", behave)
        return scenario
    return make


for name, content in {
    "token: 200 without one": answer(200, body="{}"),
    "token: that is empty": answer(200, body='{"token":""}'),
    "token: that is a number": answer(200, body='{"token":7}'),
    "token: that is null": answer(200, body='{"token":null}'),
    "token: only for refreshing": answer(200, body='{"refresh_token":"x"}'),
    "token: JSON cut off": answer(200, body=TOKEN[:-9]),
    "token: JSON and more": answer(200, body=TOKEN + " x"),
    "token: twice": answer(200, body='{"token":"a","token":"b"}'),
    "token: HTML": answer(200, ("Content-Type", "text/html"), body="<html>log in here</html>"),
    "token: a list": answer(200, body=f'["{GOOD_TOKEN}"]'),
    "token: with a line end": answer(200, body='{"token":"good\\r\\nX-Injected: 1"}'),
    "token: with a zero": answer(200, body='{"token":"good\\u0000"}'),
    "token: longer than is taken": answer(200, body='{"token":"' + "a" * 200_000 + '"}'),
    "token: JSON as deep as a well": answer(200, body="[" * 60_000),
    "token: bytes that are not UTF-8": answer(200, body=b'{"token":"\xff\xfe"}'),
    "token: gzip bomb": answer(200, ("Content-Encoding", "gzip"),
                               body=bomb()),
    "token: body without end": lambda: endlessly(HEAD + b"\r\n", b'{"a":"aaaaaaaaaaaaaaaaaaa",\n'),
    "token: silence": silence,
    "token: status 500": answer(500),
    "token: no content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "token: no such page": answer(404),
}.items():
    add(name, token_answer(content))
add("token: that the registry does not take", token_answer(
    answer(200, body='{"token":"for-anonymous-users"}'), status=REFUSED))
add("token: no such page for an identity token", token_answer(answer(404), username="<token>"))


# --- Refusals --------------------------------------------------------------------------------------


def refusal(body, *fields):
    def make(name, folder):
        scenario = Scenario(name, folder, status=REFUSED, may_know={"registry"}, group="refusal")

        def behave(request, _):
            return answer(401, BASIC, *fields, body=body) if request.authorization else answer(
                401, BASIC)
        scenario.serve("registry", behave)
        return scenario
    return make


add("refusal that repeats the password", refusal(json.dumps({"details": f"no: {PASSWORD}"})))
add("refusal that repeats the header", refusal(json.dumps({"details": f"no: {LOGIN}"})))
add("refusal that steers a terminal", refusal('{"details":"\\u001b[2J\\u009b31mgone\\u202e"}'))
add("refusal of a megabyte in plain text", refusal("a" * 60_000, ("Content-Type", "text/plain")))
add("refusal with a cookie", refusal("{}", ("Set-Cookie", "id=1"), ("Refresh", "0")))


# --- Wrong passwords: all of these must be refused --------------------------------------------------


def wrong_password(way):
    def make(name, folder):
        scenario = Scenario(name, folder, status=REFUSED, may_know={"registry", "token"},
                            group="wrong password")
        token = scenario.serve("token", lambda *_: answer(401, body='{"details":"wrong"}'))

        def behave(request, _):
            if way == "basic":
                return answer(401, BASIC)
            if way == "anonymous":
                return answer(401) if request.authorization else answer(200)
            return answer(401, bearer(token.url + "/token"))
        scenario.serve("registry", behave)
        return scenario
    return make


add("wrong password, Basic", wrong_password("basic"))
add("wrong password, Bearer", wrong_password("bearer"))
add("wrong password, at a registry that lets the nameless in", wrong_password("anonymous"))
