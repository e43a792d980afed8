package cluster

import (
	"fmt"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

const electionTTL = 10 * time.Second // --election-ttl is that by itself

// oneLeads says whether exactly one of them leads. For Eventually.
func oneLeads(replicas ...*harness.Breakwater) func() error {
	return func() error {
		leading := 0
		for _, replica := range replicas {
			leads, err := replica.Leads()
			if err != nil {
				return err
			}
			if leads {
				leading++
			}
		}
		if leading != 1 {
			return fmt.Errorf("%d replicas lead", leading)
		}
		return nil
	}
}

// pair starts two replicas, the first of which leads.
func pair(t *testing.T, flags ...string) (leader, follower *harness.Breakwater) {
	t.Helper()
	leader = cluster.BreakwaterPod(t, "one", harness.AccountName, flags...)
	harness.Eventually(t, electionTTL+5*time.Second, leader.LeadsNow)
	follower = cluster.BreakwaterPod(t, "two", harness.AccountName, flags...)
	leader.WaitReady(t)
	follower.WaitReady(t)
	return leader, follower
}

func leaseHolder(t *testing.T) string {
	t.Helper()
	return holderOf(t, harness.LeaseName)
}

func holderOf(t *testing.T, lease string) string {
	t.Helper()
	return cluster.Kubectl(t, "get", "lease", lease, "-o", "jsonpath={.spec.holderIdentity}")
}

func TestOneReplicaLeads(t *testing.T) {
	leader, follower := pair(t)
	harness.Throughout(t, 6*time.Second, oneLeads(leader, follower)) // two renewals
	if err := leader.LeadsNow(); err != nil {
		t.Error(err)
	}
	if holder := leaseHolder(t); holder != "one" {
		t.Errorf("the Lease is held by %q", holder)
	}
}

// A leader that is killed lets go of nothing: the other one waits for the end of its term.
func TestLeaderIsKilled(t *testing.T) {
	leader, follower := pair(t)
	leader.Crash()
	killed := time.Now()
	harness.Eventually(t, electionTTL+5*time.Second, follower.LeadsNow)
	t.Logf("the other replica led %.1f s after the kill", time.Since(killed).Seconds())
	if holder := leaseHolder(t); holder != "two" {
		t.Errorf("the Lease is held by %q", holder)
	}
}

// A leader that ends in order releases the Lease: the other one takes it with its next look, not after a term.
func TestLeaderEnds(t *testing.T) {
	leader, follower := pair(t)
	leader.End(t)
	ended := time.Now()
	if len(leader.LinesWith("lease released")) != 1 {
		t.Errorf("no line says that the Lease was released:\n%s", leader.Tail(20))
	}
	if holder := leaseHolder(t); holder == "one" {
		t.Error("the Lease is still held by the one that has ended")
	}
	harness.Eventually(t, 5*time.Second, follower.LeadsNow)
	t.Logf("the other replica led %.1f s after the end", time.Since(ended).Seconds())
}

// A leader that cannot reach the API server stops to lead before another one may begin, and serves on.
func TestLeaderIsCutOff(t *testing.T) {
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	host := ns.Host("site")
	ns.Apply(harness.Web("red", red), harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "red"}))
	proxy := cluster.APIProxy(t)
	kubeconfig := cluster.WriteKubeconfig(t, proxy.URL, harness.ByToken(cluster.Token(t, harness.AccountName)))
	cut := cluster.StartBreakwater(t, []string{"POD_NAME=cut"}, "--kubeconfig="+kubeconfig)
	harness.Eventually(t, electionTTL+5*time.Second, cut.LeadsNow)
	other := cluster.BreakwaterPod(t, "other", harness.AccountName)
	other.WaitReady(t)
	harness.Eventually(t, recoversWithin, cut.Serves("http://"+host+"/", red))

	proxy.Block()
	for end := time.Now().Add(electionTTL + 5*time.Second); ; time.Sleep(50 * time.Millisecond) {
		stillLeads, err := cut.Leads()
		if err != nil {
			t.Fatal(err)
		}
		leads, err := other.Leads()
		if err != nil {
			t.Fatal(err)
		}
		if leads && stillLeads {
			t.Fatal("two replicas lead")
		}
		if leads {
			break
		}
		if time.Now().After(end) {
			t.Fatal("nobody leads")
		}
	}
	harness.Throughout(t, 200*time.Millisecond, cut.Serves("http://"+host+"/", red))
	proxy.Unblock()
}

// Where the Lease is missing and may not be made one line says so, and it is taken as soon as it is there.
func TestLeaseIsMissing(t *testing.T) {
	cluster.Kubectl(t, "delete", "lease", harness.LeaseName)
	bw := cluster.Breakwater(t)
	harness.Eventually(t, recoversWithin, func() error {
		if len(bw.LinesWith("missing right: create leases")) == 0 {
			return fmt.Errorf("nothing is said of it:\n%s", bw.Tail(20))
		}
		return nil
	})
	time.Sleep(2 * electionTTL / 4) // two more looks
	if lines := bw.LinesWith("missing right: create leases"); len(lines) != 1 {
		t.Errorf("%d lines say the same", len(lines))
	}
	cluster.Apply(t, fmt.Sprintf("{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: %s, namespace: %s}}",
		harness.LeaseName, harness.AccountNamespace))
	harness.Eventually(t, 5*time.Second, bw.LeadsNow)
}
