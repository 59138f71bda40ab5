"""Registries on 127.0.0.1 to 127.0.0.50 that take 100 ms for each answer: of Basic, of Bearer, and of Bearer over TLS.

usage: slow-registries.py FILE FOLDER    writes the three ports into FILE; FOLDER has server.pem and server.key
"""

import os
import selectors
import socket
import ssl
import sys
import threading
import time

DELAY = 0.1
BASIC = "Basic YWxpY2U6cmlnaHQ="


def answer(status, body=b"{}", *fields):
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
    return (head + "".join(f + "\r\n" for f in fields) + "\r\n").encode() + body


def serve(client, kind, host):
    client.settimeout(10)
    if kind == "tls":
        client = tls.wrap_socket(client, server_side=True)
    scheme = "https" if kind == "tls" else "http"
    with client:
        data = b""
        while b"\r\n\r\n" not in data:
            part = client.recv(65536)
            if not part:
                return
            data += part
            if data[0] == 0x16:
                break
        time.sleep(DELAY)
        text = data.decode("latin-1")
        if text.startswith("GET /token"):
            reply = answer(200, b'{"token":"t"}') if BASIC in text else answer(401)
        elif (BASIC if kind == "basic" else "Bearer t\r\n") in text:
            reply = answer(200)
        elif data[0] == 0x16:
            reply = answer(400)
        elif kind == "basic":
            reply = answer(401, b"{}", "WWW-Authenticate: Basic realm=x")
        else:
            reply = answer(401, b"{}", f'WWW-Authenticate: Bearer realm="{scheme}://{host}/token"')
        client.sendall(reply)


def listen(port, kind, selector):
    for number in range(1, 51):
        server = socket.socket()
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind((f"127.0.0.{number}", port))
        server.listen(64)
        port = server.getsockname()[1]
        selector.register(server, selectors.EVENT_READ, (kind, f"127.0.0.{number}:{port}"))
    return port


tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
tls.load_cert_chain(sys.argv[2] + "/server.pem", sys.argv[2] + "/server.key")
selector = selectors.DefaultSelector()
ports = [listen(0, kind, selector) for kind in ("basic", "bearer", "tls")]
with open(sys.argv[1] + ".new", "w") as file:
    print(*ports, file=file)
os.rename(sys.argv[1] + ".new", sys.argv[1])
while True:
    for key, _ in selector.select():
        client, _ = key.fileobj.accept()
        threading.Thread(target=serve, args=(client, *key.data), daemon=True).start()
