// Package cluster tests Breakwater against a real kube-apiserver and etcd, with kubectl as the client.
//
// Needs the binaries that ./build makes, and root or user namespaces. BREAKWATER_BINARY names what is tested
// (build/dev/breakwater otherwise); BREAKWATER_TEST_KEEP=1 keeps logs and keys of the run.
package cluster

import (
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

// One control plane serves all tests, each in a Kubernetes namespace of its own. One after the other run those that take
// it down, that need the only Lease, or that measure; then, side by side, the rest.
var cluster *harness.Cluster

// How long a change may take to show in answers, counted from kubectl's return.
const showsWithin = time.Second

// How long Breakwater may take to be back after a failure of the API server: its backoff has a ceiling.
const recoversWithin = 30 * time.Second

func TestMain(m *testing.M) {
	flag.Parse()
	flag.Set("test.parallel", "4") // for the most part they wait
	os.Exit(harness.Isolated(func(dir string) int {
		var err error
		if cluster, err = harness.StartCluster(dir); err != nil {
			fmt.Fprintln(os.Stderr, "cannot start the control plane:", err)
			return 1
		}
		return m.Run()
	}))
}
