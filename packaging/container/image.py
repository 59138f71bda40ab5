#!/usr/bin/env python3
"""image.py TREE VERSION OUTPUT: makes OUTPUT, an OCI image archive, of the static programs in TREE/bin. It has nothing
else in it. SOURCE_DATE_EPOCH is the time of all that is in it."""
import gzip
import hashlib
import io
import json
import os
import sys
import tarfile
import time

EPOCH = int(os.environ["SOURCE_DATE_EPOCH"])
CREATED = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(EPOCH))


def archive(entries):
    """A tar file of (name, mode, bytes, link target or folder) in this order, owned by root."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, mode, data, link in entries:
            info = tarfile.TarInfo(name)
            info.mode, info.mtime = mode, EPOCH
            if data is None:
                info.type = tarfile.SYMTYPE if link else tarfile.DIRTYPE
                info.linkname = link or ""
            else:
                info.size = len(data)
            tar.addfile(info, io.BytesIO(data or b""))
    return out.getvalue()


def main():
    tree, version, output = sys.argv[1:]
    programs = {name: open(os.path.join(tree, "bin", name), "rb").read() for name in
                ("docker-credential-vault", "regvault")}
    layer = archive([("bin", 0o755, None, None),
                     *((f"bin/{name}", 0o755, data, None) for name, data in programs.items()),
                     ("bin/vault", 0o777, None, "regvault"),
                     ("tmp", 0o1777, None, None)])
    compressed = gzip.compress(layer, 9, mtime=0)
    blobs = {}

    def blob(kind, data):
        digest = hashlib.sha256(data).hexdigest()
        blobs[digest] = data
        return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": f"sha256:{digest}", "size": len(data)}

    def encoded(value):
        return json.dumps(value, sort_keys=True).encode()

    labels = {"org.opencontainers.image.title": "vault", "org.opencontainers.image.version": version,
              "org.opencontainers.image.licenses": "Apache-2.0",
              "org.opencontainers.image.description": "Keep the credentials of container registries sealed"}
    config = blob("config.v1+json", encoded({
        "architecture": "amd64", "os": "linux", "created": CREATED,
        "config": {"Entrypoint": ["/bin/vault"], "Cmd": ["--help"], "Env": ["PATH=/bin"], "Labels": labels},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]},
        "history": [{"created": CREATED, "created_by": "packaging/container/image.py"}]}))
    manifest = blob("manifest.v1+json", encoded({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "config": config,
        "layers": [blob("layer.v1.tar+gzip", compressed)]}))
    manifest["annotations"] = {"org.opencontainers.image.ref.name": f"vault:{version}"}
    index = encoded({"schemaVersion": 2, "manifests": [manifest]})
    files = [("blobs", 0o755, None, None), ("blobs/sha256", 0o755, None, None),
             *((f"blobs/sha256/{digest}", 0o644, data, None) for digest, data in sorted(blobs.items())),
             ("index.json", 0o644, index, None), ("oci-layout", 0o644, b'{"imageLayoutVersion": "1.0.0"}', None)]
    with open(output, "wb") as out:
        out.write(archive(files))


main()
