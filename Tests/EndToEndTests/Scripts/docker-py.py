"""What docker-py (the Python library `docker`) does with a credential helper; prints each step."""
import os, pty, sys

from docker.credentials import Store
from docker.credentials.errors import CredentialsNotFound

store = Store("vault")
key, user, secret = "https://registry.example.com:5000/v1/", "bénédicte", "s3crét\n\"quoted\" \\ /+="
# As podman takes it too: without a scheme.
listed = "registry.example.com:5000"
assert (store.list() or {}) == {}, "something is listed"
store.store(server=key, username=user, secret=secret)
assert store.get(key) == {"ServerURL": key, "Username": user, "Secret": secret}, store.get(key)
print("stored and got")
for server in (key, b"https://registry.example.com:5000/v1/"):
    assert store.get(server)["Secret"] == secret
print("got by text and by bytes")
assert store.list() == {listed: user}, store.list()
print("listed")
# With a terminal as standard input, which nobody types at: list must not wait for it.
_, terminal = pty.openpty()
os.dup2(terminal, 0)
assert store.list() == {listed: user}
print("listed on a terminal")
os.close(0)
assert store.list() == {listed: user}
print("listed without standard input")
os.open("/dev/null", os.O_RDONLY)
store.store(server=key, username="second", secret="other")
assert store.list() == {listed: "second"}, "a second user stands beside the first"
assert store.get(key)["Secret"] == "other"
print("one user for a server")
store.erase(key)
store.erase(key)
try:
    store.get(key)
    sys.exit("it is still there")
except CredentialsNotFound:
    print("erased, and not found")
