package node

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"breakwater.test/cluster/harness"
)

const readme = "../../README.md"

// The lines of the README's quick start do what it says, as they are written there.
func TestQuickStart(t *testing.T) {
	if err := node.TagImage("breakwater:test", chartImage(t)); err != nil {
		t.Fatal(err)
	}
	t.Run("In a cluster", func(t *testing.T) {
		leaveNothing(t, "breakwater")
		hello(t)
		balance(t, "breakwater", "breakwater-controller")

		printed := quickStart(t, "In a cluster")
		// describe, logs, curl
		if err := contains(printed, "hello.example.com", " info started ", "pod hello-"); err != nil {
			t.Error(err)
		}
	})
	t.Run("From ingress-nginx", func(t *testing.T) {
		leaveNothing(t, "breakwater", "ingress-nginx")
		// What it leaves in a cluster that matters here: its release with its values, and its class.
		if _, err := node.TryHelm("install", "ingress-nginx", "testdata/ingress-nginx", "--namespace", "ingress-nginx",
			"--create-namespace", "--values", "testdata/ingress-nginx-values.yaml"); err != nil {
			t.Fatal(err)
		}
		hello(t).Kubectl("create", "ingress", "hello", "--class=nginx", "--rule=hello.example.com/*=hello:80",
			"--annotation=nginx.ingress.kubernetes.io/server-snippet=return 200;")

		printed := quickStart(t, "From ingress-nginx")
		if err := contains(printed, "the class breakwater", "No meaning here", "controller.addHeaders",
			"Ingress default/hello", "server-snippet"); err != nil {
			t.Error(err)
		}
	})
}

// quickStart runs the lines of a section of the README in a place that looks like a clone, and returns what they print.
func quickStart(t *testing.T, section string) string {
	t.Helper()
	text, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	script := commandsOf(string(text), section)
	if script == "" {
		t.Fatalf("%s has no commands under %q", readme, section)
	}
	clone := t.TempDir()
	charts, err := filepath.Abs("../../charts")
	if err == nil {
		err = os.Symlink(charts, filepath.Join(clone, "charts"))
	}
	if err != nil {
		t.Fatal(err)
	}
	printed, err := node.Shell(clone, script)
	if err != nil {
		t.Fatal(err)
	}
	return printed
}

// commandsOf returns the indented lines below a heading of the third level.
func commandsOf(page, heading string) string {
	_, rest, _ := strings.Cut(page, "\n### "+heading+"\n")
	section, _, _ := strings.Cut(rest, "\n##")
	var commands strings.Builder
	for line := range strings.Lines(section) {
		if command, found := strings.CutPrefix(line, "    "); found {
			commands.WriteString(command)
		}
	}
	return commands.String()
}

// chartImage is the image that the chart installs if it is not told otherwise.
func chartImage(t *testing.T) string {
	t.Helper()
	rendered, err := node.TryHelm("template", release, chart, "--show-only", "templates/controller-deployment.yaml")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(rendered, " image: ")
	image, _, _ := strings.Cut(rest, "\n")
	return strings.Trim(image, `"`)
}

// hello runs the Service that the README's reader has.
func hello(t *testing.T) *harness.Namespace {
	t.Helper()
	ns := node.NamespaceNamed(t, "default")
	ns.Kubectl("create", "deployment", "hello", "--image=localhost/backend:test")
	ns.Kubectl("expose", "deployment", "hello", "--port=80", "--target-port=8080")
	t.Cleanup(func() { ns.Kubectl("delete", "deployment,service,ingress", "hello", "--ignore-not-found") })
	ns.Kubectl("rollout", "status", "deployment/hello", "--timeout=60s")
	return ns
}

// balance gives the load balancer of a Service its address when the Deployment of its name is there, with all its pods:
// a cloud takes its time, too.
func balance(t *testing.T, namespace, name string) {
	t.Helper()
	status := fmt.Sprintf(`{"status": {"loadBalancer": {"ingress": [{"ip": %q}]}}}`, harness.NodeAddress)
	given := make(chan error, 1)
	go func() {
		for _, command := range [][]string{
			{"wait", "--for=create", "deployment/" + name, "--timeout=" + helmLimit},
			{"rollout", "status", "deployment/" + name, "--timeout=" + helmLimit},
			{"patch", "service", name, "--subresource=status", "--type=merge", "--patch=" + status},
		} {
			if _, err := node.TryKubectl(append([]string{"-n", namespace}, command...)...); err != nil {
				given <- err
				return
			}
		}
		given <- nil
	}()
	t.Cleanup(func() {
		if err := <-given; err != nil {
			t.Error("the load balancer:", err)
		}
	})
}

// leaveNothing takes away the releases of these namespaces, which have their names, in the end.
func leaveNothing(t *testing.T, namespaces ...string) {
	t.Helper()
	t.Cleanup(func() {
		for _, name := range namespaces {
			node.TryHelm("uninstall", name, "-n", name, "--wait", "--timeout", helmLimit, "--ignore-not-found")
			awaitNoPods(t, name)
			node.Kubectl(t, "delete", "namespace", name, "--ignore-not-found")
		}
	})
}
