package node

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

const imageLimit = 120e6 // bytes

// What an administrator asks of an image before it may run.
func TestLittleIsAllowed(t *testing.T) {
	install(t, "controller: {shutdownGracePeriodSeconds: 0}")
	id, _ := newestProcess(t, 0)

	t.Run("no root, one capability", func(t *testing.T) {
		status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", id))
		if err != nil {
			t.Fatal(err)
		}
		const bindLowPorts = "0000000000000400" // CAP_NET_BIND_SERVICE alone
		for _, line := range []string{
			"Uid:\t101\t101\t101\t101", "Gid:\t101\t101\t101\t101", "NoNewPrivs:\t1", "Seccomp:\t2",
			"CapEff:\t" + bindLowPorts, "CapPrm:\t" + bindLowPorts, "CapBnd:\t" + bindLowPorts,
		} {
			if err := contains(string(status), line+"\n"); err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("read-only root file system", func(t *testing.T) {
		_, err := node.TryKubectl("-n", namespace, "exec", controller, "--", "touch", "/new")
		if err == nil || !strings.Contains(err.Error(), "Read-only file system") {
			t.Errorf("wanted a file system that cannot be written to, got: %v", err)
		}
	})
	t.Run("names itself for an SBOM", func(t *testing.T) {
		program, err := os.ReadFile(fmt.Sprintf("/proc/%d/exe", id))
		if err != nil {
			t.Fatal(err)
		}
		if note := []byte(`"name":"breakwater","version":"0.0.0-test"`); !bytes.Contains(program, note) {
			t.Errorf("the program has no note %s", note)
		}
	})
	t.Run("size", func(t *testing.T) {
		// What is unpacked, not the layers: a base older than the archive has in two of them what was updated since.
		output, err := exec.Command("du", "--summarize", "--one-file-system", "--bytes", fmt.Sprintf("/proc/%d/root/", id)).Output()
		if err != nil {
			t.Fatal(err)
		}
		var size int
		if _, err := fmt.Sscan(string(output), &size); err != nil {
			t.Fatal(err)
		}
		if t.Logf("%.1f MB", float64(size)/1e6); size >= imageLimit {
			t.Errorf("the image has %d bytes, %.0f is the limit", size, imageLimit)
		}
	})
}
