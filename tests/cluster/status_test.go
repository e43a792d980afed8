package cluster

import (
	"fmt"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

// How soon a status is written: a walk over the Ingresses at most every two seconds.
const statusWithin = 5 * time.Second

// statusIs says whether an Ingress's addresses are these, in this form: `192.0.2.7 lb.test`. For Eventually.
func statusIs(ns *harness.Namespace, ingress, want string) func() error {
	return func() error {
		got := ns.Kubectl("get", "ingress", ingress, "-o",
			"jsonpath={.status.loadBalancer.ingress[*].ip} {.status.loadBalancer.ingress[*].hostname}")
		if got != want {
			return fmt.Errorf("the status is %q, not %q", got, want)
		}
		return nil
	}
}

func site(ns *harness.Namespace, name string) string {
	return harness.Ingress(harness.IngressSpec{Name: name, Host: ns.Host(name), Service: "web"})
}

func TestStatusFromAddresses(t *testing.T) {
	ns := cluster.Namespace(t)
	foreign := harness.IngressSpec{Name: "foreign", Class: "foreign", Host: ns.Host("foreign"), Service: "web"}
	ns.Apply(harness.IngressClass("foreign", "example.test/foreign"), site(ns, "before"), harness.Ingress(foreign))
	cluster.Breakwater(t, ns.Only(), "--publish-status-address=192.0.2.7,lb.test")
	harness.Eventually(t, electionTTL+statusWithin, statusIs(ns, "before", "192.0.2.7 lb.test"))
	ns.Apply(site(ns, "after"))
	harness.Eventually(t, statusWithin, statusIs(ns, "after", "192.0.2.7 lb.test"))
	if err := statusIs(ns, "foreign", "")(); err != nil {
		t.Error("the Ingress of another class: ", err)
	}
}

// What was ours and is another controller's now keeps what that one writes.
func TestStatusOfAnIngressThatGoesToAnother(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	ns.Apply(harness.IngressClass("foreign", "example.test/foreign"), site(ns, "moves"), site(ns, "stays"))
	cluster.Breakwater(t, ns.Only(), "--disable-leader-election", "--publish-status-address=192.0.2.7", "--status-update-interval=1")
	harness.Eventually(t, statusWithin, statusIs(ns, "moves", "192.0.2.7"))

	ns.Patch("/apis/networking.k8s.io/v1", "ingresses", "moves", `{"spec": {"ingressClassName": "foreign"}}`)
	ns.Kubectl("patch", "ingress", "moves", "--subresource=status", "--type=merge",
		"-p", `{"status": {"loadBalancer": {"ingress": [{"ip": "198.51.100.1"}]}}}`)
	harness.Throughout(t, statusWithin, statusIs(ns, "moves", "198.51.100.1"))
}

func TestStatusFromService(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	ns.Apply(site(ns, "site"), `{apiVersion: v1, kind: Service, metadata: {name: front},
  spec: {type: LoadBalancer, externalIPs: [198.51.100.9], ports: [{port: 80}]}}`)
	ns.Kubectl("patch", "service", "front", "--subresource=status", "--type=merge",
		"-p", `{"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.8"}, {"hostname": "front.test"}]}}}`)
	cluster.Breakwater(t, ns.Only(), "--disable-leader-election", "--publish-service="+ns.Name+"/front", "--status-update-interval=1")
	harness.Eventually(t, statusWithin, statusIs(ns, "site", "192.0.2.8 198.51.100.9 front.test"))

	ns.Kubectl("patch", "service", "front", "--subresource=status", "--type=merge",
		"-p", `{"status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.9"}]}}}`)
	harness.Eventually(t, statusWithin, statusIs(ns, "site", "192.0.2.9 198.51.100.9"))
}

// Without a Service the addresses are those of the nodes that our pods run on; when the last replica ends, they go.
func TestStatusFromNodes(t *testing.T) {
	ns := cluster.Namespace(t)
	ns.Apply(site(ns, "site"))
	cluster.Pod(t, "one", "node-one", "192.0.2.1", "10.0.0.1")
	cluster.Pod(t, "two", "node-two", "", "10.0.0.2")
	bw := cluster.BreakwaterPod(t, "one", harness.AccountName, ns.Only(), "--status-update-interval=1")
	harness.Eventually(t, electionTTL+statusWithin, statusIs(ns, "site", "10.0.0.2 192.0.2.1"))

	bw.End(t)
	harness.Throughout(t, time.Second, statusIs(ns, "site", "10.0.0.2 192.0.2.1")) // the other one serves on

	internal := cluster.BreakwaterPod(t, "one", harness.AccountName, ns.Only(),
		"--status-update-interval=1", "--report-node-internal-ip-address")
	harness.Eventually(t, statusWithin+5*time.Second, statusIs(ns, "site", "10.0.0.1 10.0.0.2"))
	cluster.Kubectl(t, "delete", "pod", "two", "--grace-period=0", "--force")
	harness.Eventually(t, statusWithin, statusIs(ns, "site", "10.0.0.1"))
	internal.End(t)
	if err := statusIs(ns, "site", "")(); err != nil {
		t.Error("after the last replica: ", err)
	}
}

// Two replicas, and only the one that leads writes.
func TestOnlyTheLeaderWrites(t *testing.T) {
	ns := cluster.Namespace(t)
	ns.Apply(site(ns, "first"))
	leader := cluster.BreakwaterPod(t, "one", harness.AccountName, ns.Only(), "--publish-status-address=192.0.2.1")
	harness.Eventually(t, electionTTL+statusWithin, leader.LeadsNow)
	proxy := cluster.APIProxy(t)
	kubeconfig := cluster.WriteKubeconfig(t, proxy.URL, harness.ByToken(cluster.Token(t, harness.AccountName)))
	follower := cluster.StartBreakwater(t, []string{"POD_NAME=two"}, "--kubeconfig="+kubeconfig,
		ns.Only(), "--publish-status-address=192.0.2.2")
	follower.WaitReady(t)

	ns.Apply(site(ns, "second")) // whose Service is missing: there is an Event to write as well
	harness.Eventually(t, statusWithin, statusIs(ns, "second", "192.0.2.1"))
	harness.Throughout(t, statusWithin, statusIs(ns, "second", "192.0.2.1"))
	if writes := proxy.Writes(); writes != 0 {
		t.Errorf("the follower has written %d times", writes)
	}
	leader.Crash()
	harness.Eventually(t, electionTTL+5*time.Second+statusWithin, statusIs(ns, "second", "192.0.2.2"))
	if proxy.Writes() == 0 {
		t.Error("the writes of the new leader were not seen: this test did not test what it is for")
	}
}

// What another controller insists on is left to it, after three times, with one line.
func TestStatusThatAnotherInsistsOn(t *testing.T) {
	t.Parallel()
	const settles = 10 * time.Second // from one of our writes to the next
	ns := cluster.Namespace(t)
	ns.Apply(site(ns, "site"), site(ns, "peaceful"))
	bw := cluster.Breakwater(t, ns.Only(), "--disable-leader-election", "--publish-status-address=192.0.2.7", "--status-update-interval=1")
	for range 3 {
		harness.Eventually(t, settles+statusWithin, statusIs(ns, "site", "192.0.2.7"))
		ns.Kubectl("patch", "ingress", "site", "--subresource=status", "--type=merge",
			"-p", `{"status": {"loadBalancer": {"ingress": [{"ip": "198.51.100.1"}]}}}`)
	}
	said := func() []string {
		return bw.LinesWith("written by somebody else as well", ns.Name+"/site", "198.51.100.1")
	}
	harness.Eventually(t, settles+statusWithin, func() error {
		if len(said()) == 0 {
			return fmt.Errorf("nothing is said of it:\n%s", bw.Tail(20))
		}
		return nil
	})
	harness.Throughout(t, settles+2*time.Second, statusIs(ns, "site", "198.51.100.1"))
	if lines := said(); len(lines) != 1 {
		t.Errorf("%d lines say the same", len(lines))
	}
	if err := statusIs(ns, "peaceful", "192.0.2.7")(); err != nil {
		t.Error("the other Ingress: ", err)
	}
}
