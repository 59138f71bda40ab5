"""Servers on loopback that misbehave, each as a scenario tells it to, and that remember all they got."""

import base64
import os
import socket
import ssl
import subprocess
import threading
import time
from urllib.parse import quote, quote_plus

USER = "alice"
PASSWORD = "s3cr3t-Pa55/word+%zz"
LOGIN = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
GOOD_TOKEN = "good-token-0123456789"
# What a password looks like on its way.
FORMS = [PASSWORD, LOGIN, quote(PASSWORD, safe=""), quote_plus(PASSWORD), LOGIN.rstrip("=")]


def make_certificates(folder):
    """A CA, and certificates for every name that scenarios use; one has expired, one is for another."""

    def openssl(*words):
        subprocess.run(("openssl",) + words, check=True, capture_output=True, cwd=folder)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    openssl("req", "-x509", *key, "-subj", "/CN=hostile CA", "-days", "2",
            "-keyout", "ca.key", "-out", "ca.crt")
    openssl("req", "-x509", *key, "-subj", "/CN=nobody's CA", "-days", "2",
            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "self.key", "-out", "self.pem")
    names = "IP:127.0.0.1,IP:127.0.0.2,IP:::1,DNS:localhost,DNS:registry.example,DNS:auth.example"
    names += f",DNS:{socket.gethostname()}"
    for name, subject, days in (("good", names, "2"), ("other", "DNS:other.test", "2"),
                                ("expired", names, "-1")):
        openssl("req", *key, "-subj", "/CN=hostile", "-addext", f"subjectAltName={subject}",
                "-keyout", f"{name}.key", "-out", f"{name}.csr")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key",
                "-CAcreateserial", "-copy_extensions", "copy", "-days", days, "-out", f"{name}.pem")


class Request:
    def __init__(self, head, body):
        lines = head.decode("latin-1").split("\r\n")
        words = lines[0].split(" ")
        self.method, self.target = words[0], words[1] if len(words) > 1 else ""
        self.fields = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.fields[name.strip().lower()] = value.strip()
        self.authorization = self.fields.get("authorization", "")
        self.text = head.decode("latin-1") + "\r\n\r\n" + body.decode("latin-1")

    @property
    def knows_password(self):
        return any(form in self.text for form in FORMS)


def answer(status, *fields, body=""):
    """A whole answer; fields are (name, value)."""
    content = body if isinstance(body, bytes) else body.encode("utf-8", "surrogateescape")
    head = f"HTTP/1.1 {status} X\r\n"
    head += "".join(f"{name}: {value}\r\n" for name, value in fields)
    head += f"Content-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    return head.encode("utf-8", "surrogateescape") + content


class Server:
    """One listener. `behave(request, server)` gives bytes, or an iterable of bytes to send slowly."""

    def __init__(self, role, behave, address="127.0.0.1", certificate=None, folder=None):
        self.role, self.behave, self.address = role, behave, address
        self.requests = []
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.listener = socket.socket(family, socket.SOCK_STREAM)
        self.listener.bind((address, 0))
        self.listener.listen(64)
        self.port = self.listener.getsockname()[1]
        self.context = None
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(f"{folder}/{certificate}.pem", f"{folder}/{certificate}.key")
        threading.Thread(target=self.accept, daemon=True).start()

    @property
    def host(self):
        name = f"[{self.address}]" if ":" in self.address else self.address
        return f"{name}:{self.port}"

    @property
    def url(self):
        return ("https://" if self.context else "http://") + self.host

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        client.settimeout(20)
        try:
            if self.context:
                client = self.context.wrap_socket(client, server_side=True)
            request = self.read(client)
            if request:
                self.requests.append(request)
                self.send(client, self.behave(request, self))
        except (OSError, ValueError):
            pass
        finally:
            client.close()

    def read(self, client):
        data = b""
        while b"\r\n\r\n" not in data:
            part = client.recv(65536)
            if not part:
                return None
            data += part
            if data[0] == 0x16:  # somebody tries https first
                client.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
                return None
            if len(data) > 1 << 20:
                return None
        head, _, body = data.partition(b"\r\n\r\n")
        request = Request(head, b"")
        wanted = int(request.fields.get("content-length", "0"))
        while len(body) < wanted:
            part = client.recv(65536)
            if not part:
                break
            body += part
        return Request(head, body)

    def send(self, client, content):
        if isinstance(content, bytes):
            content = [content]
        for part in content:
            client.sendall(part)
        try:
            (client if not self.context else client.unwrap()).shutdown(socket.SHUT_WR)
        except (OSError, ValueError):
            pass

    def close(self):
        self.listener.close()


class Proxy(Server):
    """A forward proxy that leads every name to a server of ours, and plain requests as well."""

    def __init__(self, route):
        self.route = route
        super().__init__("proxy", None)

    def serve(self, client):
        client.settimeout(20)
        try:
            request = self.read(client)
            if not request:
                return
            self.requests.append(request)
            if request.method != "CONNECT":
                client.sendall(answer(502))
                return
            target = self.route(request.target)
            if isinstance(target, bytes):
                client.sendall(target)
                return
            with socket.create_connection((target.address, target.port), 5) as server:
                client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                back = threading.Thread(target=pump, args=(server, client), daemon=True)
                back.start()
                pump(client, server)
                back.join(20)
        except OSError:
            pass
        finally:
            client.close()


def pump(source, sink):
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def slowly(*parts, pause=0.5, times=40):
    """Sends the first part, and then the others again and again, one at a time."""
    yield parts[0]
    for number in range(times):
        time.sleep(pause)
        yield parts[1 + number % (len(parts) - 1)]


def endlessly(start, block):
    """Sends until the client goes away; with an end, so that a client that takes all fails."""
    yield start
    block *= max(1, 65536 // len(block))
    for _ in range(4000):  # 256 MiB
        yield block


def silence():
    time.sleep(15)
    yield b""
