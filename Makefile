# What a developer types. `make demo` and `make test` install what is missing by themselves.

# The C++ library that Swift's runtime needs is linked in too: to load it takes a third of the time
# that docker-credential-vault needs to start. Linkers prefer a shared library to a static one of the
# same name in the same folder, hence a folder that has the static one alone.
STATIC := .build/static
RELEASE := -c release --static-swift-stdlib --disable-local-rpath \
	-Xlinker -z -Xlinker now -Xlinker -s \
	-Xlinker -L$(STATIC) -Xswiftc -Xclang-linker -Xswiftc -static-libgcc

.NOTPARALLEL:
.PHONY: build man install unit test check-long sanitize fuzz lint demo bench setup clean

# The release binaries: .build/release/vault and .build/release/docker-credential-vault
build: $(STATIC)/libstdc++.a
	swift build $(RELEASE) --product vault
	swift build $(RELEASE) --product docker-credential-vault

$(STATIC)/libstdc++.a:
	mkdir -p $(STATIC)
	ln -sf "$$(clang -print-file-name=libstdc++.a)" $@

# Manual pages, from the commands' own help; in a folder of its own, as it builds them in another way.
MAN := .build-man/plugins/GenerateManual/outputs/VaultCLI
man:
	swift package --scratch-path .build-man --allow-writing-to-package-directory \
		generate-manual --multi-page

# What was built, the manual pages if they were made, and completions. For a user alone:
# make install PREFIX=~/.local
PREFIX ?= /usr/local
SHARE = $(DESTDIR)$(PREFIX)/share
install:
	install -D -m 755 -t $(DESTDIR)$(PREFIX)/bin \
		.build/release/vault .build/release/docker-credential-vault
	install -d $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions \
		$(SHARE)/fish/vendor_completions.d
	.build/release/vault --generate-completion-script bash >$(SHARE)/bash-completion/completions/vault
	.build/release/vault --generate-completion-script zsh >$(SHARE)/zsh/site-functions/_vault
	.build/release/vault --generate-completion-script fish >$(SHARE)/fish/vendor_completions.d/vault.fish
	if [ -d $(MAN) ]; then install -D -m 644 -t $(SHARE)/man/man1 $(MAN)/*.1; fi

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
