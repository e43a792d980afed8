// Package ending tests that a run of the node's tests takes everything along when it ends before its time: processes,
// namespaces and with them mounts at once, its directory and cgroups with the next run.
package ending

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

const (
	asNode     = "BREAKWATER_TEST_AS_NODE" // set: this process is the run that is ended
	nodeStands = "the node stands in "
	gone       = 20 * time.Second
)

func TestMain(m *testing.M) {
	if os.Getenv(asNode) == "" {
		os.Exit(m.Run())
	}
	os.Exit(harness.IsolatedNode(func(dir string) int {
		if _, err := harness.StartNode(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		fmt.Println(nodeStands + dir)
		select {}
	}))
}

func TestEnding(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGKILL} {
		t.Run(signal.String(), func(t *testing.T) {
			var complaints strings.Builder
			run, dir := start(t, &complaints)
			run.Process.Signal(signal)
			run.Wait()
			if complaints.Len() > 0 {
				t.Error(complaints.String())
			}
			harness.Eventually(t, gone, func() error { return nobodyKnows(dir) })
			if signal == syscall.SIGKILL {
				if err := harness.SweepNodes(); err != nil {
					t.Fatal(err)
				}
			}
			for _, pattern := range []string{dir, "/sys/fs/cgroup/" + filepath.Base(dir), "/sys/fs/cgroup/*/" + filepath.Base(dir)} {
				if left, _ := filepath.Glob(pattern); len(left) > 0 {
					t.Errorf("left: %v", left)
				}
			}
		})
	}
}

// start starts a run and waits until its node stands; dir is its directory.
func start(t *testing.T, complaints io.Writer) (run *exec.Cmd, dir string) {
	t.Helper()
	run = exec.Command("/proc/self/exe")
	run.Env = append(os.Environ(), asNode+"=1")
	run.Stderr = complaints
	output, err := run.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { run.Process.Kill() })
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if dir, found := strings.CutPrefix(lines.Text(), nodeStands); found {
			if err := nobodyKnows(dir); err == nil {
				t.Fatal("nothing of a node that stands was found, so this test would find nothing that is left")
			}
			return run, dir
		}
	}
	t.Fatal("the node does not stand: ", complaints)
	return nil, ""
}

// nobodyKnows says whether a directory is in no process's arguments, working directory or mounts.
func nobodyKnows(dir string) error {
	processes, _ := filepath.Glob("/proc/[0-9]*")
	for _, process := range processes {
		for _, file := range []string{"cmdline", "mountinfo"} {
			content, _ := os.ReadFile(filepath.Join(process, file))
			if strings.Contains(string(content), dir) {
				return errors.New(process + "/" + file + " names " + dir)
			}
		}
		if place, _ := os.Readlink(filepath.Join(process, "cwd")); strings.HasPrefix(place, dir) {
			return errors.New(process + " is in " + place)
		}
	}
	return nil
}
