package cluster

import (
	"fmt"
	"net/http"
	"testing"

	"breakwater.test/cluster/harness"
)

// slice returns an EndpointSlice with one endpoint. rest: what its entry has beside the address.
func slice(name, service string, backend *harness.Backend, rest string) string {
	return fmt.Sprintf(`apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: %s, labels: {kubernetes.io/service-name: %s}}
addressType: IPv4
ports: [{name: web, port: %d, protocol: TCP}]
endpoints: [{addresses: [%q], %s}]`, name, service, harness.BackendPort, backend.Address, rest)
}

// serveOnly says whether these backends answer, each of them, and no other. For Eventually.
func serveOnly(bw *harness.Breakwater, url string, backends ...*harness.Backend) func() error {
	return func() error {
		got := map[string]bool{}
		for range 20 { // least requests, ties by chance
			answer, err := bw.Get(url)
			if err != nil {
				return err
			}
			got[answer.Backend] = true
		}
		for _, backend := range backends {
			if !got[backend.Name] {
				return fmt.Errorf("%s did not answer: %v", backend.Name, got)
			}
		}
		if len(got) != len(backends) {
			return fmt.Errorf("others answered, too: %v", got)
		}
		return nil
	}
}

// A pod on its way out gets nothing while another is ready, and is better than none while it serves.
func TestTerminatingEndpoints(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	red, blue := cluster.Backend(t, "red"), cluster.Backend(t, "blue")
	const (
		ready    = "conditions: {ready: true, serving: true, terminating: false}"
		leaving  = "conditions: {ready: false, serving: true, terminating: true}"
		left     = "conditions: {ready: false, serving: false, terminating: true}"
		starting = "conditions: {ready: false, serving: false, terminating: false}"
	)
	ns.Apply(harness.Service("web", harness.ServicePort), site(ns, "site"))
	bw := cluster.Breakwater(t, ns.Only(), "--disable-leader-election", "--update-status=false")
	url := "http://" + ns.Host("site") + "/"
	for _, c := range []struct {
		red, blue string
		serve     []*harness.Backend
	}{
		{ready, ready, []*harness.Backend{red, blue}},
		{ready, leaving, []*harness.Backend{red}},
		{starting, leaving, []*harness.Backend{blue}},
		{leaving, leaving, []*harness.Backend{red, blue}},
		{leaving, left, []*harness.Backend{red}},
		{starting, ready, []*harness.Backend{blue}},
	} {
		ns.Apply(slice("one", "web", red, c.red), slice("two", "web", blue, c.blue))
		harness.Eventually(t, showsWithin, serveOnly(bw, url, c.serve...))
	}
	ns.Apply(slice("one", "web", red, starting), slice("two", "web", blue, left))
	harness.Eventually(t, showsWithin, bw.Refuses(url, http.StatusServiceUnavailable))
}

// Zone hints keep traffic in the zone, where it is known and has an endpoint.
func TestZoneHints(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	red, blue := cluster.Backend(t, "red"), cluster.Backend(t, "blue")
	hint := func(zone string) string {
		return fmt.Sprintf("conditions: {ready: true}, zone: %[1]s, hints: {forZones: [{name: %[1]s}]}", zone)
	}
	ns.Apply(harness.Service("web", harness.ServicePort), site(ns, "site"),
		slice("one", "web", red, hint("a")), slice("two", "web", blue, hint("b")))
	flags := []string{ns.Only(), "--disable-leader-election", "--update-status=false", "--enable-topology-aware-routing"}
	inB := cluster.Breakwater(t, append(flags, "--topology-zone=b")...)
	nowhere := cluster.Breakwater(t, flags...)
	url := "http://" + ns.Host("site") + "/"
	harness.Eventually(t, showsWithin, serveOnly(inB, url, blue))
	harness.Eventually(t, showsWithin, serveOnly(nowhere, url, red, blue))

	ns.Apply(slice("two", "web", blue, hint("c"))) // nothing for zone b
	harness.Eventually(t, showsWithin, serveOnly(inB, url, red, blue))
	ns.Apply(slice("one", "web", red, hint("b")))
	harness.Eventually(t, showsWithin, serveOnly(inB, url, red))
	ns.Apply(slice("two", "web", blue, "conditions: {ready: true}")) // without a hint none counts
	harness.Eventually(t, showsWithin, serveOnly(inB, url, red, blue))
}
