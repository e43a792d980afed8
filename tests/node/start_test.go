package node

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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

	before, _ := newestProcess(t, 0)
	kubectl(t, "rollout", "restart", controller)
	id, began := newestProcess(t, before)
	harness.Eventually(t, showsSoon, func() error { return readyInside(id) })
	if took := time.Since(began).Round(time.Millisecond); took > readyWithin {
		t.Errorf("ready %v after its start, %v is the limit", took, readyWithin)
	} else {
		t.Logf("ready %v after its start", took)
	}

	kubectl(t, "rollout", "status", controller, "--timeout=60s")
	answers(t, ns.Host(fmt.Sprintf("shop-%d", manyIngresses-1)), httpPort, "pod web-", "http://%s/")
}

// newestProcess waits for a process of Breakwater that is newer than another one. Returns its id and when it was not
// there yet, some milliseconds before its start.
func newestProcess(t *testing.T, than int) (id int, before time.Time) {
	t.Helper()
	var looking time.Time
	harness.Eventually(t, showsSoon, func() error {
		before, looking = looking, time.Now()
		for _, found := range processes("breakwater") {
			id = max(id, found)
		}
		if id <= than {
			return fmt.Errorf("no new process of Breakwater")
		}
		return nil
	})
	return id, before
}

// processes are the ids of those that run a program, in every pod.
func processes(program string) []int {
	var ids []int
	names, _ := filepath.Glob("/proc/[0-9]*/comm")
	for _, name := range names {
		if comm, _ := os.ReadFile(name); string(comm) == program+"\n" {
			id, _ := strconv.Atoi(filepath.Base(filepath.Dir(name)))
			ids = append(ids, id)
		}
	}
	return ids
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
