package cluster

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

// Each right that is missing is named in one clear line, and costs no more than what it is for: nothing crashes, and
// where it is not a right to read what is routed, traffic flows.
func TestEachMissingRight(t *testing.T) {
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	host := ns.Host("site")
	ns.Apply(harness.Web("red", red), harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "red"}))
	cluster.Pod(t, "one", "node-one", "192.0.2.1", "10.0.0.1")
	edits := 0
	edit := func() { // makes a status and Events to write
		edits++
		ns.Apply(harness.Web("red", red), harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "red",
			Annotations: map[string]string{"proxy-read-timeout": fmt.Sprint(60 + edits)}}))
		ns.Kubectl("patch", "ingress", "site", "--subresource=status", "--type=merge",
			"-p", `{"status": {"loadBalancer": {"ingress": []}}}`)
	}

	for i, right := range cluster.Rights(t) {
		t.Run(strings.ReplaceAll(right.String(), "/", "."), func(t *testing.T) {
			account := fmt.Sprintf("without-%d", i)
			cluster.AccountWithout(t, account, right)
			flags := []string{ns.Only(), "--status-update-interval=1"}
			if right.Resource == "services" && right.Verb == "get" {
				flags = append(flags, "--publish-service="+ns.Name+"/red")
			}
			if right.Resource == "namespaces" {
				flags[0] = "--watch-namespace-selector=kubernetes.io/metadata.name=" + ns.Name
			}
			routed := right.Role == "ClusterRole" && (right.Verb == "list" || right.Verb == "watch")
			resource, subresource, _ := strings.Cut(right.Resource, "/")
			words := []string{"missing right: " + right.Verb + " " + resource, subresource, "cluster cannot be written"}
			if right.String() == "list ingressclasses" {
				words[2] = "IngressClasses may not be listed" // nothing is wrong with that
			} else if routed {
				words[2] = "cluster cannot be read"
			}
			if right.Name == harness.WebhookName || right.String() == "get secrets" {
				webhook := ns.OwnKeysWebhook()
				webhook.Configure(harness.NewAuthority(), "Ignore") // so that there is something to patch
				flags = append(flags, webhook.OwnKeysFlags()...)
				words[2] = "webhook keys"
			}
			bw := cluster.BreakwaterPod(t, "one", account, flags...)
			edited := time.Time{}
			harness.Eventually(t, electionTTL+3*statusWithin, func() error {
				if time.Since(edited) > 2*time.Second {
					edit()
					edited = time.Now()
				}
				if len(bw.LinesWith(words...)) == 0 {
					return fmt.Errorf("nothing names it:\n%s", bw.Tail(20))
				}
				return nil
			})
			works := bw.Serves("http://"+host+"/", red)
			if routed {
				works = func() error { return bw.Health("/healthz", http.StatusOK) }
			}
			harness.Eventually(t, recoversWithin, works) // the roles are new: a list may have come too soon for them
			harness.Throughout(t, time.Second, works)
			if lines := bw.LinesWith(words...); len(lines) != 1 {
				t.Errorf("%d lines, not one:\n%s", len(lines), strings.Join(lines, "\n"))
			}
		})
	}
}
