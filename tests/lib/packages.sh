# The one list of Debian packages (12 and 13), and how they come to be there.
# Sourced, after say.sh.

# To configure and build; CMake asks for the test library whatever is built.
kBuildPackages=(
    ca-certificates ccache clang-19 cmake git libclang-rt-19-dev lld-19 llvm-19 ninja-build pkg-config
    libc-ares-dev libcli11-dev libcpp-httplib-dev libcurl4-openssl-dev libfmt-dev libgmock-dev libgtest-dev
    libnghttp2-dev libpcre2-dev libspdlog-dev libssl-dev liburing-dev libyaml-cpp-dev nlohmann-json3-dev
    prometheus-cpp-dev
)
kTestPackages=(clang-format-19 clang-tidy-19 curl iproute2 openssl python3 util-linux)
kConformancePackages=(chromium-headless-shell nghttp2-client php-cgi testssl.sh) # some 100 MB to fetch, 300 MB on disk
kNodePackages=(buildah conntrack containerd containernetworking-plugins iptables mmdebstrap nftables runc)
kDemoPackages=(curl openssl python3)

# Those of the arguments that are not installed, one a line.
missing_packages() {
    local package
    for package in "$@"; do
        [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || printf '%s\n' "$package"
    done
}

# Runs a command as root: as it is, or through sudo.
as_root() {
    if ((EUID == 0)); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "this needs root or sudo: $*"
    fi
}

# Installs those of the arguments that are missing and says which. Does nothing when none is.
install_packages() {
    command -v dpkg-query >/dev/null || die "this machine is not Debian; install by hand: $*"
    local -a missing
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0

    say "installing: ${missing[*]}"
    local log
    log=$(mktemp)
    if ! { as_root apt-get update -q &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"; } \
        >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        die "could not install: ${missing[*]}"
    fi
    rm -f "$log"
}
