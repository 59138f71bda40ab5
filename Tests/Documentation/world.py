"""The world in which the commands of a page run: a home at /home/myuser, and registries under their own names.

It needs a network namespace and a mount namespace of its own (see run.py), because the names of the registries are
put into /etc/hosts, their CA into the system's list, and a registry listens on port 443 of loopback.
"""

import fcntl
import os
import re
import select
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

HOME = "/home/myuser"
USER = "myuser"
PASSWORD = "correct horse"
PASSPHRASE = "a passphrase of many words"
REGISTRIES = (
    "registry.example.com quay.io ghcr.io nvcr.io registry.gitlab.com harbor.example.com "
    "index.docker.io registry-1.docker.io docker.com docker.io auth.docker.io"
).split()
CA_LISTS = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
# What is asked without echo, and the answer.
ANSWERS = (
    (re.compile(rb"[Pp]assphrase[^\n]*: ?$"), PASSPHRASE),
    (re.compile(rb"Password / Token: ?$"), PASSWORD),
    (re.compile(rb"\[[yY]/[nN]\] ?$"), "y"),
)


def run(words, **options):
    return subprocess.run(words, check=True, capture_output=True, **options)


class World:
    def __init__(self, programs: str):
        self.programs = programs
        self.folder = tempfile.mkdtemp(prefix="vault-docs-")
        self.registry = None

    def __enter__(self):
        self.mount()
        self.loopback_up()
        self.start_registry()
        self.push_image()
        self.make_stand_ins()
        return self

    def __exit__(self, *_):
        if self.registry is not None:
            self.registry.kill()
            self.registry.wait()
        os.chdir("/")
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name: str) -> str:
        return os.path.join(self.folder, name)

    def mount(self):
        """Gives this namespace its own /home, /media, /run/user, /etc/hosts and list of CAs."""
        run(["mount", "--make-rprivate", "/"])
        for place in ("/home", "/media", "/mnt"):
            run(["mount", "-t", "tmpfs", "tmpfs", place])
        os.makedirs(HOME, 0o700)
        with open(self.path("hosts"), "w") as file:
            file.write("127.0.0.1 localhost " + " ".join(REGISTRIES) + "\n")
        run(["mount", "--bind", self.path("hosts"), "/etc/hosts"])
        self.make_certificates()
        for place in CA_LISTS:
            if os.path.exists(place):
                with open(self.path("cas"), "wb") as file:
                    file.write(open(place, "rb").read() + open(self.path("ca.pem"), "rb").read())
                run(["mount", "--bind", self.path("cas"), place])

    def make_certificates(self):
        key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes".split()
        names = ",".join(f"DNS:{name}" for name in REGISTRIES)
        run(
            ["openssl", "req", "-x509", *key, "-subj", "/CN=CA of the documentation test", "-days", "2"]
            + ["-keyout", self.path("ca.key"), "-out", self.path("ca.pem")]
        )
        run(
            ["openssl", "req", *key, "-subj", "/CN=registry", "-addext", f"subjectAltName={names}"]
            + ["-keyout", self.path("server.key"), "-out", self.path("server.csr")]
        )
        run(
            ["openssl", "x509", "-req", "-in", self.path("server.csr"), "-CA", self.path("ca.pem")]
            + ["-CAkey", self.path("ca.key"), "-CAcreateserial", "-copy_extensions", "copy", "-days", "2"]
            + ["-out", self.path("server.pem")]
        )

    def loopback_up(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            name = struct.pack("16sh", b"lo", 0x1 | 0x40)  # IFF_UP | IFF_RUNNING
            fcntl.ioctl(control, 0x8914, name)  # SIOCSIFFLAGS

    def start_registry(self):
        made = run(["htpasswd", "-Bin", USER], input=PASSWORD.encode())
        with open(self.path("htpasswd"), "wb") as file:
            file.write(made.stdout)
        with open(self.path("registry.yml"), "w") as file:
            file.write(
                f"""version: 0.1
storage: {{filesystem: {{rootdirectory: "{self.path("storage")}"}}}}
http:
  addr: "127.0.0.1:443"
  secret: "only for tests"
  tls: {{certificate: "{self.path("server.pem")}", key: "{self.path("server.key")}"}}
auth: {{htpasswd: {{realm: tests, path: "{self.path("htpasswd")}"}}}}
"""
            )
        with open(self.path("registry.log"), "wb") as log:
            self.registry = subprocess.Popen(
                ["docker-registry", "serve", self.path("registry.yml")], stdout=log, stderr=log
            )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", 443)) == 0:
                    return
            time.sleep(0.05)
        raise RuntimeError("the registry did not start: " + open(self.path("registry.log")).read())

    def make_stand_ins(self):
        """Programs that vault looks for on PATH, where Debian has none. They do nothing."""
        os.mkdir(self.path("bin"))
        for name in ("apptainer",):
            with open(self.path(f"bin/{name}"), "w") as file:
                file.write("#!/bin/sh\n")
            os.chmod(self.path(f"bin/{name}"), 0o755)

    def push_image(self):
        """Puts one image where the pages expect images."""
        scripts = os.path.join(os.path.dirname(__file__), "../EndToEndTests/Scripts")
        run(["python3", os.path.join(scripts, "make-image.py"), self.path("image")])
        for name in ("group/app:1.2", "team/app:1"):
            run(
                ["skopeo", "--insecure-policy", "copy", "-q", "--format", "v2s2", "--dest-creds", f"{USER}:{PASSWORD}"]
                + [f"oci:{self.path('image')}:latest", f"docker://registry.example.com/{name}"]
            )

    def fresh_home(self):
        """Empties the home, and puts the files there that the pages name."""
        for name in os.listdir(HOME):
            path = os.path.join(HOME, name)
            shutil.rmtree(path) if os.path.isdir(path) and not os.path.islink(path) else os.unlink(path)
        for name, text in (("token", PASSWORD + "\n"), ("passphrase", PASSPHRASE + "\n")):
            with open(os.path.join(HOME, name), "w") as file:
                file.write(text)
            os.chmod(os.path.join(HOME, name), 0o600)
        self.variables = {
            "HOME": HOME,
            "PATH": f"{self.path('bin')}:{self.programs}:/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "TZ": "UTC",
            "NO_COLOR": "1",
            "SETUP": os.path.join(os.path.dirname(__file__), "setup.sh"),
        }
        self.directory = HOME

    def execute(self, text: str, patience: float = 60) -> list[str]:
        """Runs a command on a terminal of its own, answers what it asks, and returns the lines it showed.

        Variables and the current folder last until the home is emptied.
        """
        state = self.path("state")
        script = f"{text}\nstatus=$?\n{{ env -0; printf 'PWD_AFTER=%s\\0' \"$PWD\"; }} >'{state}'\nexit $status\n"
        pid, terminal = os.forkpty()
        if pid == 0:
            try:
                os.chdir(self.directory)
                os.execve("/bin/bash", ["bash", "-c", script], self.variables)
            finally:
                os._exit(127)
        fcntl.ioctl(terminal, 0x5414, struct.pack("HHHH", 50, 1000, 0, 0))  # TIOCSWINSZ
        shown = self.converse(pid, terminal, patience)
        self.read_state(state)
        # Progress is erased again, as it is on a terminal.
        shown = re.sub(rb"[^\n]*\r(?!\n)(?:\x1b\[K)?", b"", shown.replace(b"\r\n", b"\n"))
        text = shown.decode("utf-8", "replace")
        return text.split("\n")[:-1] if text.endswith("\n") else text.split("\n")

    def converse(self, pid: int, terminal: int, patience: float) -> bytes:
        shown, answered = b"", 0
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            ready, _, _ = select.select([terminal], [], [], 0.2)
            if ready:
                try:
                    piece = os.read(terminal, 65536)
                except OSError:
                    piece = b""
                if not piece:
                    break
                shown += piece
                continue
            tail = shown[answered:]
            for pattern, answer in ANSWERS:
                if pattern.search(tail):
                    os.write(terminal, answer.encode() + b"\n")
                    answered = len(shown)
                    break
        else:
            os.kill(pid, signal.SIGKILL)
            shown += b"\n(the command did not end)\n"
        os.close(terminal)
        os.waitpid(pid, 0)
        return shown

    def read_state(self, path: str):
        if not os.path.exists(path):
            return
        for item in open(path, "rb").read().split(b"\0"):
            name, _, value = item.decode("utf-8", "surrogateescape").partition("=")
            if name == "PWD_AFTER":
                self.directory = value
            elif name and name not in ("_", "SHLVL", "PWD", "OLDPWD"):
                self.variables[name] = value
        os.unlink(path)
