package harness

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Process is a started program whose output goes to a file.
type Process struct {
	name    string
	cmd     *exec.Cmd
	logPath string
	ended   chan struct{} // closed when it has been waited for
}

// startProcess starts argv with env added to the environment; what it prints is appended to DIR/NAME.log.
func startProcess(dir, name string, env []string, argv ...string) (*Process, error) {
	logPath := filepath.Join(dir, name+".log")
	log, err := os.OpenFile(logPath, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	defer log.Close()

	cmd := exec.Command(argv[0], argv[1:]...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", name, err)
	}
	process := &Process{name: name, cmd: cmd, logPath: logPath, ended: make(chan struct{})}
	go func() {
		cmd.Wait()
		close(process.ended)
	}()
	return process, nil
}

// Alive says whether the process has not ended yet.
func (p *Process) Alive() bool {
	select {
	case <-p.ended:
		return false
	default:
		return true
	}
}

// Kill ends it by SIGKILL and waits until it is gone.
func (p *Process) Kill() {
	p.cmd.Process.Kill()
	<-p.ended
}

// Stop ends it by SIGTERM. An error says that it had already ended, took longer than limit (it is killed then), or
// ended with a code other than 0.
func (p *Process) Stop(limit time.Duration) error {
	if !p.Alive() {
		return fmt.Errorf("%s ended by itself: %v", p.name, p.cmd.ProcessState)
	}
	p.cmd.Process.Signal(syscall.SIGTERM)
	return p.wait(limit)
}

// wait waits for its end. An error says that it took longer than limit (it is killed then), or that its code is not 0.
func (p *Process) wait(limit time.Duration) error {
	select {
	case <-p.ended:
	case <-time.After(limit):
		p.Kill()
		return fmt.Errorf("%s did not end within %v", p.name, limit)
	}
	if !p.cmd.ProcessState.Success() {
		return fmt.Errorf("%s: %v", p.name, p.cmd.ProcessState)
	}
	return nil
}

// Lines returns what it has printed so far.
func (p *Process) Lines() []string {
	text, err := os.ReadFile(p.logPath)
	if err != nil {
		return []string{err.Error()}
	}
	return strings.Split(strings.TrimRight(string(text), "\n"), "\n")
}

// LinesWith returns the lines that contain every one of the words, in whatever case.
func (p *Process) LinesWith(words ...string) []string {
	var found []string
	for _, line := range p.Lines() {
		if containsAll(strings.ToLower(line), words) {
			found = append(found, line)
		}
	}
	return found
}

func containsAll(line string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(line, strings.ToLower(word)) {
			return false
		}
	}
	return true
}

// Tail returns its last lines, at most count.
func (p *Process) Tail(count int) string {
	lines := p.Lines()
	return strings.Join(lines[max(0, len(lines)-count):], "\n")
}

// Pid is for reading what the kernel says of it.
func (p *Process) Pid() int { return p.cmd.Process.Pid }
