#!/usr/bin/python3
"""A desktop keyring for tests: mock-keyring.py MODE LOG.

Speaks the Secret Service API on the session bus with two logins in it, and misbehaves as MODE says;
`normal` does not. Appends each call to LOG, after the line `ready`. Debian's Python with python3-dbus
and python3-gi."""
import os
import sys
import time

import dbus
import dbus.lowlevel
import dbus.mainloop.glib
from gi.repository import GLib

mode, log_path = sys.argv[1:3]
ROOT = "/org/freedesktop/secrets"
DEFAULT = ROOT + "/aliases/default"
PREFIX = ROOT + "/collection/login/"
COLLECTION = PREFIX[:-1]
WALLET = "/modules/kwalletd5"
ITEM = "org.freedesktop.Secret.Item"
SECRET_ERROR = "org.freedesktop.Secret.Error."
DBUS_ERROR = "org.freedesktop.DBus.Error."


def log(text):
    with open(log_path, "a") as file:
        file.write(text + "\n")


class Item:
    def __init__(self, server, user, secret, **more):
        self.attributes = {
            "xdg:schema": "io.docker.Credentials", "label": "Docker Credentials",
            "server": server, "username": user, "docker_cli": "1", **more}
        self.attributes = {key: value for key, value in self.attributes.items() if value is not None}
        self.label = "Registry credentials for " + str(server)
        self.secret = secret
        self.time = 1700000000


items = {
    PREFIX + "1": Item("registry.example.com", "alice", b"s3cret"),
    PREFIX + "2": Item("https://other.example.com/v1/", "bob", b"two"),
}
first = items[PREFIX + "1"]
locked = mode in ("locked", "locked-hides", "dismisses", "never-prompts", "unlocks", "unlocks-late",
                  "vanishes-in-prompt", "prompt-wrong-types", "locked-empty", "search-blocks",
                  "wallet-open", "wallet-closed", "no-default-locked")
held_back = set(items) if mode.startswith("held-back") else set()
# What a prompt does once it is asked: gives whether it was dismissed, and what it brings.
pending = {}
counts = {}
if mode == "many":
    for number in range(10000):
        items[PREFIX + f"m{number}"] = Item(f"r{number}.example.com", f"u{number}", b"x%d" % number)
if mode == "huge-secret":
    first.secret = b"x" * (1 << 20)
if mode == "longest-secret":
    first.secret = b"x" * 32768
if mode == "not-utf8":
    first.secret = b"\xff\xfe\x00\x1b[2J"
if mode == "controls":
    first.attributes["username"] = "al\x1b[31mice\x07"
    items[PREFIX + "3"] = Item("evil\x1b[2J\u202e.example.com", "x\ny", b"e")
    items[PREFIX + "4"] = Item(None, "nobody", b"e")
    items[PREFIX + "4"].label = "label\x1b]0;title\x07"
if mode == "nameless":
    items[PREFIX + "3"] = Item(None, "carol", b"3")
    items[PREFIX + "4"] = Item("nouser.example.com", None, b"4")
    items[PREFIX + "5"] = Item("", "dave", b"5")
    items[PREFIX + "3"].label, items[PREFIX + "4"].label, items[PREFIX + "5"].label = "three", "four", "five"
if mode == "no-items":
    items.clear()
if mode == "empty-secret":
    first.secret = b""
if mode == "insecure":
    first.attributes["vault_insecure"] = "1"
if mode == "two-users":
    items[PREFIX + "3"] = Item("registry.example.com", "zed", b"newer")
    items[PREFIX + "3"].time += 10


def string_map(values):
    return dbus.Dictionary(values, signature="ss")


def paths(values):
    return dbus.Array([dbus.ObjectPath(path) for path in values], signature="o")


def secret_struct(value, parameters=b""):
    return dbus.Struct(
        (dbus.ObjectPath(ROOT + "/session/1"), dbus.ByteArray(parameters), dbus.ByteArray(value), "text/plain"),
        signature="oayays")


def properties(item):
    return dbus.Dictionary({
        "Attributes": dbus.String("none", variant_level=1) if mode == "attributes-wrong-type"
        else dbus.Dictionary(item.attributes, signature="ss", variant_level=1),
        "Label": dbus.String(item.label, variant_level=1),
        "Locked": dbus.Boolean(locked or item in [items[path] for path in held_back], variant_level=1),
        "Created": dbus.UInt64(item.time, variant_level=1),
        "Modified": dbus.UInt64(item.time, variant_level=1),
        "Odd": dbus.Struct((1, dbus.Array([], signature="a{sv}")), signature="iaa{sv}", variant_level=1),
    }, signature="sv")


class Failure(Exception):
    def __init__(self, name, text="a mock says no"):
        super().__init__(name)
        self.name, self.text = name, text


class Silence(Exception):
    pass


def vanish():
    os._exit(0)


def count(what):
    counts[what] = counts.get(what, 0) + 1
    return counts[what]


def prompt_for(action):
    path = ROOT + f"/prompt/{len(pending) + 2}"
    pending[path] = action
    return dbus.ObjectPath(path)


def matches(item, wanted):
    return all(item.attributes.get(key) == value for key, value in wanted.items())


def search(wanted):
    # KeePassXC waits for its own window if all it has is locked.
    if mode == "search-silent" or mode == "no-collections" or mode == "search-blocks" and locked:
        raise Silence
    if mode == "search-vanishes":
        vanish()
    if mode == "search-denied":
        raise Failure(DBUS_ERROR + "AccessDenied", "not \x1b[31myou")
    if mode == "search-fails":
        raise Failure("org.example.Odd", "an \x1b[2Jodd\x07 failure" + "!" * 5000)
    if mode == "search-wrong-types":
        return "s", "no items"
    if mode == "search-empty-answer":
        return "", ()
    if mode == "search-slow":
        time.sleep(0.3)
    if mode == "search-ghosts":
        return "aoao", (paths([ROOT + "/nowhere", "/"]), paths([]))
    if mode == "search-anything":  # items that were not asked for
        return "aoao", (paths(items), paths([]))
    found = [path for path, item in items.items() if matches(item, wanted)]
    if mode == "search-twice":
        found *= 2
    if locked:
        return "aoao", (paths([]), paths([] if mode == "locked-hides" else found))
    return "aoao", (paths(found), paths([]))


def get_secret(path):
    global locked
    if mode == "secret-silent":
        raise Silence
    if mode == "secret-vanishes":
        vanish()
    if mode in ("secret-locks", "locks-empty") and count("secret") == 1:
        locked = True
    if mode in ("locked-empty", "locks-empty") and locked:  # as KWallet
        return "(oayays)", secret_struct(b"")
    if mode == "secret-spoiled" or mode == "secret-spoiled-once" and count("secret") == 1:
        return "(oayays)", secret_struct(b"0123456789abcdef", b"iviviviviviviviv")
    if path in held_back:
        raise Failure(SECRET_ERROR + "IsLocked")
    if mode == "first-secret-fails" and path == PREFIX + "1":
        raise Failure(DBUS_ERROR + "Failed", "a mock lost it")
    if mode == "secret-gone":
        raise Failure(SECRET_ERROR + "NoSuchObject")
    if mode == "secret-no-session":
        raise Failure(SECRET_ERROR + "NoSession")
    if mode == "secret-wrong-types":
        return "s", "s3cret"
    if mode == "secret-odd-struct":
        return "(oays)", dbus.Struct((dbus.ObjectPath("/"), dbus.ByteArray(b"s3cret"), "x"), signature="oays")
    if mode == "secret-encrypted":
        return "(oayays)", secret_struct(b"0123456789abcdef", b"iviviviviviviviv")
    if locked:
        raise Failure(SECRET_ERROR + "IsLocked")
    return "(oayays)", secret_struct(items[path].secret)


def create(values, secret, replace):
    if mode == "create-silent":
        raise Silence
    if mode == "create-vanishes":
        vanish()
    if mode == "create-fails":
        raise Failure(DBUS_ERROR + "Failed", "disk full")
    if mode == "create-spoiled-once" and count("create") == 1:
        raise Failure(SECRET_ERROR + "NoSession")
    if mode == "create-locked" or locked:
        raise Failure(SECRET_ERROR + "IsLocked")
    if mode in ("no-default", "no-default-locked", "no-collections"):
        raise Failure(DBUS_ERROR + "UnknownObject")
    if mode == "create-wrong-types":
        return "b", True
    if mode in PROMPTING:
        return "oo", (dbus.ObjectPath("/"), prompt_for(lambda: store(values, secret, replace)))
    return "oo", (store(values, secret, replace)[1], dbus.ObjectPath("/"))


# As KeePassXC: what is stored and removed is so by a question that asks nothing.
PROMPTING = ("create-prompts", "prompts-unanswered", "prompts-dismissed", "refers")


def store(values, secret, replace):
    if mode == "prompts-dismissed":
        return True, dbus.ObjectPath("/")
    attributes = {str(key): str(value) for key, value in values[ITEM + ".Attributes"].items()}
    for path, item in items.items():
        if replace and matches(item, attributes):
            break
    else:
        path, item = PREFIX + f"new{count('item')}", Item("", "", b"")
    kept = bytes(secret[2])
    if mode == "changes-secrets" or mode == "changes-text" and str(secret[3]) == "text/plain":
        kept = kept.replace(b"{USERNAME}", b"")
    if mode == "refers":
        kept = b""
    # On a replace KeePassXC keeps attributes that are not given anew.
    item.attributes = {**(item.attributes if replace else {}), **attributes}
    item.secret, item.label, item.time = kept, str(values[ITEM + ".Label"]), int(time.time())
    items[path] = item
    return mode == "refers", dbus.ObjectPath(path)


def remove(path):
    if mode == "prompts-dismissed":
        return True, dbus.ObjectPath("/")
    del items[path]
    return False, dbus.ObjectPath("/")


def release(path):
    global locked
    if mode == "held-back-dismissed":
        return True, dbus.ObjectPath("/")
    locked = False
    held_back.discard(path)
    return False, dbus.Array([], signature="o")


def answer_prompt(path):
    global locked
    if mode == "vanishes-in-prompt":
        GLib.timeout_add(50, vanish)
        return
    if mode in ("never-prompts", "prompts-unanswered", "held-back-unanswered"):
        return
    signal = dbus.lowlevel.SignalMessage(path, "org.freedesktop.Secret.Prompt", "Completed")
    if mode == "prompt-wrong-types":
        signal.append("yes", signature="s")
    else:
        dismissed, brought = (True, dbus.Array([], signature="o")) if mode == "dismisses" else pending.pop(path)()
        signal.append(dismissed, type(brought)(brought, variant_level=1, **(
            {"signature": "o"} if isinstance(brought, dbus.Array) else {})), signature="bv")
    if mode == "unlocks-late":  # behind a crowd of others' signals
        for _ in range(100):
            crowd = dbus.lowlevel.SignalMessage("/flood", "org.example.Flood", "Drop")
            crowd.set_destination(asker)
            connection.send_message(crowd)
    GLib.timeout_add(6000 if mode == "unlocks-late" else 20, lambda: connection.send_message(signal) and False)


def handle(path, interface, member, arguments):
    if mode == "session-silent" and member == "OpenSession":
        raise Silence
    if member == "OpenSession":
        # As KWallet 5 with a key that begins with a zero byte.
        if mode == "session-fails" or mode == "session-fails-once" and count("session") == 1:
            raise Failure(DBUS_ERROR + "InvalidArgs", "Client public key size is invalid")
        if mode == "no-plain" or arguments[0] != "plain":
            raise Failure(DBUS_ERROR + "NotSupported")
        if mode == "session-wrong-types":
            return "o", dbus.ObjectPath("/")
        return "vo", (dbus.String("", variant_level=1), dbus.ObjectPath(ROOT + "/session/1"))
    if member == "SearchItems":
        return search({str(key): str(value) for key, value in arguments[0].items()})
    if member == "GetAll" and path in items:
        if mode == "item-gone":
            raise Failure(DBUS_ERROR + "UnknownMethod")
        if mode == "item-silent":
            raise Silence
        return "a{sv}", properties(items[path])
    if member == "Get" and path == DEFAULT and mode in ("no-default", "no-default-locked", "no-collections"):
        raise Failure(DBUS_ERROR + "UnknownObject")
    if member == "Get" and path in (ROOT, DEFAULT, COLLECTION):
        return "v", {
            "Collections": lambda: dbus.Array(
                [] if mode == "no-collections" else [dbus.ObjectPath(COLLECTION)], signature="o",
                variant_level=1),
            "Locked": lambda: dbus.Boolean(locked, variant_level=1),
            "Label": lambda: dbus.String("login", variant_level=1),
        }[str(arguments[1])]()
    if member == "isOpen" and path == WALLET and mode.startswith("wallet"):
        return "b", dbus.Boolean(mode == "wallet-open" and arguments[0] == "login")
    if member == "GetSecret" and path in items:
        return get_secret(path)
    if member == "CreateItem":
        return create(*arguments)
    if member == "Delete" and path in items:
        if mode == "delete-fails":
            raise Failure(DBUS_ERROR + "Failed", "not today")
        if mode in PROMPTING:
            return "o", prompt_for(lambda: remove(path))
        remove(path)
        return "o", dbus.ObjectPath("/")
    if member == "Unlock":
        if not locked and arguments[0][0] not in held_back:
            return "aoo", (arguments[0], dbus.ObjectPath("/"))
        return "aoo", (paths([]), prompt_for(lambda: release(str(arguments[0][0]))))
    if member == "Prompt":
        answer_prompt(path)
        return "", ()
    if member == "Dismiss":
        return "", ()
    raise Failure(DBUS_ERROR + "UnknownObject")


def on_message(connection, message):
    if message.get_type() != 1 or message.get_interface() == "org.freedesktop.DBus.Peer":
        return dbus.lowlevel.HANDLER_RESULT_NOT_YET_HANDLED
    global asker
    member = message.get_member()
    asker = message.get_sender()
    log(f"{member} {message.get_path()}")
    if mode == "floods":
        for _ in range(2000):
            flood = dbus.lowlevel.SignalMessage("/flood", "org.example.Flood", "Drop")
            flood.set_destination(message.get_sender())
            flood.append("x" * 200, signature="s")
            connection.send_message(flood)
    try:
        signature, values = handle(message.get_path(), message.get_interface(), member,
                                   message.get_args_list(byte_arrays=True))
    except Silence:
        return dbus.lowlevel.HANDLER_RESULT_HANDLED
    except Failure as failure:
        connection.send_message(dbus.lowlevel.ErrorMessage(message, failure.name, failure.text))
        return dbus.lowlevel.HANDLER_RESULT_HANDLED
    reply = dbus.lowlevel.MethodReturnMessage(message)
    if signature:
        if not isinstance(values, tuple) or isinstance(values, dbus.Struct):
            values = (values,)
        reply.append(*values, signature=signature)
    connection.send_message(reply)
    return dbus.lowlevel.HANDLER_RESULT_HANDLED


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
connection = dbus.SessionBus()
connection.add_message_filter(on_message)
connection.request_name("org.freedesktop.secrets")
log("ready")
GLib.MainLoop().run()
