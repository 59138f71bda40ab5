#!/usr/bin/env python3
"""Makes an OCI image layout of one layer: make-image.py FOLDER. Its one file, /hello, prints "hello"."""
import gzip, hashlib, io, json, os, struct, sys, tarfile

folder = sys.argv[1]
blobs = os.path.join(folder, "blobs", "sha256")
os.makedirs(blobs)


def blob(media_type, content):
    digest = hashlib.sha256(content).hexdigest()
    with open(os.path.join(blobs, digest), "wb") as file:
        file.write(content)
    return {"mediaType": media_type, "digest": "sha256:" + digest, "size": len(content)}


def program(text):
    """An x86-64 program for Linux that writes a text and ends, in 120 bytes of head and its code."""
    code = b"\xb8\x01\x00\x00\x00\xbf\x01\x00\x00\x00"  # mov eax, write; mov edi, stdout
    code += b"\x48\x8d\x35\x10\x00\x00\x00"  # lea rsi, [rip + 16]: the text behind the code
    code += b"\xba" + struct.pack("<I", len(text)) + b"\x0f\x05"  # mov edx, length; syscall
    code += b"\xb8\x3c\x00\x00\x00\x31\xff\x0f\x05"  # mov eax, exit; xor edi, edi; syscall
    body = code + text
    base, start = 0x400000, 120
    head = b"\x7fELF\x02\x01\x01" + bytes(9)
    head += struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, base + start, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    size = start + len(body)
    head += struct.pack("<IIQQQQQQ", 1, 5, 0, base, base, size, size, 0x1000)
    return head + body


layer = io.BytesIO()
with tarfile.open(fileobj=layer, mode="w") as tar:
    content = program(b"hello\n")
    entry = tarfile.TarInfo("hello")
    entry.size, entry.mode = len(content), 0o755
    tar.addfile(entry, io.BytesIO(content))
plain = layer.getvalue()
kind = "application/vnd.oci.image."
packed = blob(kind + "layer.v1.tar+gzip", gzip.compress(plain, mtime=0))
config = {
    "architecture": "amd64",
    "os": "linux",
    "config": {"Cmd": ["/hello"]},
    "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(plain).hexdigest()]},
}
manifest = {
    "schemaVersion": 2,
    "mediaType": kind + "manifest.v1+json",
    "config": blob(kind + "config.v1+json", json.dumps(config).encode()),
    "layers": [packed],
}
made = blob(kind + "manifest.v1+json", json.dumps(manifest).encode())
made["annotations"] = {"org.opencontainers.image.ref.name": "latest"}
with open(os.path.join(folder, "index.json"), "w") as file:
    json.dump({"schemaVersion": 2, "manifests": [made]}, file)
with open(os.path.join(folder, "oci-layout"), "w") as file:
    json.dump({"imageLayoutVersion": "1.0.0"}, file)
