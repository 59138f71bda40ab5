#!/usr/bin/env python3
"""Has a client log in to every scenario, and says what came of it.

usage: run.py CLIENT [SCENARIO…]     CLIENT: vault, skopeo, docker or apptainer

One line each, fields separated by tabs: scenario, status that vault should end with, status, seconds,
peak of memory in KiB, who learned the password and must not (or "-"), group, what the client said.
The programs come from PATH; vault opens by VAULT_KEY_FILE. Ends with 0 whatever the clients did.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import scenarios  # noqa: E402
import servers  # noqa: E402

PATIENCE = 12
PATH = os.environ["PATH"]


class Client:
    """A client's command line and environment for one login."""

    def __init__(self, name, folder):
        self.name, self.folder = name, folder

    def prepare(self):
        pass

    def command(self, scenario, home):
        raise NotImplementedError

    def environment(self, scenario, home):
        variables = {"PATH": PATH, "HOME": home, "LANG": "C.UTF-8"}
        variables["SSL_CERT_FILE"] = f"{self.folder}/ca.crt"
        if scenario.proxy:
            variables["HTTPS_PROXY"] = variables["https_proxy"] = scenario.proxy.url
            variables["NO_PROXY"] = scenario.no_proxy
        return variables

    def stored(self, home):
        """What there is of a login afterwards, to be compared with before."""
        return None


class Vault(Client):
    def prepare(self):
        self.template = f"{self.folder}/template"
        os.mkdir(self.template)
        subprocess.run(["vault", "init", "-q", "--key-file", f"{self.folder}/vault.key"], check=True,
                       env={"PATH": PATH, "HOME": self.template})

    def command(self, scenario, home):
        shutil.copytree(f"{self.template}/.local/share", f"{home}/.local/share")
        words = ["vault", "registry", "login", "-v", "--key-file", f"{self.folder}/vault.key"]
        words += ["--username", scenario.username or servers.USER, "--password-stdin"]
        return words + ["--timeout", "2"] + [scenario.host]

    def stored(self, home):
        with open(f"{home}/.local/share/vault/vault.sealed", "rb") as vault:
            return vault.read()


class Skopeo(Client):
    def command(self, scenario, home):
        words = ["skopeo", "login", "--authfile", f"{home}/auth.json", "--username", servers.USER]
        if not scenario.registry.context and not scenario.proxied:
            words.append("--tls-verify=false")
        return words + ["--password-stdin", scenario.host]


class Docker(Client):
    def environment(self, scenario, home):
        # Without an engine docker logs in by itself.
        return super().environment(scenario, home) | {"DOCKER_HOST": "tcp://127.0.0.1:1"}

    def command(self, scenario, home):
        words = ["docker", "--config", home, "login", "--username", servers.USER]
        return words + ["--password-stdin", scenario.host]


class Apptainer(Client):
    def prepare(self):
        scripts = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../EndToEndTests/Scripts")
        made = subprocess.run(["sh", f"{scripts}/apptainer-root.sh"], capture_output=True, text=True)
        if made.returncode:
            sys.exit(made.stdout.splitlines()[-1])
        self.runner = [f"{scripts}/apptainer-run.sh", made.stdout.splitlines()[-1]]

    def command(self, scenario, home):
        shutil.copy(f"{self.folder}/ca.crt", home)
        script = ("export HOME=/mnt PATH=/usr/bin:/bin SSL_CERT_FILE=/mnt/ca.crt; cd /mnt; "
                  f'exec timeout {PATIENCE} apptainer registry login --username {servers.USER} '
                  '--password-stdin "docker://$1"')
        return ["sh"] + self.runner[:1] + self.runner[1:] + [home, script, "bash", scenario.host]


def run(client, name, make):
    scenario = make()
    with tempfile.TemporaryDirectory() as home, tempfile.TemporaryFile() as words:
        command = client.command(scenario, home)
        before = client.stored(home)
        start = time.monotonic()
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=words, stderr=words,
                                   env=client.environment(scenario, home), start_new_session=True)
        process.stdin.write(servers.PASSWORD.encode())
        process.stdin.close()
        hung = False
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - start > PATIENCE:
                hung = True
                os.killpg(process.pid, 9)
                _, status, usage = os.wait4(process.pid, 0)
                break
            time.sleep(0.005)
        process.returncode = 0
        seconds = time.monotonic() - start
        code = "hung" if hung else os.waitstatus_to_exitcode(status)
        if code == 124 and client.name == "apptainer":
            code = "hung"
        leaks = scenario.leaks()
        if code != 0 and client.stored(home) != before:
            leaks.append("stored")
        if not scenario.was_reached() and scenario.group != "tls":
            leaks.append("nobody was asked")
        words.seek(0)
        said = words.read()
        if any(form.encode() in said for form in servers.FORMS):
            leaks.append("said")
        if client.name == "vault" and not any(w.encode() in said for w in scenario.says.split("|")):
            leaks.append("failed for another reason")
        scenario.close()
    text = said.decode("utf-8", "replace").strip().replace("\n", "\\n").replace("\t", " ")
    shown = "".join(c if c.isprintable() else f"<{ord(c):x}>" for c in text)
    return "\t".join([name, str(scenario.status), str(code), f"{seconds:.2f}", str(usage.ru_maxrss),
                      ",".join(leaks) or "-", scenario.group, shown[:600]])


def main():
    kinds = {"vault": Vault, "skopeo": Skopeo, "docker": Docker, "apptainer": Apptainer}
    with tempfile.TemporaryDirectory() as folder:
        servers.make_certificates(folder)
        client = kinds[sys.argv[1]](sys.argv[1], folder)
        client.prepare()
        chosen = [item for item in scenarios.all_scenarios(folder)
                  if not sys.argv[2:] or item[0] in sys.argv[2:]]
        with ThreadPoolExecutor(4) as pool:
            for line in pool.map(lambda item: run(client, *item), chosen):
                print(line, flush=True)


main()
