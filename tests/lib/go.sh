# A Go toolchain that is new enough for the control-plane tests. Sourced, after say.sh and packages.sh.

kGoWanted=1.25
kGoPinned=1.25.3

# Puts a Go of at least kGoWanted first in PATH and points its caches into the test cache. Where the machine's Go is
# older or missing, Debian's fetches a pinned one as a module, which is checked by its sum like any other.
use_go() {
    local cache
    cache=$(test_cache)
    export GOTOOLCHAIN=local GOCACHE=$cache/go-build GOMODCACHE=$cache/mod
    mkdir -p "$GOCACHE" "$GOMODCACHE"
    if ! go_is_new_enough; then
        fetch_go
        PATH=$(pinned_go)/bin:$PATH
        go_is_new_enough || die "the Go toolchain in $(pinned_go) does not work"
    fi
}

go_is_new_enough() {
    local have
    have=$(go env GOVERSION 2>/dev/null) || return 1
    printf '%s\n' "$kGoWanted" "${have#go}" | sort --check=quiet --version-sort
}

go_machine() {
    case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    *) die "no pinned Go toolchain for $(uname -m); install Go $kGoWanted or newer" ;;
    esac
}

pinned_go() { printf '%s\n' "$GOMODCACHE/golang.org/toolchain@v0.0.1-go$kGoPinned.linux-$(go_machine)"; }

fetch_go() {
    local dir
    dir=$(pinned_go)
    [[ ! -x $dir/bin/go ]] || return 0
    command -v go >/dev/null || install_packages golang-go

    say "fetching the Go toolchain $kGoPinned"
    local module
    module=$(mktemp -d)
    (cd "$module" && go mod init fetch.test &&
        GOFLAGS=-mod=mod go mod download "golang.org/toolchain@v0.0.1-go$kGoPinned.linux-$(go_machine)") \
        >"$module/log" 2>&1 || {
        cat "$module/log" >&2
        rm -rf "$module"
        die "could not fetch the Go toolchain $kGoPinned"
    }
    rm -rf "$module"
    chmod -R u+w "$dir"
    chmod +x "$dir"/pkg/tool/*/* "$dir"/bin/gofmt "$dir"/bin/go # a module carries no run bits; go last, it is the mark
}
