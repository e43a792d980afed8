package cluster

import (
	"crypto/x509/pkix"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

func TestKubeconfigCredentials(t *testing.T) {
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	host := ns.Host("site")
	ns.Apply(harness.Web("red", red),
		harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "red"}),
		harness.RoleBinding("reader-by-certificate", harness.UserSubject("reader"), harness.RoleName))
	token := cluster.Token(t, harness.AccountName)
	plugin := harness.WriteFile(t, t.TempDir(), "plugin", []byte(fmt.Sprintf(`#!/bin/sh
[ "$ASKED_BY" = test ] || exit 1
echo '{"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": {"token": "%s"}}'
`, token)), 0o700)

	for name, credential := range map[string]harness.Credential{
		"certificate": harness.ByCertificate(cluster.Authority.Issue(pkix.Name{CommonName: "reader"})),
		"token":       harness.ByToken(token),
		"plugin":      harness.ByPlugin(plugin),
	} {
		t.Run(name, func(t *testing.T) {
			kubeconfig := cluster.WriteKubeconfig(t, cluster.URL(), credential)
			bw := cluster.StartBreakwater(t, nil, "--kubeconfig="+kubeconfig)
			bw.WaitReady(t)
			harness.Eventually(t, showsWithin, bw.Serves("http://"+host+"/", red))
		})
	}
}

// As in a pod: a directory with token and CA, the server's address in the environment. The token is replaced while
// Breakwater runs, and the old one stops to work.
func TestInClusterTokenRotation(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	red, blue := cluster.Backend(t, "red"), cluster.Backend(t, "blue")
	host := ns.Host("site")
	ns.Apply(harness.Web("red", red), harness.Web("blue", blue),
		harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "red"}))
	cluster.Apply(t, harness.ServiceAccount("short-lived"),
		harness.RoleBinding("short-lived", harness.ServiceAccountSubject("short-lived"), harness.RoleName))
	old, next := cluster.Token(t, "short-lived"), cluster.Token(t, harness.AccountName)

	account := t.TempDir()
	harness.WriteFile(t, account, "ca.crt", cluster.Authority.PEM, 0o600)
	harness.WriteFile(t, account, "namespace", []byte("breakwater"), 0o600)
	harness.WriteFile(t, account, "token", []byte(old), 0o600)
	proxy := cluster.APIProxy(t)
	bw := cluster.StartBreakwater(t, []string{
		"KUBERNETES_SERVICE_HOST=" + proxy.Address.IP.String(),
		fmt.Sprintf("KUBERNETES_SERVICE_PORT=%d", proxy.Address.Port),
	}, "--service-account-dir="+account)
	bw.WaitReady(t)
	harness.Eventually(t, showsWithin, bw.Serves("http://"+host+"/", red))
	if !proxy.Showed(old) || proxy.Showed(next) {
		t.Fatal("the token shown is not the one in the file")
	}

	harness.WriteFile(t, account, "token", []byte(next), 0o600)
	cluster.DeleteServiceAccount(t, "short-lived")
	harness.Eventually(t, recoversWithin, func() error { return cluster.Refuses(old) }) // it remembers for 10 s
	proxy.Block()
	proxy.Unblock()
	ns.Apply(harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "blue"}))
	harness.Eventually(t, recoversWithin, bw.Serves("http://"+host+"/", blue))
	if !proxy.Showed(next) {
		t.Error("the new token was never shown")
	}
}

// Breakwater cannot go on with credentials that are not there: one clear line, and a non-zero exit.
func TestCredentialsMissing(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "nowhere")
	broken := harness.WriteFile(t, t.TempDir(), "kubeconfig", []byte("clusters: [{"), 0o600)
	t.Setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
	t.Setenv("KUBERNETES_SERVICE_PORT", "6443")
	for name, flag := range map[string]string{
		"kubeconfig":        "--kubeconfig=" + nowhere,
		"broken kubeconfig": "--kubeconfig=" + broken,
		"service account":   "--service-account-dir=" + nowhere,
	} {
		path := flag[strings.Index(flag, "=")+1:]
		process, err := cluster.RunBreakwater(t, 20*time.Second, flag)
		if err == nil || len(process.LinesWith(path)) != 1 {
			t.Errorf("%s: wanted a failure and one line that names %s, got %v and:\n%s", name, path, err, process.Tail(20))
		}
	}
}

// Without the right to read one kind, Breakwater says which one and waits for it; it does not crash.
func TestMissingRight(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	host := ns.Host("site")
	ns.Apply(harness.Web("red", red), harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "red"}))
	cluster.AccountWithout(t, "curtailed",
		harness.Right{Role: "ClusterRole", Verb: "list", Resource: "secrets"},
		harness.Right{Role: "ClusterRole", Verb: "watch", Resource: "secrets"})
	kubeconfig := cluster.WriteKubeconfig(t, cluster.URL(), harness.ByToken(cluster.Token(t, "curtailed")))
	bw := cluster.StartBreakwater(t, nil, "--kubeconfig="+kubeconfig)

	harness.Eventually(t, 20*time.Second, func() error {
		if len(bw.LinesWith("secrets", "forbidden")) == 0 {
			return fmt.Errorf("no line says that secrets are forbidden:\n%s", bw.Tail(20))
		}
		return nil
	})
	harness.Throughout(t, 3*time.Second, func() error { return bw.Health("/healthz", http.StatusOK) })
	if lines := bw.LinesWith("secrets", "forbidden"); len(lines) > 10 {
		t.Errorf("%d lines in a few seconds:\n%s", len(lines), strings.Join(lines, "\n"))
	}

	cluster.AccountWithout(t, "curtailed") // but nothing
	harness.Eventually(t, recoversWithin, bw.Serves("http://"+host+"/", red))
	harness.Eventually(t, recoversWithin, func() error { return bw.Health("/readyz", http.StatusOK) })
}

// A right that is taken away while traffic runs costs no request: what was read stays, one line names the right, and what
// has changed meanwhile takes effect when it is given back.
func TestRightIsTakenAway(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	red, blue := cluster.Backend(t, "red"), cluster.Backend(t, "blue")
	steady, moved := ns.Host("steady"), ns.Host("moved")
	ns.Apply(harness.Web("red", red), harness.EndpointSlice("blue", blue),
		harness.Ingress(harness.IngressSpec{Name: "steady", Host: steady, Service: "red"}),
		harness.Ingress(harness.IngressSpec{Name: "moved", Host: moved, Service: "red"}))
	cluster.AccountWithout(t, "revoked") // nothing
	proxy, bw := seen(t, "revoked", ns.Only(), "--disable-leader-election", "--update-status=false")
	harness.Eventually(t, showsWithin, bw.Serves("http://"+moved+"/", red))
	load := bw.Load(t, cluster, "http://"+steady+"/")

	cluster.AccountWithout(t, "revoked",
		harness.Right{Role: "ClusterRole", Verb: "list", Resource: "services"},
		harness.Right{Role: "ClusterRole", Verb: "watch", Resource: "services"})
	missing := func() []string { return bw.LinesWith("cluster cannot be read", "missing right", "services") }
	dropped := time.Time{}
	harness.Eventually(t, recoversWithin, func() error {
		if len(missing()) > 0 {
			return nil
		}
		if time.Since(dropped) > time.Second { // the API server may not have known of it yet
			proxy.Block() // a watch that is open stays open
			proxy.Unblock()
			dropped = time.Now()
		}
		return fmt.Errorf("nothing names the missing right:\n%s", bw.Tail(20))
	})
	ns.Apply(harness.Service("blue", harness.ServicePort)) // which it cannot learn of
	ns.Apply(harness.Ingress(harness.IngressSpec{Name: "moved", Host: moved, Service: "blue"}))
	harness.Eventually(t, recoversWithin, bw.Refuses("http://"+moved+"/", http.StatusServiceUnavailable))
	harness.Throughout(t, 2*time.Second, func() error { return bw.Health("/readyz", http.StatusOK) })

	cluster.AccountWithout(t, "revoked") // nothing
	harness.Eventually(t, recoversWithin, bw.Serves("http://"+moved+"/", blue))
	load.Stop(t)
	if lines := missing(); len(lines) != 1 {
		t.Errorf("the missing right is named %d times:\n%s", len(lines), strings.Join(lines, "\n"))
	}
}
