package cluster

import (
	"fmt"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

// A hundred changes of the endpoints while requests are in flight: none fails, and the last one counts.
func TestQuickChangesUnderLoad(t *testing.T) {
	ns := cluster.Namespace(t)
	red, blue, green := cluster.Backend(t, "red"), cluster.Backend(t, "blue"), cluster.Backend(t, "green")
	host := ns.Host("site")
	url := "http://" + host + "/"
	ns.Apply(harness.Web("web", red), harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "web"}))
	bw := cluster.Breakwater(t)
	harness.Eventually(t, showsWithin, bw.Serves(url, red))
	load := bw.Load(t, cluster, url)

	shapes := [][]*harness.Backend{{red}, {blue, red}, {blue}, {green, blue, red}, {green}}
	for i := range 100 {
		change := fmt.Sprintf(`{"metadata": {"annotations": {"edit": "%d"}}, "endpoints": %s}`,
			i, harness.Endpoints(shapes[i%len(shapes)]...))
		ns.Patch("/apis/discovery.k8s.io/v1", "endpointslices", "web", change)
		if i%10 == 0 { // most come in bursts, which are coalesced; some one by one
			time.Sleep(50 * time.Millisecond)
		}
	}
	ns.Apply(harness.EndpointSlice("web", blue))
	harness.Eventually(t, showsWithin, bw.Serves(url, blue))
	harness.Throughout(t, 200*time.Millisecond, bw.Serves(url, blue))
	load.Stop(t)
}
