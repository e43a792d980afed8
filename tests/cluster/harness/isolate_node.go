package harness

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

const (
	cgroupTree = "/sys/fs/cgroup"

	emptyWithin = 10 * time.Second // after the last process was told to end
)

// IsolatedNode is Isolated for a node. Containers have cgroups besides, which no namespace takes along: they are below
// one of this run's own, and removed when it is over. What a run left that was killed, the next one removes. In the end
// it looks for what it might have left after all, and fails if it finds something.
func IsolatedNode(run func(dir string) int) int {
	if os.Getenv(insideVariable) != "" {
		return Isolated(run)
	}
	code, err := runNode()
	if err != nil {
		fmt.Fprintln(os.Stderr, "the node's tests:", err)
		return 1
	}
	return code
}

func runNode() (int, error) {
	if os.Geteuid() != 0 {
		return 1, errors.New("a node needs root: kubelet and containerd make cgroups and mounts")
	}
	if err := SweepNodes(); err != nil {
		return 1, err
	}
	dir, err := os.MkdirTemp("", nodePrefix+strconv.Itoa(os.Getpid())+"-")
	if err != nil {
		return 1, err
	}
	before := machineNow()
	if err := makeCgroups(cgroupOf(dir)); err != nil {
		os.RemoveAll(dir)
		return 1, fmt.Errorf("a node needs cgroups that can be written to: %w", err)
	}
	var ours namespaces
	code, err := runInside(dir, func(pid int) { ours = namespacesOf(pid) })
	return code, errors.Join(err, removeCgroups(cgroupOf(dir)), before.same(), ours.gone())
}

// Directories of runs, and their cgroups, are named after the process that made them.
const nodePrefix = "breakwater-node-"

func cgroupOf(dir string) string { return "/" + filepath.Base(dir) }

// SweepNodes removes what runs left that were killed and had no time to: a directory and cgroups.
func SweepNodes() error {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), nodePrefix+"*"))
	for _, hierarchy := range hierarchies() {
		cgroups, _ := filepath.Glob(filepath.Join(hierarchy, nodePrefix+"*"))
		dirs = append(dirs, cgroups...)
	}
	for _, dir := range dirs {
		if madeByTheLiving(dir) {
			continue
		}
		var err error
		if strings.HasPrefix(dir, cgroupTree) {
			err = removeCgroup(dir)
		} else if os.Getenv("BREAKWATER_TEST_KEEP") == "" {
			err = os.RemoveAll(dir)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func madeByTheLiving(dir string) bool {
	pid, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(dir), nodePrefix), "-")
	_, err := os.Stat("/proc/" + pid)
	return err == nil
}

// hierarchies are where cgroups can be made: the one of version 2, those of version 1, or both.
func hierarchies() []string {
	mounts, err := os.Open("/proc/self/mounts")
	if err != nil {
		return nil
	}
	defer mounts.Close()
	var found []string
	for lines := bufio.NewScanner(mounts); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if strings.HasPrefix(fields[2], "cgroup") && strings.HasPrefix(fields[1], cgroupTree) {
			found = append(found, fields[1])
		}
	}
	return found
}

func makeCgroups(name string) error {
	found := hierarchies()
	if len(found) == 0 {
		return fmt.Errorf("nothing is mounted in %s", cgroupTree)
	}
	for _, hierarchy := range found {
		if err := os.Mkdir(filepath.Join(hierarchy, name), 0o755); err != nil {
			return err
		}
	}
	return nil
}

func removeCgroups(name string) error {
	var failed []error
	for _, hierarchy := range hierarchies() {
		failed = append(failed, removeCgroup(filepath.Join(hierarchy, name)))
	}
	return errors.Join(failed...)
}

// removeCgroup removes one with those below it: the innermost first, for only an empty one can go. Processes that have
// just ended may still be in it.
func removeCgroup(top string) error {
	return poll(emptyWithin, func() error {
		var all []string
		err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.IsDir() {
				all = append(all, path)
			}
			return err
		})
		for i := len(all) - 1; i >= 0 && err == nil; i-- {
			err = os.Remove(all[i])
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}

// machine is what of the machine a node could have changed from inside its namespaces.
type machine struct {
	places   string
	settings string
}

func machineNow() machine {
	var m machine
	for _, place := range []string{
		"/opt/containerd", "/run/containerd", "/run/netns", "/run/xtables.lock", "/run/runc", "/var/lib/cni",
		"/var/lib/containerd/io.containerd.metadata.v1.bolt", "/var/lib/kubelet", "/var/log/containers", "/var/log/pods",
		"/usr/libexec/kubernetes", cgroupTree + "/kubepods", cgroupTree + "/memory/kubepods", cgroupTree + "/memory/k8s.io",
	} {
		if _, err := os.Lstat(place); err == nil {
			m.places += " " + place
		}
	}
	for _, setting := range []string{
		"kernel/keys/root_maxbytes", "kernel/keys/root_maxkeys", "kernel/panic", "kernel/panic_on_oops",
		"net/ipv4/ip_forward", "vm/overcommit_memory", "vm/panic_on_oom",
	} {
		value, _ := os.ReadFile("/proc/sys/" + setting)
		m.settings += " " + setting + "=" + strings.TrimSpace(string(value))
	}
	return m
}

func (m machine) same() error {
	if now := machineNow(); now != m {
		return fmt.Errorf("the run changed the machine: before%s%s, now%s%s", m.places, m.settings, now.places, now.settings)
	}
	return nil
}

// namespaces are those of a process, as /proc names them.
type namespaces []string

func namespacesOf(pid int) namespaces {
	var found namespaces
	for _, kind := range []string{"pid", "net", "mnt"} {
		if name, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/%s", pid, kind)); err == nil {
			found = append(found, name)
		}
	}
	return found
}

// gone says whether no process is left in any of them; with the last process they end, and what is mounted or
// connected there ends with them.
func (n namespaces) gone() error {
	return poll(emptyWithin, func() error {
		links, _ := filepath.Glob("/proc/[0-9]*/ns/*")
		for _, link := range links {
			name, err := os.Readlink(link)
			if err != nil {
				continue // ended meanwhile
			}
			for _, ours := range n {
				if name == ours {
					return fmt.Errorf("a process is left in a namespace of this run: %s is %s", link, ours)
				}
			}
		}
		return nil
	})
}
