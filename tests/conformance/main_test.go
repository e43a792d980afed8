// Package conformance tests Breakwater against others' readings of the protocols: their test suites, clients and
// servers.
//
// Needs root or user namespaces. BREAKWATER_BINARY names what is tested (build/dev/breakwater otherwise).
package conformance

import (
	"os"
	"path/filepath"
	"testing"

	"breakwater.test/cluster/harness"
)

var without *harness.Cluster

func TestMain(m *testing.M) {
	os.Exit(harness.Isolated(func(dir string) int {
		without = harness.WithoutCluster(dir)
		return m.Run()
	}))
}

// startBreakwater starts one on these manifests.
func startBreakwater(t *testing.T, manifests string) *harness.Breakwater {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "all.yaml"), []byte(manifests), 0o600); err != nil {
		t.Fatal(err)
	}
	b := without.StartBreakwater(t, nil, "--manifests="+dir)
	b.WaitReady(t)
	return b
}
