package cluster

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

const commandWithin = 30 * time.Second

// run runs a command of Breakwater with the account's rights and returns what it prints; failed: its exit code is not 0.
func run(t *testing.T, arguments ...string) (output string, failed bool) {
	t.Helper()
	kubeconfig := cluster.WriteKubeconfig(t, cluster.URL(), harness.ByToken(cluster.Token(t, harness.AccountName)))
	process, err := cluster.RunBreakwater(t, commandWithin, append(arguments, "--kubeconfig="+kubeconfig)...)
	return strings.Join(process.Lines(), "\n"), err != nil
}

// `breakwater check --from-cluster`: exit code 1 for as long as something that is asked for would not be served.
func TestCheckFromCluster(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	ns.Apply(site(ns, "site")) // whose Service is missing
	check := []string{"check", "--from-cluster", ns.Only()}

	output, failed := run(t, check...)
	text := fmt.Sprintf("the Service %s/web does not exist; requests are answered with 503", ns.Name)
	line := fmt.Sprintf("error: Ingress %s/site, %s: %s\n1 error, 0 warnings", ns.Name, backendField, text)
	if !failed || output != line {
		t.Errorf("wanted a failure with:\n%s\ngot (failed: %v):\n%s", line, failed, output)
	}

	output, failed = run(t, append(check, "--output=json")...)
	var findings []harness.Finding
	if err := json.Unmarshal([]byte(output), &findings); err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	want := harness.Finding{Object: "Ingress " + ns.Name + "/site", Field: backendField, Severity: "error", Text: text}
	if !failed || len(findings) != 1 || findings[0] != want {
		t.Errorf("wanted a failure with %v, got (failed: %v): %v", want, failed, findings)
	}

	ns.Apply(harness.Web("web", cluster.Backend(t, "red")))
	if output, failed = run(t, check...); failed || !strings.Contains(output, "0 errors, 0 warnings") {
		t.Errorf("wanted success, got (failed: %v):\n%s", failed, output)
	}
}

// `breakwater explain` says the same of the objects of a cluster and of the Breakwater that serves them.
func TestExplain(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	host := ns.Host("site")
	lost := harness.Ingress(harness.IngressSpec{Name: "lost", Host: host, Path: "/cart", Service: "web"})
	ns.Apply(harness.Web("web", red), site(ns, "site"),
		harness.Ingress(harness.IngressSpec{Name: "cart", Host: host, Path: "/cart", Service: "web"}))
	time.Sleep(time.Second) // an Ingress's age has a second's resolution: `lost` is to be the youngest
	ns.Apply(lost)
	bw := cluster.Breakwater(t, ns.Only(), "--disable-leader-election", "--update-status=false")

	url := "http://" + host + "/cart/1"
	ofCluster, failed := run(t, "explain", url, "--from-cluster", ns.Only())
	if failed {
		t.Fatal(ofCluster)
	}
	ofRunning, failed := run(t, "explain", url, bw.AdminPort())
	if failed || ofRunning != ofCluster {
		t.Errorf("the running one says otherwise (failed: %v):\n%s\n---\n%s", failed, ofRunning, ofCluster)
	}
	const path = "spec.rules[0].http.paths[0]"
	for _, line := range []string{
		"GET " + url,
		fmt.Sprintf("  Ingress     %s/cart, %s", ns.Name, path),
		"  rule        Prefix /cart of " + host,
		fmt.Sprintf("  service     %s/web:80", ns.Name),
		fmt.Sprintf("  endpoints   %s:%d", red.Address, harness.BackendPort),
		fmt.Sprintf("  Ingress %s/site, %s: Prefix / of %s: a longer path goes first", ns.Name, path, host),
		fmt.Sprintf("  Ingress %s/lost, %s: Prefix /cart of %s: %s: the Ingress %s/cart goes first and has the same host, "+
			"path and type; this one is left out", ns.Name, path, host, path, ns.Name),
	} {
		if !strings.Contains(ofCluster+"\n", line+"\n") {
			t.Errorf("no line %q in:\n%s", line, ofCluster)
		}
	}
}
