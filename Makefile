# What a developer types. `make demo` and `make test` install what is missing by themselves.
SHELL := /bin/bash

# The C++ library that Swift's runtime needs is linked in too: to load it takes a third of the time
# that docker-credential-vault needs to start. Linkers prefer a shared library to a static one of the
# same name in the same folder, hence a folder that has the static one alone.
STATIC := .build/static
RELEASE := -c release --static-swift-stdlib --disable-local-rpath \
	-Xlinker -z -Xlinker now -Xlinker -s \
	-Xlinker -L$(STATIC) -Xswiftc -Xclang-linker -Xswiftc -static-libgcc

.NOTPARALLEL:
.PHONY: build portable check-binary man install uninstall artefacts release reproducible \
	release-check unit test check-long sanitize fuzz lint demo bench setup clean

# The release binaries: .build/release/vault and .build/release/docker-credential-vault
build: $(STATIC)/libstdc++.a
	swift build $(RELEASE) --product vault
	swift build $(RELEASE) --product docker-credential-vault

$(STATIC)/libstdc++.a:
	mkdir -p $(STATIC)
	ln -sf "$$(clang -print-file-name=libstdc++.a)" $@

# The same programs, linked again so that they start on any Linux that is not older than RHEL 8.
SYSROOT := .build-sysroot
PORTABLE := .build-portable
portable: build
	bash packaging/sysroot.sh $(SYSROOT)
	bash packaging/link.sh .build/release $(SYSROOT) $(PORTABLE)

# How they were compiled and linked. glibc 2.27: RHEL 8 has glibc 2.28, SLES 15 has 2.31.
check-binary: portable
	bash packaging/check-objects.sh .build/release
	for program in $(PORTABLE)/{,static/}{regvault,docker-credential-vault}; do \
		bash Tests/check-binary.sh $$program 2.27 || exit 1; done

# Manual pages, from the commands' own help.
man: build
	python3 packaging/manual.py .build/release/vault .build-man

# What was built, with manual pages, completions and documents, below PREFIX. For a user alone:
# make install PREFIX=~/.local. The program is called regvault, and vault is a link to it; another program
# called vault in that folder, such as HashiCorp's, stays.
PREFIX ?= /usr/local
STAGE := .build-stage
install:
	bash packaging/stage.sh .build/release/vault .build/release/docker-credential-vault $(STAGE)/tree
	cp packaging/tarball/install.sh $(STAGE)/
	sh $(STAGE)/install.sh "$(DESTDIR)$(PREFIX)"

# Removes what `make install` installed, and says which data of yours stays.
uninstall:
	sh packaging/tarball/uninstall.sh "$(DESTDIR)$(PREFIX)"

# Everything that is released, unsigned, in dist/.
artefacts: portable
	bash packaging/release.sh dist

# The same, checked and signed with MINISIGN_KEY, the file of a secret key of minisign.
release:
	@[ -r "$(MINISIGN_KEY)" ] || { echo "make release signs: name a secret key of minisign, as in" \
		"'make release MINISIGN_KEY=FILE'; 'make artefacts' makes the same without a signature" >&2; exit 64; }
	$(MAKE) check-binary
	MINISIGN_KEY="$(MINISIGN_KEY)" bash packaging/release.sh dist

# Whether two builds in two folders give the same bytes. Takes ten minutes.
reproducible:
	bash packaging/reproducible.sh

# Installs and uses what is in dist/, in chroots of other Debian releases. Needs root.
release-check:
	bash packaging/checks/run.sh dist

# The end-to-end tests run the release binary, hence the build.
test: setup build lint
	bash Tests/run.sh

# Everything but the end-to-end tests; needs no release build.
unit:
	bash Tests/run.sh --skip EndToEndTests

# All cases of the sweeps and mutations, the sanitizers, and ten minutes of fuzzing for each target.
check-long: setup build lint
	VAULT_FULL_SWEEP=1 bash Tests/run.sh
	$(MAKE) sanitize
	$(MAKE) fuzz FUZZ_SECONDS=600

# The unit tests under AddressSanitizer and UndefinedBehaviorSanitizer, each in a build folder of its own.
sanitize:
	swift test --sanitize=address --scratch-path .build-address --skip EndToEndTests
	swift test --sanitize=undefined --scratch-path .build-undefined --skip EndToEndTests

# Every fuzz target, starting from its corpus.
FUZZ_SECONDS ?= 60
fuzz:
	bash Tests/Fuzz/run.sh $(FUZZ_SECONDS)

lint:
	swift format lint --strict -r Sources Tests Package.swift

# A registry, a login, an image there and back, on this machine alone.
demo:
	bash Tests/demo.sh

# Times whole commands, side by side.
bench: build
	bash Tests/Benchmarks/run.sh
	bash Tests/Benchmarks/helpers.sh
	bash Tests/Benchmarks/check.sh
	bash Tests/Benchmarks/keyring.sh
	bash Tests/Benchmarks/migrate.sh
	bash Tests/Benchmarks/exec.sh

# Installs what building and testing need, from Debian's packages.
setup:
	bash Tests/setup.sh

clean:
	swift package clean
