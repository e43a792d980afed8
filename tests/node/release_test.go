package node

import (
	"slices"
	"strings"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

const (
	chart = "../../charts/breakwater"

	release    = "breakwater"
	namespace  = "ingress" // of the release
	controller = "deployment/breakwater-controller"

	httpPort  = "30080" // of the Service, on the node
	httpsPort = "30443"

	helmLimit = "60s"
	showsSoon = 30 * time.Second // what the cluster does in its own time
)

// What every install here needs: there is no registry and no load balancer.
const basicValues = `
controller:
  image: {repository: localhost/breakwater, tag: test, pullPolicy: Never}
  service: {type: NodePort, nodePorts: {http: ` + httpPort + `, https: ` + httpsPort + `}}
`

// install installs the chart with further values on top, waits until it is there, and uninstalls it after the test.
func install(t *testing.T, values string) {
	t.Helper()
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(node.TryKubectl("-n", namespace, "get", "pods,events"))
			t.Log(node.TryKubectl("-n", namespace, "logs", controller, "--all-pods", "--tail=60"))
		}
		node.TryHelm("uninstall", release, "-n", namespace, "--wait", "--timeout", helmLimit, "--ignore-not-found")
		awaitNoPods(t, namespace)
		node.Kubectl(t, "delete", "namespace", namespace, "--ignore-not-found")
	})
	helm(t, "install", values, "--create-namespace")
}

// awaitNoPods waits until the pods of a namespace are gone. A namespace that still has some takes minutes to go: it is
// looked after again when half of their grace period is over.
func awaitNoPods(t *testing.T, namespace string) {
	t.Helper()
	if _, err := node.TryKubectl("-n", namespace, "wait", "--for=delete", "pod", "--all", "--timeout=60s"); err != nil {
		t.Fatal(err)
	}
}

// upgrade changes the release to these values, and waits until its pods are new.
func upgrade(t *testing.T, values string) {
	t.Helper()
	helm(t, "upgrade", values)
}

func helm(t *testing.T, what, values string, flags ...string) {
	t.Helper()
	basic, own := writeFile(t, "basic.yaml", []byte(basicValues)), writeFile(t, "own.yaml", []byte(values))
	arguments := append([]string{what, release, chart, "-n", namespace, "-f", basic, "-f", own, "--wait", "--timeout", helmLimit},
		flags...)
	if _, err := node.TryHelm(arguments...); err != nil {
		t.Fatal(err)
	}
}

// kubectl runs it in the namespace of the release.
func kubectl(t *testing.T, arguments ...string) string {
	t.Helper()
	output, err := node.TryKubectl(append([]string{"-n", namespace}, arguments...)...)
	if err != nil {
		t.Fatal(err)
	}
	return output
}

// pods names those of the controller.
func pods(t *testing.T) []string {
	t.Helper()
	return strings.Fields(kubectl(t, "get", "pods", "-l", "app.kubernetes.io/component=controller", "-o",
		"jsonpath={.items[*].metadata.name}"))
}

// everything names what there is in the cluster, but for what comes and goes by itself.
func everything(t *testing.T) []string {
	t.Helper()
	var kinds []string
	for _, kind := range strings.Fields(node.Kubectl(t, "api-resources", "--verbs=list", "-o", "name")) {
		if kind != "componentstatuses" && !strings.HasPrefix(kind, "events") {
			kinds = append(kinds, kind)
		}
	}
	objects := strings.Split(node.Kubectl(t, "get", strings.Join(kinds, ","), "-A", "-o",
		`jsonpath={range .items[*]}{.kind} {.metadata.namespace}/{.metadata.name}{"\n"}{end}`), "\n")
	slices.Sort(objects)
	return without(objects, []string{"Lease kube-node-lease/node1"}) // the kubelet's, which comes some time after the node
}

// without names what is in one list and not in another.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(name string) bool { return slices.Contains(other, name) })
}

func writeFile(t *testing.T, name string, content []byte) string {
	t.Helper()
	return harness.WriteFile(t, t.TempDir(), name, content, 0o600)
}

// newNamespace makes one for what belongs to the test, and takes it away again.
func newNamespace(t *testing.T) *harness.Namespace {
	t.Helper()
	ns := node.Namespace(t)
	t.Cleanup(func() { node.Kubectl(t, "delete", "namespace", ns.Name, "--ignore-not-found") })
	return ns
}
