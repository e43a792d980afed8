# Where this machine gets Debian's packages from, for roots and images made here. Sourced.

# How this machine's apt fetches, as lines of an apt.conf.
apt_settings() {
    apt-config dump --format '%f "%v";%n' Acquire |
        grep -E '^Acquire::(https?|Check|ForceIPv|Max|Retries|Allow)' | grep -v ' "";$' || true
}

# @1 a suite: one-line sources for it, by the addresses of the Debian archive that this machine uses for its own.
archive_sources() {
    local uri label
    apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(LABEL)' 'Created-By: Packages' | sort -u |
        while read -r uri label; do
            case $label in
            'Debian Debian') printf 'deb %s %s main\n' "$uri" "$1" "$uri" "$1-updates" ;;
            'Debian Debian-Security') printf 'deb %s %s-security main\n' "$uri" "$1" ;;
            esac
        done
}
