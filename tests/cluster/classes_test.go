package cluster

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"breakwater.test/cluster/harness"
)

// classless returns an Ingress without spec.ingressClassName; class: of the old annotation, "" is none.
func classless(ns *harness.Namespace, name, class string) string {
	text := harness.Ingress(harness.IngressSpec{Name: name, Host: ns.Host(name), Service: "red"})
	text = strings.Replace(text, "  ingressClassName: nginx\n", "", 1)
	if class != "" {
		text = strings.Replace(text, "annotations: {", "annotations: {kubernetes.io/ingress.class: "+class, 1)
	}
	return text
}

// defaultClass returns an IngressClass that the API server writes into Ingresses which are created without any.
func defaultClass(name, controller string) string {
	return strings.Replace(harness.IngressClass(name, controller), "name: "+name,
		fmt.Sprintf(`name: %s, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}`, name), 1)
}

// Which Ingresses are ours, by each of the flags that decide it.
func TestClassSelection(t *testing.T) { // while it makes a default class, no other test runs
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	of := func(name, class string) string {
		return harness.Ingress(harness.IngressSpec{Name: name, Class: class, Host: ns.Host(name), Service: "red"})
	}
	cluster.Apply(t, harness.IngressClass("own", "example.test/own"), harness.IngressClass("named", "example.test/other"))
	ns.Apply(harness.Web("red", red), of("own", "own"), of("named", "named"), of("nginx", "nginx"), of("nobody", "nobody"),
		classless(ns, "none", ""), classless(ns, "old", "named"), classless(ns, "older", "nginx"))
	cluster.Apply(t, defaultClass("chosen", "example.test/own")) // written into those that are created from now on
	ns.Apply(classless(ns, "defaulted", ""), classless(ns, "old-defaulted", "named"))
	cluster.Delete(t, "ingressclass", "chosen")
	cluster.Apply(t, harness.IngressClass("chosen", "example.test/own"))
	if class := ns.Kubectl("get", "ingress", "defaulted", "-o", "jsonpath={.spec.ingressClassName}"); class != "chosen" {
		t.Fatalf("the API server has filled in the class %q: this test does not test what it is for", class)
	}
	all := []string{"own", "named", "nginx", "nobody", "none", "old", "older", "defaulted", "old-defaulted"}

	for name, c := range map[string]struct {
		flags []string
		ours  []string
	}{
		"by itself":        {nil, []string{"nginx", "older"}},
		"controller class": {[]string{"--controller-class=example.test/own"}, []string{"own", "older", "defaulted"}},
		"ingress class": {[]string{"--controller-class=example.test/own", "--ingress-class=named"},
			[]string{"own", "old", "defaulted", "old-defaulted"}},
		"class by name": {[]string{"--controller-class=example.test/own", "--ingress-class=named", "--ingress-class-by-name"},
			[]string{"own", "named", "old", "defaulted", "old-defaulted"}},
		"without class": {[]string{"--watch-ingress-without-class"}, []string{"nginx", "none", "older"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bw := cluster.Breakwater(t, append(c.flags, ns.Only(), "--disable-leader-election", "--update-status=false")...)
			for _, ingress := range all {
				check := bw.Refuses("http://"+ns.Host(ingress)+"/", http.StatusNotFound)
				for _, ours := range c.ours {
					if ingress == ours {
						check = bw.Serves("http://"+ns.Host(ingress)+"/", red)
					}
				}
				harness.Eventually(t, showsWithin, check)
			}
		})
	}
}

// A class that is deleted takes its Ingresses along, and made again under another controller it does not bring them back.
func TestClassChangesHands(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	url := "http://" + ns.Host("site") + "/"
	cluster.Apply(t, harness.IngressClass("hands", "example.test/ours"))
	ns.Apply(harness.Web("red", red),
		harness.Ingress(harness.IngressSpec{Name: "site", Class: "hands", Host: ns.Host("site"), Service: "red"}))
	flags := []string{ns.Only(), "--disable-leader-election", "--update-status=false"}
	ours := cluster.Breakwater(t, append(flags, "--controller-class=example.test/ours")...)
	theirs := cluster.Breakwater(t, append(flags, "--controller-class=example.test/theirs")...)
	serves := func(serving, other *harness.Breakwater) {
		t.Helper()
		harness.Eventually(t, showsWithin, serving.Serves(url, red))
		harness.Eventually(t, showsWithin, other.Refuses(url, http.StatusNotFound))
	}
	serves(ours, theirs)

	cluster.Delete(t, "ingressclass", "hands")
	for _, bw := range []*harness.Breakwater{ours, theirs} {
		harness.Eventually(t, showsWithin, bw.Refuses(url, http.StatusNotFound))
	}
	cluster.Apply(t, harness.IngressClass("hands", "example.test/theirs"))
	serves(theirs, ours)
	cluster.Delete(t, "ingressclass", "hands")
	cluster.Apply(t, harness.IngressClass("hands", "example.test/ours"))
	serves(ours, theirs)
}
