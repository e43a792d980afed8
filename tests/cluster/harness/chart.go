package harness

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const chartDir = "../../charts/breakwater"

// Helm runs it as the administrator in this namespace, on the chart, and returns what it prints.
// command: the verb and the name of the release, or only that.
func (n *Namespace) Helm(command []string, flags ...string) string {
	n.t.Helper()
	arguments := append([]string{}, command...)
	if command[0] != "uninstall" {
		arguments = append(arguments, must(filepath.Abs(chartDir)))
	}
	arguments = append(arguments, flags...)
	output, err := n.cluster.tryHelm(append(arguments, "--namespace="+n.Name)...)
	if err != nil {
		n.t.Fatal(err)
	}
	return output
}

func (c *Cluster) tryHelm(arguments ...string) (string, error) {
	cmd := exec.Command(filepath.Join(c.bin, "helm"), append(arguments, "--kubeconfig="+c.path("admin.conf"))...)
	home := c.path("helm")
	cmd.Env = append(os.Environ(), "HELM_CACHE_HOME="+home, "HELM_CONFIG_HOME="+home, "HELM_DATA_HOME="+home)
	var problems strings.Builder
	cmd.Stderr = &problems
	output, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("helm %s: %w: %s", strings.Join(arguments, " "), err, problems.String())
	}
	return string(output), nil
}

// ChartValues returns the values files that the chart is tested with.
func ChartValues(t *testing.T) []string {
	t.Helper()
	files := must(filepath.Glob(chartDir + "/ci/*-values.yaml"))
	if len(files) == 0 {
		t.Fatal("the chart has no values files in ci/")
	}
	for i := range files {
		files[i] = must(filepath.Abs(files[i]))
	}
	return files
}

// DefineOthers teaches the API server the kinds that the chart makes for others: cert-manager, KEDA, the Prometheus operator.
func (c *Cluster) DefineOthers(t *testing.T) {
	t.Helper()
	folder := filepath.Join(c.bin, "..", "definitions")
	// At the side of the server: the largest does not fit into kubectl's annotation.
	c.kubectl(t, "", "apply", "--server-side", "-f", folder)
	c.kubectl(t, "", "wait", "--for=condition=Established", "--timeout=30s", "-f", folder)
}

// DryRun has the API server take objects without keeping them, and returns what kubectl prints, warnings too. Fields
// that a kind does not have are errors. Server-side and under a name of its own, so that objects of other tests with the same names are no matter:
// under kubectl's, the fields of those that it applied itself would be taken over, with a warning.
func (c *Cluster) DryRun(t *testing.T, objects string) string {
	t.Helper()
	return c.kubectl(t, objects, "apply", "--server-side", "--field-manager=dry-run", "--force-conflicts", "--dry-run=server", "--validate=strict", "-f", "-")
}

// Object is what the tests read of an object of any kind.
type Object struct {
	Kind     string `json:"kind"`
	Metadata struct {
		Name        string            `json:"name"`
		Namespace   string            `json:"namespace"`
		Annotations map[string]string `json:"annotations"`
	} `json:"metadata"`
	Rules []rule `json:"rules"`
	Spec  struct {
		Template struct {
			Spec struct {
				ServiceAccountName string `json:"serviceAccountName"`
				Containers         []struct {
					Args []string `json:"args"`
				} `json:"containers"`
			} `json:"spec"`
		} `json:"template"`
	} `json:"spec"`
}

// Objects reads YAML documents.
func (n *Namespace) Objects(text string) []Object {
	n.t.Helper()
	text = n.cluster.kubectl(n.t, text, "create", "--dry-run=client", "--validate=ignore", "-o", "json", "-f", "-")
	var objects []Object
	for documents := json.NewDecoder(strings.NewReader(text)); documents.More(); {
		var one Object
		if err := documents.Decode(&one); err != nil {
			n.t.Fatalf("%v: %s", err, text)
		}
		objects = append(objects, one)
	}
	return objects
}

// Rights returns what a Role or ClusterRole grants, and nothing for another kind.
func (o Object) Rights() []Right {
	var rights []Right
	for _, rule := range o.Rules {
		for _, verb := range rule.Verbs {
			rights = append(rights, rule.right(o.Kind, verb))
		}
	}
	return rights
}

// TokenOf returns one for a ServiceAccount of this namespace.
func (n *Namespace) TokenOf(account string) string {
	n.t.Helper()
	return n.Kubectl("create", "token", account, "--duration=1h")
}
