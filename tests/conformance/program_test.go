package conformance

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
)

// run runs a program to its end and returns what it printed to stdout; stderr is the failure's text.
func run(t *testing.T, name string, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, arguments...)
	var said bytes.Buffer
	command.Stderr = &said
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(arguments, " "), err, output, said.Bytes())
	}
	return string(output)
}
