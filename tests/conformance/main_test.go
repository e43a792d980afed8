// Package conformance tests Breakwater against others' readings of the protocols: their test suites, clients and
// servers.
//
// Needs root or user namespaces. BREAKWATER_BINARY names what is tested (build/dev/breakwater otherwise).
package conformance

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"breakwater.test/cluster/harness"
)

var without *harness.Cluster

func TestMain(m *testing.M) {
	os.Exit(harness.Isolated(func(dir string) int {
		without = harness.WithoutCluster(dir)
		return m.Run()
	}))
}

const everythingToOnePod = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: everything, annotations: {nginx.ingress.kubernetes.io/ssl-redirect: "false"}}
spec:
  ingressClassName: nginx
  rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: pod, port: {number: 80}}}}]}}]
---
apiVersion: v1
kind: Service
metadata: {name: pod}
spec: {clusterIP: None, ports: [{port: 80}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: pod, labels: {kubernetes.io/service-name: pod}}
addressType: IPv4
ports: [{port: %d}]
endpoints: [{addresses: [127.0.0.1]}]
`

// serve runs a pod until the test ends and returns its port.
func serve(t *testing.T, handler http.Handler) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	pod := http.Server{Handler: handler}
	go pod.Serve(listener)
	t.Cleanup(func() { pod.Close() })
	return listener.Addr().(*net.TCPAddr).Port
}

// startBreakwater starts one on these manifests.
func startBreakwater(t *testing.T, manifests string, flags ...string) *harness.Breakwater {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "all.yaml"), []byte(manifests), 0o600); err != nil {
		t.Fatal(err)
	}
	b := without.StartBreakwater(t, nil, append(flags, "--manifests="+dir)...)
	b.WaitReady(t)
	return b
}
