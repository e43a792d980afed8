# Whether this machine can run a node of a cluster. Sourced.

# Prints why it cannot, in one line; nothing if it can.
node_obstacle() {
    ((EUID == 0)) || { printf 'that needs root: kubelet and containerd make cgroups and mounts\n' && return; }
    local tree probe
    for tree in $(awk '$3 ~ /^cgroup/ { print $2 }' /proc/self/mounts); do
        probe=$tree/breakwater-probe-$$
        if mkdir "$probe" 2>/dev/null; then rmdir "$probe"; else printf '%s cannot be written to\n' "$tree" && return; fi
    done
    [[ ${tree-} ]] || { printf 'no cgroups are mounted\n' && return; }
    probe=$(mktemp -d)
    mkdir "$probe"/{lower,upper,work,all}
    unshare --mount --pid --net --fork mount -t overlay overlay \
        -o "lowerdir=$probe/lower,upperdir=$probe/upper,workdir=$probe/work" "$probe/all" 2>/dev/null ||
        printf 'there are no namespaces of its own, or no overlayfs in them\n'
    rm -rf "$probe"
}
