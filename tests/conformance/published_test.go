package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"breakwater.test/cluster/harness"
)

// published is a Breakwater whose manifests change while it runs.
type published struct {
	*harness.Breakwater
	dir string
}

// startPublished starts one on these YAML documents.
func startPublished(t *testing.T, documents ...string) *published {
	t.Helper()
	b := &published{dir: t.TempDir()}
	b.apply(t, documents...)
	b.Breakwater = without.StartBreakwater(t, nil, "--manifests="+b.dir)
	b.WaitReady(t)
	return b
}

// apply puts these YAML documents in the place of all that there were, in one step.
func (b *published) apply(t *testing.T, documents ...string) {
	t.Helper()
	next := harness.WriteFile(t, t.TempDir(), "all.yaml", []byte(strings.Join(documents, "\n---\n")), 0o600)
	if err := os.Rename(next, filepath.Join(b.dir, "all.yaml")); err != nil {
		t.Fatal(err)
	}
}

// ingress returns one that leads the host of this name to the Service of this name.
func ingress(name, backendProtocol string) string {
	return ingressWithLimit(name, backendProtocol, "8m")
}

func ingressWithLimit(name, backendProtocol, bodySize string) string {
	return harness.Ingress(harness.IngressSpec{Name: name, Host: host(name), Service: name, Annotations: map[string]string{
		"backend-protocol": backendProtocol, "proxy-body-size": bodySize}})
}

func host(name string) string { return name + ".test" }
