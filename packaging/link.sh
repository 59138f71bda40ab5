#!/usr/bin/env bash
# link.sh OBJECTS SYSROOT OUTPUT: links the release programs again, from the objects of `make build` in the
# folder OBJECTS, so that they start on any Linux that is not older than RHEL 8:
#   OUTPUT/regvault, OUTPUT/docker-credential-vault              with the C library of SYSROOT
#   OUTPUT/static/regvault, OUTPUT/static/docker-credential-vault  with no shared library at all
set -euo pipefail
objects=${1:?usage: $0 OBJECTS SYSROOT OUTPUT} sysroot=$(realpath "${2:?}") output=${3:?}
here=$(dirname "$0")
gcc=$(dirname "$(clang -print-libgcc-file-name --rtlib=libgcc)")
mkdir -p "$output/static"
clang -c -O2 -fPIC -Wall -Wextra -Werror -fno-builtin "$here/portable.c" -o "$output/portable.o"

# link OUTPUT PRODUCT MODULE FLAG…
link() {
  local program=$1 product=$2 module=$3
  shift 3
  # SwiftPM lists the objects, and gives each program's main the name of its module.
  swiftc -emit-executable -o "$program" "@$objects/$product.product/Objects.LinkFileList" \
    -module-name "${product//-/_}" -Xlinker --defsym -Xlinker "main=${module}_main" \
    -Xlinker --gc-sections -Xlinker -s -Xlinker -z -Xlinker now \
    -L"$sysroot/static" -Xclang-linker -static-libgcc "$@" 2>"$output/log" || {
    cat "$output/log" >&2
    return 1
  }
  # Hashes of the compiler's command line, and so of this folder's name; nothing reads them at run time.
  # With LLVM's tool, because GNU objcopy loses RELRO.
  llvm-objcopy --remove-section .swift_modhash --remove-section .note.gnu.build-id "$program"
}

portable() {
  link "$@" -static-stdlib "$output/portable.o" \
    -Xclang-linker --sysroot="$sysroot" -Xclang-linker --gcc-toolchain=/usr \
    -Xclang-linker -B"$gcc" -Xclang-linker -L"$gcc" -lpthread -ldl
}
# With lld, because gold cannot make a position-independent program without shared libraries.
static() { link "$@" -static-executable -use-ld=lld -Xclang-linker -static-pie; }

portable "$output/regvault" vault VaultCLI
portable "$output/docker-credential-vault" docker-credential-vault CredentialHelper
static "$output/static/regvault" vault VaultCLI
static "$output/static/docker-credential-vault" docker-credential-vault CredentialHelper
