# What every script of this project shares: the way it speaks, and where it keeps what is slow to make.
# Sourced, never run. Wants `set -euo pipefail` in the caller.

say() { printf '%s\n' "$*" >&2; }

die() {
    say "error: $*"
    exit 1
}

# Kept between runs and between checkouts: built test binaries, Go's caches. Safe to delete, slow to refill.
test_cache() {
    printf '%s\n' "${BREAKWATER_TEST_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/breakwater-tests}"
}

# @1 seconds: as people say it
duration() {
    if (($1 < 60)); then printf '%d s' "$1"; else printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); fi
}
