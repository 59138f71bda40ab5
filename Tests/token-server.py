"""A token server for docker-registry: Basic authentication in, a signed JWT out.

usage: token-server.py KEY CERTIFICATE ISSUER SERVICE < USER:PASSWORD

Listens on a free loopback port, prints the port, and ends when it is stopped.
"""

import base64
import hmac
import json
import subprocess
import sys
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

key, certificate, issuer, service = sys.argv[1:]
login = sys.stdin.buffer.read()
with open(certificate, encoding="ascii") as pem:
    chain = ["".join(line.strip() for line in pem if "-----" not in line)]


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def signed(claims):
    header = {"typ": "JWT", "alg": "RS256", "x5c": chain}
    text = b".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
    signature = subprocess.run(
        ["openssl", "dgst", "-sha256", "-sign", key], input=text, capture_output=True, check=True
    ).stdout
    return (text + b"." + encoded(signature)).decode()


def access(scopes):
    """The registry's own form of `repository:NAME:pull,push`."""
    for scope in " ".join(scopes).split():
        kind, name, actions = scope.split(":", 1)[0], *scope.split(":", 1)[1].rsplit(":", 1)
        yield {"type": kind, "name": name, "actions": actions.split(",")}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        url = urlsplit(self.path)
        query = parse_qs(url.query)
        if url.path != "/token" or query.get("service") != [service]:
            self.answer(400, {"details": "ask for /token?service=" + service})
            return
        if not self.is_allowed():
            self.answer(401, {"details": "incorrect username or password"})
            return
        now = int(time.time())
        token = signed({
            "iss": issuer,
            "sub": login.split(b":", 1)[0].decode(),
            "aud": service,
            "exp": now + 300,
            "nbf": now - 10,
            "iat": now,
            "jti": uuid.uuid4().hex,
            "access": list(access(query.get("scope", []))),
        })
        self.answer(200, {"token": token, "expires_in": 300})

    def is_allowed(self):
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        try:
            given = base64.b64decode(value, validate=True)
        except ValueError:
            return False
        return scheme.lower() == "basic" and hmac.compare_digest(given, login)

    def answer(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        if status == 401:
            self.send_header("WWW-Authenticate", f'Basic realm="{issuer}"')
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
