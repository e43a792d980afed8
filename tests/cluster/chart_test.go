package cluster

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

// The chart, with each of its values files: the API server takes its objects, and Breakwater runs with the flags and the
// rights that it writes. Not side by side with other tests: its webhooks ask for every Ingress of the cluster.
func TestChart(t *testing.T) {
	cluster.DefineOthers(t)
	for _, namespace := range []string{"shop", "settings", "certificates"} {
		cluster.NamespaceNamed(t, namespace)
	}
	t.Run("defaults", func(t *testing.T) { checkChart(t) })
	for _, file := range harness.ChartValues(t) {
		name := strings.TrimSuffix(filepath.Base(file), "-values.yaml")
		t.Run(name, func(t *testing.T) { checkChart(t, "--values="+file) })
	}
}

const release = "edge"

func checkChart(t *testing.T, values ...string) {
	ns := cluster.Namespace(t)
	ns.Kubectl("label", "namespace", ns.Name, "pod-security.kubernetes.io/warn=restricted")
	rendered := ns.Helm([]string{"template", release}, values...)
	onTheNode := strings.Contains(rendered, "hostPort: ") || strings.Contains(rendered, "hostNetwork: ")
	if taken := cluster.DryRun(t, rendered); strings.Contains(taken, "Warning") && !onTheNode {
		t.Errorf("the API server warns:\n%s", taken)
	}

	t.Cleanup(func() { ns.Helm([]string{"uninstall", release}, "--ignore-not-found", "--wait") })
	ns.Helm([]string{"install", release}, values...)
	objects := ns.Objects(rendered)
	flags, account := podOf(t, objects)
	bw := start(t, ns, flags, account)
	bw.WaitReady(t)
	if !slices.Contains(flags, "--disable-leader-election") {
		harness.Eventually(t, electionTTL+5*time.Second, func() error {
			if len(bw.LinesWith("leader elected", "self", "true")) == 0 {
				return errors.New("it does not lead")
			}
			return nil
		})
	}
	if slices.ContainsFunc(flags, func(flag string) bool { return strings.HasPrefix(flag, "--validating-webhook-secret=") }) {
		keepsKeys(t, ns, values)
	}
	harness.Throughout(t, time.Second, func() error {
		lines := slices.DeleteFunc(bw.LinesWith("missing right"), func(line string) bool {
			return strings.Contains(line, "IngressClasses may not be listed") // as it has to be with rbac.scope
		})
		if len(lines) != 0 {
			return fmt.Errorf("a right is missing:\n%s", strings.Join(lines, "\n"))
		}
		return nil
	})
}

// podOf finds the pod of the controller: its flags, and its account.
func podOf(t *testing.T, objects []harness.Object) (flags []string, account string) {
	t.Helper()
	for _, object := range objects {
		if object.Metadata.Name == release+"-breakwater-controller" && (object.Kind == "Deployment" || object.Kind == "DaemonSet") {
			pod := object.Spec.Template.Spec
			return pod.Containers[slices.IndexFunc(pod.Containers, hasFlags)].Args, pod.ServiceAccountName
		}
	}
	t.Fatal("there is neither a Deployment nor a DaemonSet of the controller")
	return nil, ""
}

func hasFlags(container struct {
	Args []string `json:"args"`
}) bool {
	return len(container.Args) > 0
}

// start runs Breakwater as the pod would be, but for what a process outside of a pod cannot have: the pod's ports, and
// files of a volume.
func start(t *testing.T, ns *harness.Namespace, flags []string, account string) *harness.Breakwater {
	t.Helper()
	files := t.TempDir()
	identity := cluster.ServerIdentity()
	harness.WriteFile(t, files, "tls.crt", identity.Certificate, 0o600)
	harness.WriteFile(t, files, "tls.key", identity.Key, 0o600)
	kubeconfig := cluster.WriteKubeconfig(t, cluster.URL(), harness.ByToken(ns.TokenOf(account)))
	own := []string{"--kubeconfig=" + kubeconfig}
	for _, flag := range flags {
		name, value, _ := strings.Cut(flag, "=")
		switch name {
		case "--http-port", "--https-port", "--shutdown-grace-period":
		default:
			value = strings.ReplaceAll(value, "$(POD_NAMESPACE)", ns.Name)
			value = strings.ReplaceAll(value, "/usr/local/certificates", files)
			if strings.Contains(flag, "=") {
				value = "=" + value
			}
			own = append(own, name+value)
		}
	}
	return cluster.StartBreakwater(t, []string{"POD_NAME=" + release + "-0", "POD_NAMESPACE=" + ns.Name}, own...)
}

// keepsKeys waits until the webhook's keys are there, and sees that an upgrade leaves them and what trusts them.
func keepsKeys(t *testing.T, ns *harness.Namespace, values []string) {
	t.Helper()
	const name = release + "-breakwater-admission"
	read := func() string {
		return ns.Kubectl("get", "secret/"+name, "validatingwebhookconfiguration/"+name, "-o",
			"jsonpath={.items[0].data}{.items[1].webhooks[0].clientConfig.caBundle}")
	}
	made := ""
	harness.Eventually(t, 20*time.Second, func() error {
		if made = read(); !strings.Contains(made, "}LS0t") {
			return fmt.Errorf("there is no key, or nothing that trusts it: %.60s", made)
		}
		return nil
	})
	for _, applied := range []string{"true", "false"} { // as Helm 4 does by default, and as Helm 3 does
		ns.Helm([]string{"upgrade", release}, append(values, "--set-string=controller.image.tag="+applied, "--server-side="+applied)...)
		if now := read(); now != made {
			t.Errorf("an upgrade (--server-side=%s) has changed the webhook's keys, or what trusts them: %.60s", applied, now)
		}
	}
}

// A release takes over the class of another one, and the class outlives that one where its values say so: the steps of
// docs/decisions/chart.md, the other release in the place of ingress-nginx's.
func TestChartTakesOver(t *testing.T) {
	t.Parallel()
	old := cluster.NamespaceNamed(t, "taken-over")
	ns := cluster.Namespace(t)
	class := []string{"--set=controller.ingressClassResource.name=taken", "--set=controller.admissionWebhooks.enabled=false",
		"--set=controller.ingressClassResource.controllerValue=example.com/taken"}
	keep := `--set=controller.ingressClassResource.annotations.helm\.sh/resource-policy=keep`
	for _, each := range []*harness.Namespace{old, ns} {
		t.Cleanup(func() { each.Helm([]string{"uninstall", each.Name}, "--ignore-not-found", "--wait") })
	}
	t.Cleanup(func() { cluster.Delete(t, "ingressclass", "taken") })

	old.Helm([]string{"install", old.Name}, class...)
	notes := ns.Helm([]string{"install", ns.Name}, class...)
	if !strings.Contains(notes, "The IngressClass taken is there already and is left as it is") {
		t.Errorf("the notes do not say whose class it is:\n%s", notes)
	}
	old.Helm([]string{"upgrade", old.Name}, append(class, keep)...)
	old.Helm([]string{"uninstall", old.Name}, "--wait")
	ns.Helm([]string{"upgrade", ns.Name}, class...)
	if controller := ns.Kubectl("get", "ingressclass", "taken", "-o", "jsonpath={.spec.controller}"); controller != "example.com/taken" {
		t.Errorf("the class is one of %q", controller)
	}
}

// Every flag that the chart can write is one that Breakwater knows.
func TestChartFlags(t *testing.T) {
	t.Parallel()
	process, err := cluster.RunBreakwater(t, commandWithin, "--help")
	if err != nil {
		t.Fatal(err)
	}
	help := strings.Join(process.Lines(), "\n")
	template, err := os.ReadFile("../../charts/breakwater/templates/_flags.tpl")
	if err != nil {
		t.Fatal(err)
	}
	written := 0
	for _, line := range strings.Split(string(template), "\n") {
		flag, found := strings.CutPrefix(line, "- --")
		if flag, _, _ = strings.Cut(flag, "="); !found || strings.HasPrefix(flag, "{{") {
			continue
		}
		written++
		if !strings.Contains(help, "  --"+flag+" ") {
			t.Errorf("breakwater --help does not have --%s", flag)
		}
	}
	if written < 20 {
		t.Errorf("only %d flags were found in the template", written)
	}
}

// All that the chart ever grants is what manifests/cluster/rights.yaml has, with which the other tests run.
func TestChartRights(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	granted := map[string]bool{}
	for _, value := range []string{"controller.kind=Deployment", "controller.publishService.enabled=false",
		"controller.scope.namespaceSelector=team=a"} {
		text := ns.Helm([]string{"template", "breakwater"}, "--set="+value, "--set=controller.electionID="+harness.LeaseName)
		for _, object := range ns.Objects(text) {
			for _, right := range object.Rights() {
				granted[right.Role+": "+right.String()] = true
			}
		}
	}
	for _, right := range cluster.Rights(t) {
		key := right.Role + ": " + right.String()
		if !granted[key] {
			t.Errorf("the chart never grants: %s", key)
		}
		delete(granted, key)
	}
	for key := range granted {
		t.Errorf("manifests/cluster/rights.yaml does not have: %s", key)
	}
}

// The static manifests are taken as they are.
func TestStaticManifests(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../manifests/deploy.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if taken := cluster.DryRun(t, string(text)); strings.Contains(taken, "Warning") {
		t.Errorf("the API server warns:\n%s", taken)
	}
}
