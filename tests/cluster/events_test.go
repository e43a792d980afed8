package cluster

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

// describes says whether `kubectl describe ingress` shows a line of an Event with all of the words. For Eventually.
func describes(ns *harness.Namespace, ingress string, words ...string) func() error {
	return func() error {
		text := ns.Kubectl("describe", "ingress", ingress)
		_, events, _ := strings.Cut(text, "\nEvents:")
		for _, line := range strings.Split(events, "\n") {
			found := true
			for _, word := range words {
				found = found && strings.Contains(line, word)
			}
			if found {
				return nil
			}
		}
		return fmt.Errorf("no Event with %q:\n%s", words, text)
	}
}

func TestFindingsBecomeEvents(t *testing.T) {
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	host := ns.Host("site")
	broken := harness.IngressSpec{Name: "site", Host: host, Service: "missing",
		Annotations: map[string]string{"proxy-connect-timeout": "soon"}}
	ns.Apply(harness.Web("red", red), harness.Ingress(broken))
	bw := cluster.Breakwater(t, ns.Only(), "--publish-status-address=192.0.2.7")
	harness.Eventually(t, electionTTL+statusWithin,
		describes(ns, "site", "Warning", "NotServed", "breakwater", "does not exist"))
	harness.Eventually(t, statusWithin, describes(ns, "site", "Warning", "ServedOtherwise", "proxy-connect-timeout"))

	// Another leader has the same to say, and it is the same Event.
	bw.End(t)
	again := cluster.Breakwater(t, ns.Only())
	harness.Eventually(t, electionTTL+statusWithin, again.LeadsNow)
	time.Sleep(statusWithin)
	events := ns.Kubectl("get", "events", "--field-selector=reason=NotServed", "-o", "name")
	if count := len(strings.Fields(events)); count != 1 {
		t.Errorf("%d Events for one finding:\n%s", count, events)
	}

	ns.Apply(harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "red"}))
	harness.Eventually(t, statusWithin, describes(ns, "site", "Normal", "Sync", "breakwater", "Scheduled for sync"))
}

func TestNoSyncEvents(t *testing.T) {
	ns := cluster.Namespace(t)
	bw := cluster.Breakwater(t, ns.Only(), "--disable-sync-events")
	harness.Eventually(t, electionTTL+statusWithin, bw.LeadsNow)
	ns.Apply(site(ns, "site"))
	harness.Eventually(t, statusWithin, describes(ns, "site", "NotServed"))
	if err := describes(ns, "site", "Sync")(); err == nil {
		t.Error("there is a Sync Event")
	}
}
