package cluster

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

// Flags that decide what is written to the cluster, and by whom.

// seen starts a Breakwater behind a proxy that takes note of what it asks.
func seen(t *testing.T, account string, flags ...string) (*harness.APIProxy, *harness.Breakwater) {
	t.Helper()
	proxy := cluster.APIProxy(t)
	kubeconfig := cluster.WriteKubeconfig(t, proxy.URL, harness.ByToken(cluster.Token(t, account)))
	bw := cluster.StartBreakwater(t, []string{"POD_NAME=one"}, append(flags, "--kubeconfig="+kubeconfig)...)
	bw.WaitReady(t)
	return proxy, bw
}

func TestUpdateStatusOff(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	ns.Apply(site(ns, "site")) // whose Service is missing
	proxy, _ := seen(t, harness.AccountName, ns.Only(), "--disable-leader-election", "--update-status=false",
		"--publish-status-address=192.0.2.7", "--status-update-interval=1")
	harness.Eventually(t, statusWithin, describes(ns, "site", "NotServed"))
	harness.Throughout(t, statusWithin, statusIs(ns, "site", ""))
	if asked := proxy.AskedFor(http.MethodPatch, "/status"); asked != 0 {
		t.Errorf("a status was written %d times", asked)
	}
}

// The last replica leaves its addresses where it is told to; by itself it takes them out again (TestStatusFromNodes).
func TestUpdateStatusOnShutdownOff(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	ns.Apply(site(ns, "site"))
	cluster.Pod(t, "one", "node-of-the-last", "192.0.2.3", "10.0.0.3")
	_, bw := seen(t, harness.AccountName, ns.Only(), "--disable-leader-election", "--update-status-on-shutdown=false",
		"--publish-status-address=192.0.2.7")
	harness.Eventually(t, statusWithin, statusIs(ns, "site", "192.0.2.7"))
	bw.End(t)
	if err := statusIs(ns, "site", "192.0.2.7")(); err != nil {
		t.Error(err)
	}
}

// Without an election no Lease is asked for, so that no right to one is needed; and it writes.
func TestLeaderElectionOff(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	ns.Apply(site(ns, "site"))
	var ofLeases []harness.Right
	for _, right := range cluster.Rights(t) {
		if right.Resource == "leases" {
			ofLeases = append(ofLeases, right)
		}
	}
	cluster.AccountWithout(t, "leaseless", ofLeases...)
	proxy, bw := seen(t, "leaseless", ns.Only(), "--disable-leader-election", "--publish-status-address=192.0.2.7")
	harness.Eventually(t, statusWithin, statusIs(ns, "site", "192.0.2.7"))
	harness.Eventually(t, statusWithin, describes(ns, "site", "NotServed"))
	for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodPut} {
		if asked := proxy.AskedFor(method, "/leases"); asked != 0 {
			t.Errorf("a Lease was asked for %d times (%s)", asked, method)
		}
	}
	if _, err := bw.Leads(); err == nil {
		t.Error("there is a metric of an election")
	}
	if lines := bw.LinesWith("lease"); len(lines) != 0 {
		t.Errorf("there is talk of a Lease:\n%s", strings.Join(lines, "\n"))
	}
}

const shortTTL = 3 * time.Second

// Another Lease by its name, for which a Role of its own suffices, and a shorter term.
func TestElectionOfItsOwn(t *testing.T) {
	t.Parallel()
	const lease = "own-election"
	account := electorWith(t, "own-elector", fmt.Sprintf("resourceNames: [%s], verbs: [get, update]", lease))
	cluster.Apply(t, fmt.Sprintf("{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: %s, namespace: %s}}",
		lease, harness.AccountNamespace))
	ns := cluster.Namespace(t)
	flags := []string{ns.Only(), "--election-id=" + lease, "--election-ttl=" + shortTTL.String(), "--update-status=false"}
	leader := cluster.BreakwaterPod(t, "first", account, flags...)
	harness.Eventually(t, shortTTL+5*time.Second, leader.LeadsNow)
	follower := cluster.BreakwaterPod(t, "second", account, flags...)
	follower.WaitReady(t)

	leader.Crash()
	killed := time.Now()
	harness.Eventually(t, shortTTL+5*time.Second, follower.LeadsNow)
	t.Logf("the other replica led %.1f s after the kill", time.Since(killed).Seconds())
	if holder := holderOf(t, lease); holder != "second" {
		t.Errorf("the Lease is held by %q", holder)
	}
	if holder := holderOf(t, harness.LeaseName); holder == "first" || holder == "second" {
		t.Errorf("the Lease that was not asked for is held by %q", holder)
	}
}

// Where a role allows it, the Lease is made.
func TestLeaseIsMade(t *testing.T) {
	t.Parallel()
	const lease = "made-election"
	account := electorWith(t, "maker", "verbs: [get, update, create]")
	ns := cluster.Namespace(t)
	bw := cluster.BreakwaterPod(t, "maker", account, ns.Only(), "--election-id="+lease,
		"--election-ttl="+shortTTL.String(), "--update-status=false")
	harness.Eventually(t, shortTTL+5*time.Second, bw.LeadsNow)
	if holder := holderOf(t, lease); holder != "maker" {
		t.Errorf("the Lease is held by %q", holder)
	}
}

// electorWith makes an account that may read what is routed, and with Leases do what is said.
func electorWith(t *testing.T, name, leases string) string {
	t.Helper()
	subject := harness.ServiceAccountSubject(name)
	cluster.Apply(t, harness.ServiceAccount(name), harness.RoleBinding(name, subject, harness.RoleName), fmt.Sprintf(`
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: %[1]s, namespace: %[2]s}
rules: [{apiGroups: [coordination.k8s.io], resources: [leases], %[3]s}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: %[1]s, namespace: %[2]s}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: %[1]s}
subjects: [%[4]s]`, name, harness.AccountNamespace, leases, subject))
	return name
}

// The addresses of --publish-status-address need no node and no Service: the rights to read them are not used.
func TestPublishStatusAddress(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	ns.Apply(site(ns, "site"))
	proxy, _ := seen(t, harness.AccountName, ns.Only(), "--disable-leader-election",
		"--publish-status-address=2001:db8::7,192.0.2.7,lb.test", "--status-update-interval=1")
	harness.Eventually(t, statusWithin, statusIs(ns, "site", "192.0.2.7 2001:db8::7 lb.test"))
	for _, path := range []string{"/nodes/", "/pods", "/services/"} {
		if asked := proxy.AskedFor(http.MethodGet, path); asked != 0 {
			t.Errorf("%s was read %d times", path, asked)
		}
	}
}

// What nothing matches goes to the default backend, from the moment that it is there.
func TestDefaultBackendService(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	red, blue := cluster.Backend(t, "red"), cluster.Backend(t, "blue")
	ns.Apply(harness.Web("red", red), harness.Ingress(harness.IngressSpec{Name: "site", Host: ns.Host("site"), Path: "/a", Service: "red"}))
	bw := cluster.Breakwater(t, ns.Only(), "--disable-leader-election", "--update-status=false",
		"--default-backend-service="+ns.Name+"/fallback")
	nowhere, elsewhere := "http://"+ns.Host("nowhere")+"/", "http://"+ns.Host("site")+"/b"
	harness.Eventually(t, showsWithin, bw.Refuses(nowhere, http.StatusNotFound))
	ns.Apply(harness.Web("fallback", blue))
	harness.Eventually(t, showsWithin, bw.Serves(nowhere, blue))
	harness.Eventually(t, showsWithin, bw.Serves(elsewhere, blue))
	harness.Eventually(t, showsWithin, bw.Serves("http://"+ns.Host("site")+"/a", red))
	ns.Delete("service", "fallback")
	harness.Eventually(t, showsWithin, bw.Refuses(nowhere, http.StatusNotFound))
}
