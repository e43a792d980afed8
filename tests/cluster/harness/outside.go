package harness

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

const (
	outsideGateway = "10.96.78.1"
	// OutsideAddress is what clients have.
	OutsideAddress = "10.96.78.2"
)

// Outside is a machine that is no part of the cluster: a network namespace of its own with a cable to the node. Clients
// are there.
//
// A thread belongs to a network namespace, and so does what it starts: one thread stays outside, and what has to begin
// there (a connection, a program) is begun by it.
type Outside struct {
	work chan func()
}

func newOutside() (*Outside, error) {
	o := &Outside{work: make(chan func())}
	thread := make(chan int)
	failed := make(chan error)
	go func() {
		runtime.LockOSThread() // never unlocked: no other goroutine may run in that namespace
		if err := syscall.Unshare(syscall.CLONE_NEWNET); err != nil {
			failed <- err
			return
		}
		thread <- syscall.Gettid()
		for f := range o.work {
			f()
		}
	}()
	select {
	case err := <-failed:
		return nil, fmt.Errorf("make a network namespace: %w", err)
	case id := <-thread:
		return o, o.plugIn(fmt.Sprintf("/proc/%d/task/%d/ns/net", os.Getpid(), id))
	}
}

// namespace: a path to it.
func (o *Outside) plugIn(namespace string) error {
	for _, argv := range [][]string{
		{"ip", "link", "add", "inside", "type", "veth", "peer", "name", "outside"},
		{"ip", "link", "set", "outside", "netns", namespace},
		{"ip", "address", "add", outsideGateway + "/24", "dev", "inside"},
		{"ip", "link", "set", "inside", "up"},
	} {
		if err := command(argv[0], argv[1:]...); err != nil {
			return err
		}
	}
	for _, argv := range [][]string{
		{"ip", "link", "set", "lo", "up"},
		{"ip", "address", "add", OutsideAddress + "/24", "dev", "outside"},
		{"ip", "link", "set", "outside", "up"},
		{"ip", "route", "add", "default", "via", outsideGateway},
	} {
		if _, err := o.Run(argv[0], argv[1:]...); err != nil {
			return err
		}
	}
	return nil
}

func (o *Outside) do(f func()) {
	done := make(chan struct{})
	o.work <- func() {
		defer close(done)
		f()
	}
	<-done
}

// Run runs a program there and returns what it prints.
func (o *Outside) Run(name string, arguments ...string) (string, error) {
	cmd := exec.Command(name, arguments...)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	var err error
	o.do(func() { err = cmd.Start() })
	if err == nil {
		err = cmd.Wait()
	}
	if err != nil {
		return "", fmt.Errorf("%s %v: %w: %s", name, arguments, err, output.String())
	}
	return output.String(), nil
}

// Dial connects from there.
func (o *Outside) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	var connection net.Conn
	var err error
	o.do(func() { connection, err = new(net.Dialer).DialContext(ctx, network, address) })
	return connection, err
}
