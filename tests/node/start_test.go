package node

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

const (
	manyIngresses = 1000
	readyWithin   = time.Second
)

// From the start of the process to a table with all of it.
func TestReadySoonWithManyIngresses(t *testing.T) {
	install(t, "controller: {shutdownGracePeriodSeconds: 0}")
	ns := newNamespace(t)
	web(t, ns, 1)
	ns.CreateAll("/apis/networking.k8s.io/v1", "ingresses", manyIngresses, func(i int) string {
		return fmt.Sprintf(`{"metadata": {"name": "shop-%d"}, "spec": {"ingressClassName": "nginx", "rules": [{"host": %q, "http":
  {"paths": [{"path": "/", "pathType": "Prefix", "backend": {"service": {"name": "web", "port": {"number": 80}}}}]}}]}}`,
			i, ns.Host(fmt.Sprintf("shop-%d", i)))
	})

	before := newestProcess(t, 0)
	kubectl(t, "rollout", "restart", controller)
	id := newestProcess(t, before)
	harness.Eventually(t, showsSoon, func() error { return readyInside(id) })
	if took := age(t, id); took > readyWithin {
		t.Errorf("ready %v after its start, %v is the limit", took, readyWithin)
	} else {
		t.Logf("ready %v after its start", took)
	}

	kubectl(t, "rollout", "status", controller, "--timeout=60s")
	answers(t, ns.Host(fmt.Sprintf("shop-%d", manyIngresses-1)), httpPort, "pod web-", "http://%s/")
}

// newestProcess waits for a process of Breakwater that is newer than another one, and returns its id.
func newestProcess(t *testing.T, than int) int {
	t.Helper()
	newest := than
	harness.Eventually(t, showsSoon, func() error {
		names, _ := filepath.Glob("/proc/[0-9]*/comm")
		for _, name := range names {
			id, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
			if comm, _ := os.ReadFile(name); string(comm) == "breakwater\n" && id > newest {
				newest = id
			}
		}
		if newest == than {
			return fmt.Errorf("no new process of Breakwater")
		}
		return nil
	})
	return newest
}

// readyInside asks for /readyz in the pod of a process. For Eventually.
func readyInside(id int) error {
	output, err := exec.Command("nsenter", "--target", strconv.Itoa(id), "--net",
		"curl", "-sS", "--fail", "--max-time", "1", "http://127.0.0.1:10254/readyz").CombinedOutput()
	if err != nil {
		return fmt.Errorf("/readyz: %w: %s", err, output)
	}
	return nil
}

// age says how long a process has been there.
func age(t *testing.T, id int) time.Duration {
	t.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", id))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	ticks, err := strconv.ParseInt(strings.Fields(rest)[19], 10, 64) // proc_pid_stat(5), field 22; 100 in a second
	if err != nil {
		t.Fatal(err)
	}
	uptime, err := os.ReadFile("/proc/uptime")
	if err != nil {
		t.Fatal(err)
	}
	now, err := strconv.ParseFloat(strings.Fields(string(uptime))[0], 64)
	if err != nil {
		t.Fatal(err)
	}
	return time.Duration(now*float64(time.Second)) - time.Duration(ticks)*10*time.Millisecond
}
