// Package node tests what users run: the image, installed with the Helm chart on a real node, and their story with it.
//
// Needs the binaries of tests/cluster/build, the images of ./images, and root. BREAKWATER_TEST_KEEP=1 keeps logs and
// keys of the run.
package node

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"breakwater.test/cluster/harness"
)

// One node serves all tests, one after the other.
var node *harness.Node

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(harness.IsolatedNode(func(dir string) int {
		var err error
		if node, err = harness.StartNode(dir); err != nil {
			fmt.Fprintln(os.Stderr, "cannot start the node:", err)
			return 1
		}
		return m.Run()
	}))
}
