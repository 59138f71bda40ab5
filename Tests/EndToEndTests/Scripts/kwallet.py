#!/usr/bin/python3
"""Becomes a KDE wallet that is the desktop keyring: kwallet.py FOLDER PROGRAM [ARGUMENT…].

PROGRAM is kwalletd5 or ksecretd, perhaps in a chroot. It is opened as PAM does when the user logs in to the desktop,
and its windows go nowhere. The wallet `kdewallet` is made in a first run, because it becomes a collection only at
the next start. FOLDER/log has what the program says."""
import ctypes
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time

folder, command = sys.argv[1], sys.argv[2:]
DATA = folder + "/data/kwalletd"
WALLET = DATA + "/kdewallet.kwl"
SALT = DATA + "/kdewallet.salt"
SOCKET = folder + "/login-socket"
KEPT = ("PATH", "LANG", "DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")
# What the desktop's session hands over; also all that the program has in its environment.
variables = {name: os.environ[name] for name in KEPT if name in os.environ}
variables.update(
    HOME=folder, XDG_CONFIG_HOME=folder + "/config", XDG_DATA_HOME=folder + "/data",
    XDG_CACHE_HOME=folder + "/cache", QT_QPA_PLATFORM="offscreen")
if "KWALLET_DISPLAY" in os.environ:  # for a person, or a program that types
    variables.update(QT_QPA_PLATFORM="xcb", DISPLAY=os.environ["KWALLET_DISPLAY"])


def configure():
    for path in (DATA, folder + "/config", folder + "/cache"):
        os.makedirs(path, exist_ok=True)
    with open(folder + "/config/kwalletrc", "w") as file:
        file.write(
            "[Wallet]\nEnabled=true\nFirst Use=false\nUse One Wallet=true\nDefault Wallet=kdewallet\n"
            "Prompt on Open=false\nClose When Idle=false\n"
            "[org.freedesktop.secrets]\napiEnabled=true\n[KSecretD]\nEnabled=true\n")
    with open(SALT, "wb") as file:
        file.write(os.urandom(56))


def hand_over(variables):
    """In a child, because the program takes them once it runs in this process."""
    if os.fork() == 0:
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(SOCKET)
            for name, value in variables.items():
                caller.send(f"{name}={value}\n".encode())
        os._exit(0)


def prepare():
    """The descriptors by which pam_kwallet gives the key and the environment."""
    with open(SALT, "rb") as file:
        key = hashlib.pbkdf2_hmac("sha512", b"pw", file.read(), 50000, 56)
    reading, writing = os.pipe()
    os.write(writing, key)
    os.close(writing)
    if os.path.exists(SOCKET):
        os.unlink(SOCKET)
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(SOCKET)
    listening.listen(1)
    hand_over(variables)
    for descriptor in (reading, listening.fileno()):
        os.set_inheritable(descriptor, True)
    return reading, listening


def words(reading, listening):
    return command + ["--pam-login", str(reading), str(listening.fileno())]


def die_with_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


log = os.open(folder + "/log", os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
environment = dict(variables, PAM_KWALLET5_LOGIN="1", PAM_KWALLET_LOGIN="1")
configure()
reading, listening = prepare()
first = subprocess.Popen(
    words(reading, listening), close_fds=False, env=environment, stdout=log, stderr=log,
    preexec_fn=die_with_parent)
deadline = time.monotonic() + 20
size = (-1, 0)
while (size[0] <= 0 or size[0] != size[1]) and time.monotonic() < deadline:  # written, and wholly
    time.sleep(0.3)
    made = os.path.exists(WALLET)
    size = (os.path.getsize(WALLET) if made else -1, size[0])
first.terminate()
first.wait()
os.close(reading)
listening.close()
reading, listening = prepare()
os.dup2(log, 1)
os.dup2(log, 2)
os.execvpe(command[0], words(reading, listening), environment)
