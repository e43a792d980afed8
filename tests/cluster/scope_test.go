package cluster

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

// How long a right that was missing may take to be noticed: a person has to act, so it is not asked for often.
const noticedWithin = 15 * time.Second

// A role of one namespace may not list IngressClasses: then class names are compared with --ingress-class, which one
// line says, until the right is there.
func TestNamespacedRole(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	named, classed := ns.Host("named"), ns.Host("classed")
	ns.Apply(harness.Web("red", red),
		harness.Ingress(harness.IngressSpec{Name: "named", Class: "no-object", Host: named, Service: "red"}),
		harness.Ingress(harness.IngressSpec{Name: "classed", Class: "by-controller", Host: classed, Service: "red"}),
		harness.RoleBindingIn("namespaced", harness.ServiceAccountSubject("namespaced"), harness.RoleName))
	cluster.Apply(t, harness.ServiceAccount("namespaced"),
		harness.IngressClass("by-controller", "example.test/namespaced"))
	kubeconfig := cluster.WriteKubeconfig(t, cluster.URL(), harness.ByToken(cluster.Token(t, "namespaced")))
	bw := cluster.StartBreakwater(t, nil, "--kubeconfig="+kubeconfig, "--watch-namespace="+ns.Name,
		"--ingress-class=no-object", "--controller-class=example.test/namespaced")
	bw.WaitReady(t)

	harness.Eventually(t, showsWithin, bw.Serves("http://"+named+"/", red))
	harness.Eventually(t, showsWithin, bw.Refuses("http://"+classed+"/", http.StatusNotFound))
	if lines := bw.LinesWith("ingressclasses"); len(lines) != 1 {
		t.Errorf("%d lines say that IngressClasses are forbidden:\n%s", len(lines), bw.Tail(20))
	}

	cluster.Apply(t, harness.RoleBinding("namespaced", harness.ServiceAccountSubject("namespaced"), harness.RoleName))
	harness.Eventually(t, noticedWithin, bw.Serves("http://"+classed+"/", red))
	harness.Eventually(t, showsWithin, bw.Refuses("http://"+named+"/", http.StatusNotFound))
}

// Ingresses count from the moment that their namespace has the labels, until it has them no longer.
func TestNamespaceSelector(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	host := ns.Host("site")
	url := "http://" + host + "/"
	ns.Apply(harness.Web("red", red), harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "red"}))
	label := func(labels string) {
		cluster.Apply(t, fmt.Sprintf("{apiVersion: v1, kind: Namespace, metadata: {name: %s, labels: {%s}}}", ns.Name, labels))
	}
	cluster.Apply(t, harness.ServiceAccount("selecting"),
		harness.RoleBinding("selecting-namespaces", harness.ServiceAccountSubject("selecting"), harness.NamespacesRole),
		harness.RoleBinding("selecting", harness.ServiceAccountSubject("selecting"), harness.RoleName))
	kubeconfig := cluster.WriteKubeconfig(t, cluster.URL(), harness.ByToken(cluster.Token(t, "selecting")))
	bw := cluster.StartBreakwater(t, nil, "--kubeconfig="+kubeconfig,
		"--watch-namespace-selector=exposed in (yes,soon),!retired")
	bw.WaitReady(t)

	harness.Eventually(t, showsWithin, bw.Refuses(url, http.StatusNotFound))
	label(`exposed: "yes"`)
	harness.Eventually(t, showsWithin, bw.Serves(url, red))
	label(`exposed: "yes", retired: "2026"`)
	harness.Eventually(t, showsWithin, bw.Refuses(url, http.StatusNotFound))
	label(`exposed: soon`)
	harness.Eventually(t, showsWithin, bw.Serves(url, red))
	label("")
	harness.Eventually(t, showsWithin, bw.Refuses(url, http.StatusNotFound))
}
