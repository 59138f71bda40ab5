#!/usr/bin/env python3
"""sbom.py VERSION SYSROOT CHECKOUTS: prints what the release programs contain as CycloneDX 1.6, without serial number
and time, so that the same contents give the same bytes. SYSROOT is the folder that sysroot.sh made, CHECKOUTS the one
with the sources of the Swift packages."""
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

VERSION, SYSROOT, CHECKOUTS = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])


def sources_hash(folder):
    """SHA-256 of the list that `sha256sum` prints for all files of a package, in the order of their paths."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts)
    lines = "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files)
    return hashlib.sha256(lines.encode()).hexdigest()


def component(name, version, licence, scope, purl=None, sha256=None):
    out = {"type": "library", "bom-ref": f"{name}@{version}", "name": name, "version": version,
           "licenses": [{"expression": licence}],
           "properties": [{"name": "vault:contained-in", "value": scope}]}
    if purl:
        out["purl"] = purl
    if sha256:
        out["hashes"] = [{"alg": "SHA-256", "content": sha256}]
    return out


def debian_package(name):
    """Name, version and SHA-256 of a package that sysroot.sh fetched."""
    file, = (SYSROOT / "packages").glob(f"{name}_*.deb")
    return file.name.split("_")[1].replace("%3a", ":"), hashlib.sha256(file.read_bytes()).hexdigest()


def installed(package):
    return subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], check=True, capture_output=True,
                          text=True).stdout


def swift_version():
    text = subprocess.run(["swiftc", "--version"], check=True, capture_output=True, text=True).stdout
    return re.search(r"Swift version (\S+)", text).group(1)


def components():
    every, static = "all programs", "statically linked programs"
    for name, licence in ("libsodium", "ISC"), ("libyaml", "MIT"):
        version, sha256 = debian_package(f"{name}-dev")
        scope = every if name == "libsodium" else "regvault"
        yield component(name, version, licence, scope, f"pkg:deb/debian/{name}-dev@{version}?arch=amd64", sha256)
    manifest = Path(__file__).resolve().parent.parent / "Package.swift"
    for url, version in re.findall(r'\.package\(url: "([^"]+)", exact: "([^"]+)"', manifest.read_text()):
        owner, name = url.rstrip("/").removesuffix(".git").split("/")[-2:]
        yield component(name, version, "Apache-2.0", "regvault", f"pkg:swift/github.com/{owner}/{name}@{version}",
                        sources_hash(CHECKOUTS / name))
    swift = swift_version()
    yield component("swift-runtime", swift, "Apache-2.0 WITH Swift-exception", every)
    gcc = subprocess.run(["clang", "-print-file-name=libstdc++.a"], check=True, capture_output=True, text=True).stdout
    major = Path(gcc.strip()).parent.name
    for name in f"libstdc++-{major}-dev", f"libgcc-{major}-dev":
        version = installed(name)
        yield component(name, version, "GPL-3.0-or-later WITH GCC-exception-3.1", every,
                        f"pkg:deb/debian/{name.replace('+', '%2B')}@{version}?arch=amd64")
    version = installed("libc6-dev")
    yield component("glibc", version, "LGPL-2.1-or-later", static, f"pkg:deb/debian/libc6-dev@{version}?arch=amd64")


def main():
    parts = sorted(components(), key=lambda part: part["bom-ref"])
    root = {"type": "application", "bom-ref": f"vault-registry@{VERSION}", "name": "vault-registry",
            "version": VERSION, "licenses": [{"expression": "Apache-2.0"}]}
    bom = {"$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "bomFormat": "CycloneDX",
           "specVersion": "1.6", "version": 1, "metadata": {"component": root}, "components": parts,
           "dependencies": [{"ref": root["bom-ref"], "dependsOn": [part["bom-ref"] for part in parts]},
                            *({"ref": part["bom-ref"]} for part in parts)]}
    print(json.dumps(bom, indent=2))


main()
