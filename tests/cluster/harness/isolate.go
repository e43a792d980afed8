// Package harness gives the control-plane tests a real etcd and kube-apiserver, Breakwater, and backends, all inside
// namespaces of their own.
package harness

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"syscall"
)

// Set for the process inside, to the directory of this run.
const insideVariable = "BREAKWATER_TEST_RUN"

// Isolated runs run in a child with its own network, process and mount namespaces and returns its exit code. run gets
// a directory that is removed afterwards, unless BREAKWATER_TEST_KEEP is set.
//
// The child is process 1 of its namespace: when it ends, in whatever way, the kernel ends all that it started and the
// network goes with them. So there is nothing to clean up after a failed test, a panic or a Ctrl-C.
func Isolated(run func(dir string) int) int {
	if dir := os.Getenv(insideVariable); dir != "" {
		if err := prepareNamespaces(); err != nil {
			fmt.Fprintln(os.Stderr, "cannot prepare the namespaces of the tests:", err)
			return 1
		}
		return run(dir)
	}
	dir, err := os.MkdirTemp("", "breakwater-cluster-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	code, err := runInside(dir, func(int) {})
	if err != nil {
		fmt.Fprintln(os.Stderr, "cannot start the tests in namespaces of their own:", err)
		return 1
	}
	return code
}

// Removes the directory of the run in the end. started is told the process inside, once it runs.
func runInside(dir string, started func(pid int)) (int, error) {
	if os.Getenv("BREAKWATER_TEST_KEEP") == "" {
		defer os.RemoveAll(dir)
	} else {
		fmt.Fprintln(os.Stderr, "keeping", dir)
	}

	runtime.LockOSThread() // Pdeathsig follows the thread that forks
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Env = append(os.Environ(), insideVariable+"="+dir)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWPID | syscall.CLONE_NEWNS,
		Pdeathsig:  syscall.SIGKILL,
	}
	if os.Geteuid() != 0 {
		becomeRootInside(cmd.SysProcAttr)
	}

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	if err := cmd.Start(); err != nil {
		return 1, err
	}
	started(cmd.Process.Pid)
	go func() {
		<-signals
		cmd.Process.Kill()
	}()
	if err := cmd.Wait(); err != nil {
		if _, ended := err.(*exec.ExitError); !ended {
			return 1, err
		}
	}
	if code := cmd.ProcessState.ExitCode(); code >= 0 {
		return code, nil
	}
	return 1, nil // by a signal
}

func becomeRootInside(attributes *syscall.SysProcAttr) {
	attributes.Cloneflags |= syscall.CLONE_NEWUSER
	attributes.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
	attributes.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
}

func prepareNamespaces() error {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("make mounts private: %w", err)
	}
	const flags = syscall.MS_NOSUID | syscall.MS_NODEV | syscall.MS_NOEXEC
	if err := syscall.Mount("proc", "/proc", "proc", flags, ""); err != nil {
		return fmt.Errorf("mount /proc: %w", err) // sanitizers look for themselves there
	}
	if err := command("ip", "link", "set", "lo", "up"); err != nil {
		return err
	}
	return command("ip", "address", "add", apiAddress+"/24", "dev", "lo") // on lo this makes the whole network ours
}

func command(name string, arguments ...string) error {
	if output, err := exec.Command(name, arguments...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %v: %w: %s", name, arguments, err, output)
	}
	return nil
}
