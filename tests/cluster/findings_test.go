package cluster

import (
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

// wanted is a finding that documents are to bring. All names are of the test's namespace.
type wanted struct {
	documents []string
	kind      string // Ingress or Secret
	name      string
	severity  string
	field     string
	words     []string // of its text
	reason    string   // of its Event
}

func annotationField(name string) string {
	return "metadata.annotations[nginx.ingress.kubernetes.io/" + name + "]"
}

const backendField = "spec.rules[0].http.paths[0].backend"

func findingsTable(ns *harness.Namespace) map[string]wanted {
	ingress := func(spec harness.IngressSpec) string {
		if spec.Host == "" {
			spec.Host = ns.Host(spec.Name)
		}
		if spec.Service == "" {
			spec.Service = "red"
		}
		return harness.Ingress(spec)
	}
	annotated := func(name, annotation, value string) []string {
		return []string{ingress(harness.IngressSpec{Name: name, Annotations: map[string]string{annotation: value}})}
	}
	withSecret := func(name, certificate, key string) []string {
		return []string{secret(name, certificate, key), ingress(harness.IngressSpec{Name: name, Secret: name})}
	}
	issue := func(host string) harness.Identity { return cluster.Authority.Issue(pkix.Name{CommonName: host}, host) }
	fits, other := issue(ns.Host("mixed")), issue(ns.Host("other"))
	soon := cluster.Authority.IssueFor(3*24*time.Hour, pkix.Name{}, ns.Host("soon"))

	return map[string]wanted{
		"missing service": {
			[]string{ingress(harness.IngressSpec{Name: "nowhere", Service: "nowhere"})},
			"Ingress", "nowhere", "error", backendField, []string{"/nowhere does not exist", "503"}, "NotServed"},
		"missing port": {
			[]string{strings.Replace(ingress(harness.IngressSpec{Name: "port"}), "number: 80", "number: 81", 1)},
			"Ingress", "port", "error", backendField, []string{"/red has no TCP port 81"}, "NotServed"},
		"missing secret": {
			[]string{ingress(harness.IngressSpec{Name: "secretless", Secret: "nowhere"})},
			"Ingress", "secretless", "error", "spec.tls[0].secretName", []string{"/nowhere does not exist"}, "NotServed"},
		"junk secret": {
			withSecret("junk", "-----BEGIN CERTIFICATE-----\n\x00\xff\n-----END CERTIFICATE-----\n", "\x00"),
			"Ingress", "junk", "error", "spec.tls[0].secretName", []string{"/junk", "certificate"}, "NotServed"},
		"wrong key": {
			withSecret("mixed", string(fits.Certificate), string(other.Key)),
			"Ingress", "mixed", "error", "spec.tls[0].secretName", []string{"/mixed", "key"}, "NotServed"},
		"not covering": {
			withSecret("uncovered", string(other.Certificate), string(other.Key)),
			"Ingress", "uncovered", "error", "spec.tls[0].secretName",
			[]string{"does not cover " + ns.Host("uncovered")}, "NotServed"},
		"about to expire": {
			withSecret("soon", string(soon.Certificate), string(soon.Key)),
			"Secret", "soon", "warning", "data[tls.crt]", []string{"expires on", "it is served"}, "ServedOtherwise"},
		"shadowed path": {
			[]string{ingress(harness.IngressSpec{Name: "longer", Host: ns.Host("shadow"), Path: "/a/"}),
				ingress(harness.IngressSpec{Name: "shadowed", Host: ns.Host("shadow"), Path: "/a", Service: "blue"})},
			"Ingress", "shadowed", "warning", "spec.rules[0].http.paths[0].path",
			[]string{"/longer is longer", "none comes here"}, "ServedOtherwise"},
		"same-host conflict": {
			[]string{ingress(harness.IngressSpec{Name: "conflict", Host: ns.Host("plain")})},
			"Ingress", "conflict", "error", "spec.rules[0].http.paths[0]",
			[]string{"/plain goes first", "left out"}, "NotServed"},
		"unknown annotation": {
			annotated("unknown", "proxy-raed-timeout", "5"),
			"Ingress", "unknown", "warning", annotationField("proxy-raed-timeout"),
			[]string{"no annotation that we know", "ignored"}, "ServedOtherwise"},
		"bad value, the default instead": {
			annotated("soft", "proxy-read-timeout", "-17 fortnights"),
			"Ingress", "soft", "warning", annotationField("proxy-read-timeout"), []string{"fortnights", "default"}, "ServedOtherwise"},
		"bad value, left out": {
			annotated("hard", "permanent-redirect", "nowhere"),
			"Ingress", "hard", "error", annotationField("permanent-redirect"),
			[]string{"nowhere", "left out"}, "AnnotationParsingFailed"},
		"bad value, denied": {
			annotated("denied", "proxy-ssl-secret", ns.Name+"/nowhere"),
			"Ingress", "denied", "error", annotationField("proxy-ssl-secret"),
			[]string{"nowhere", "503"}, "AnnotationParsingFailed"},
	}
}

// Each mistake is told in four places, and in each of them once: /debug/findings, the log, the metric, and an Event.
func TestEachFindingIsToldEverywhere(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	ns.Apply(harness.Web("red", red), harness.Web("blue", red),
		harness.Ingress(harness.IngressSpec{Name: "plain", Host: ns.Host("plain"), Service: "red"}))
	time.Sleep(time.Second) // an Ingress's age has a second's resolution: `plain` is to be the oldest
	table := findingsTable(ns)
	bw := cluster.Breakwater(t, ns.Only(), "--disable-leader-election", "--update-status=false")
	for _, want := range table {
		ns.Apply(want.documents...)
	}

	var findings []harness.Finding
	harness.Eventually(t, recoversWithin, func() error {
		var err error
		if findings, err = bw.Findings(); err == nil && len(findings) != len(table) {
			err = fmt.Errorf("%d findings, not %d: %v", len(findings), len(table), findings)
		}
		return err
	})
	for name, want := range table {
		t.Run(name, func(t *testing.T) { isToldEverywhere(t, ns, bw, findings, want) })
	}
	for severity, count := range map[string]int{"error": 9, "warning": 4} {
		if got, err := bw.Metric("breakwater_findings", `"`+severity+`"`); err != nil || got != float64(count) {
			t.Errorf("breakwater_findings of %s: %v, not %d (%v)", severity, got, count, err)
		}
	}

	ns.Delete("ingress", "nowhere") // what is mended is told no longer
	harness.Eventually(t, showsWithin, func() error {
		if got, err := bw.Metric("breakwater_findings", `"error"`); err != nil || got != 8 {
			return fmt.Errorf("breakwater_findings of errors: %v, not 8 (%v)", got, err)
		}
		return nil
	})
}

func isToldEverywhere(t *testing.T, ns *harness.Namespace, bw *harness.Breakwater, findings []harness.Finding, want wanted) {
	object := want.kind + " " + ns.Name + "/" + want.name
	entries := slices.DeleteFunc(slices.Clone(findings), func(f harness.Finding) bool { return f.Object != object })
	if len(entries) != 1 || entries[0].Field != want.field || entries[0].Severity != want.severity {
		t.Errorf("wanted one entry of %s, %s (%s), got %v", object, want.field, want.severity, entries)
	}
	words := append([]string{want.field}, want.words...)
	if lines := bw.LinesWith(append([]string{" finding ", `object="` + object + `"`}, words...)...); len(lines) != 1 {
		t.Errorf("%d lines of the log with %q", len(lines), words)
	}
	harness.Eventually(t, statusWithin, func() error {
		if want.kind == "Ingress" {
			return describes(ns, want.name, append([]string{"Warning", want.reason, "breakwater"}, words...)...)()
		}
		// kubectl describes no Events of a Secret.
		text := ns.Kubectl("events", "--for", want.kind+"/"+want.name)
		for _, word := range append(words, want.reason) {
			if !strings.Contains(text, word) {
				return errors.New("no " + word + " in " + text)
			}
		}
		return nil
	})
}
