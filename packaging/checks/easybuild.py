#!/usr/bin/env python3
"""easybuild.py RECIPE TREE VERSION: the recipe is Python that EasyBuild reads, names this version, and its checks hold
for the tree of the tarball."""
import sys
from pathlib import Path

recipe, tree, version = sys.argv[1:]
values = {"SYSTEM": {"name": "system", "version": "system"}}
exec(compile(Path(recipe).read_text(), recipe, "exec"), values)
for name in "easyblock", "name", "version", "homepage", "description", "toolchain", "sources", "sanity_check_paths":
    assert values.get(name), f"{recipe} has no {name}"
assert values["version"] == version and Path(recipe).name == f"regvault-{version}.eb", "another version"
for file in values["sanity_check_paths"]["files"]:
    assert (Path(tree) / file).is_file(), f"{file} is not in the tarball"
for folder in values["sanity_check_paths"]["dirs"]:
    assert (Path(tree) / folder).is_dir(), f"{folder} is not in the tarball"
