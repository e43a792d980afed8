package harness

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// Namespace is a Kubernetes namespace, one for each test.
type Namespace struct {
	t       *testing.T
	cluster *Cluster
	Name    string
}

// Namespace creates the test's own, named after it.
func (c *Cluster) Namespace(t *testing.T) *Namespace {
	t.Helper()
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(strings.TrimPrefix(t.Name(), "Test")))
	return c.NamespaceNamed(t, strings.Trim(name, "-"))
}

// NamespaceNamed makes one of a name that others have given.
func (c *Cluster) NamespaceNamed(t *testing.T, name string) *Namespace {
	t.Helper()
	c.Apply(t, fmt.Sprintf("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}", name))
	return &Namespace{t: t, cluster: c, Name: name}
}

// Host returns a host name that no other test uses.
func (n *Namespace) Host(label string) string { return label + "." + n.Name + ".test" }

// Only is the flag by which Breakwater reads this namespace alone: what other tests have left does not keep it busy.
func (n *Namespace) Only() string { return "--watch-namespace=" + n.Name }

// Apply applies YAML documents in this namespace.
func (n *Namespace) Apply(documents ...string) {
	n.t.Helper()
	n.cluster.kubectl(n.t, strings.Join(documents, "\n---\n"), "-n", n.Name, "apply", "-f", "-")
}

// Delete deletes one object of this namespace.
func (n *Namespace) Delete(kind, name string) {
	n.t.Helper()
	n.cluster.kubectl(n.t, "", "-n", n.Name, "delete", kind, name)
}

// Apply applies YAML documents that name their namespace or have none.
func (c *Cluster) Apply(t *testing.T, documents ...string) {
	t.Helper()
	c.kubectl(t, strings.Join(documents, "\n---\n"), "apply", "-f", "-")
}

// Delete deletes an object that lives in no namespace.
func (c *Cluster) Delete(t *testing.T, kind, name string) {
	t.Helper()
	c.kubectl(t, "", "delete", kind, name)
}

// Kubectl runs it as the administrator in this namespace and returns what it prints.
func (n *Namespace) Kubectl(arguments ...string) string {
	n.t.Helper()
	return n.cluster.kubectl(n.t, "", append([]string{"-n", n.Name}, arguments...)...)
}

// Kubectl runs it as the administrator in the namespace of Breakwater's own.
func (c *Cluster) Kubectl(t *testing.T, arguments ...string) string {
	t.Helper()
	return c.kubectl(t, "", append([]string{"-n", AccountNamespace}, arguments...)...)
}

func (c *Cluster) kubectl(t *testing.T, input string, arguments ...string) string {
	t.Helper()
	output, err := c.tryKubectl(input, arguments...)
	if err != nil {
		t.Fatal(err)
	}
	return output
}

func (c *Cluster) tryKubectl(input string, arguments ...string) (string, error) {
	all := append([]string{"--kubeconfig=" + c.path("admin.conf"), "--cache-dir=" + c.path("kubectl-cache")}, arguments...)
	cmd := exec.Command(filepath.Join(c.bin, "kubectl"), all...)
	cmd.Stdin = strings.NewReader(input)
	output, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("kubectl %s: %w: %s", strings.Join(arguments, " "), err, output)
	}
	return strings.TrimSpace(string(output)), nil
}

// Patch sends a merge patch as the administrator: for what a test does too often for kubectl.
// group: "/api/v1" or "/apis/GROUP/VERSION"; kind: in the plural.
func (n *Namespace) Patch(group, kind, name, patch string) {
	n.t.Helper()
	url := fmt.Sprintf("%s%s/namespaces/%s/%s/%s", apiURL, group, n.Name, kind, name)
	request, err := http.NewRequest(http.MethodPatch, url, bytes.NewReader([]byte(patch)))
	if err != nil {
		n.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/merge-patch+json")
	response, err := n.cluster.client.Do(request)
	if err != nil {
		n.t.Fatal(err)
	}
	defer response.Body.Close()
	if body, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusOK {
		n.t.Fatalf("patch %s: %s: %s", url, response.Status, body)
	}
}

// CreateAll creates objects as the administrator, many at a time: for what a test makes too much of for kubectl.
// group and kind as for Patch; objects are JSON.
func (n *Namespace) CreateAll(group, kind string, count int, object func(index int) string) {
	n.t.Helper()
	url := fmt.Sprintf("%s%s/namespaces/%s/%s", apiURL, group, n.Name, kind)
	var next atomic.Int64
	failed := make(chan error, createAtOnce)
	for range createAtOnce {
		go func() {
			for i := int(next.Add(1)) - 1; i < count; i = int(next.Add(1)) - 1 {
				if err := n.cluster.post(url, object(i)); err != nil {
					failed <- err
					return
				}
			}
			failed <- nil
		}()
	}
	for range createAtOnce {
		if err := <-failed; err != nil {
			n.t.Fatal(err)
		}
	}
}

const createAtOnce = 16

func (c *Cluster) post(url, object string) error {
	response, err := c.client.Post(url, "application/json", strings.NewReader(object))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if body, _ := io.ReadAll(response.Body); response.StatusCode != http.StatusCreated {
		return fmt.Errorf("post %s: %s: %s", url, response.Status, body)
	}
	return nil
}
