package cluster

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

// How long the API server may take to act on another ValidatingWebhookConfiguration.
const configuredWithin = 10 * time.Second

const denied = `admission webhook "validate.breakwater.dev" denied the request: `

// refused says whether kubectl shows that the webhook refuses a document, with these words.
func refused(ns *harness.Namespace, document string, words ...string) error {
	output, err := ns.Try(document, "--dry-run=server")
	if err == nil {
		return fmt.Errorf("taken: %s", output)
	}
	for _, word := range append(words, denied) {
		if !strings.Contains(err.Error(), word) {
			return fmt.Errorf("%q is not in %w", word, err)
		}
	}
	return nil
}

// What kubectl shows of the admission webhook: refusals, warnings, and nothing where all is well.
func TestAdmission(t *testing.T) {
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	host := ns.Host("site")
	ingress := func(name, path, service string, annotations map[string]string) string {
		return harness.Ingress(harness.IngressSpec{
			Name: name, Host: host, Path: path, Service: service, Annotations: annotations})
	}
	ns.Apply(harness.Web("red", red), ingress("first", "/", "red", nil))
	webhook := ns.Webhook()
	bw := cluster.Breakwater(t, webhook.Flags()...)
	webhook.Configure(cluster.Authority, "Fail")

	clash := ingress("second", "/", "red", nil)
	harness.Eventually(t, configuredWithin, func() error {
		return refused(ns, clash, "Ingress "+ns.Name+"/second, spec.rules[0].http.paths[0]: ",
			"the Ingress "+ns.Name+"/first goes first")
	})
	if output, err := ns.Try(clash); err == nil {
		t.Errorf("taken where it is no dry run: %s", output)
	}
	if err := refused(ns, ingress("bad", "/bad", "red", map[string]string{"permanent-redirect": "nowhere"}),
		"metadata.annotations[nginx.ingress.kubernetes.io/permanent-redirect]"); err != nil {
		t.Error(err)
	}

	output, err := ns.Try(ingress("second", "/b", "nowhere", nil))
	warning := "Warning: Ingress " + ns.Name + "/second, spec.rules[0].http.paths[0].backend: the Service " + ns.Name + "/nowhere"
	if err != nil || !strings.Contains(output, warning) {
		t.Errorf("wanted it taken with %q, got %v: %s", warning, err, output)
	}
	output, err = ns.Try(ingress("third", "/c", "red", nil))
	if err != nil || strings.Contains(output, "Warning") {
		t.Errorf("wanted it taken without a warning, got %v: %s", err, output)
	}
	harness.Eventually(t, showsWithin, bw.Serves("http://"+host+"/c", red))

	// An older one does not take a path from a newer one either.
	if err := refused(ns, ingress("first", "/c", "red", nil), "Ingress "+ns.Name+"/third"); err != nil {
		t.Error(err)
	}
	// Nor is another controller's Ingress our affair.
	foreign := harness.Ingress(harness.IngressSpec{Name: "foreign", Class: "foreign", Host: host, Service: "red"})
	if output, err := ns.Try(foreign); err != nil || strings.Contains(output, "Warning") {
		t.Errorf("wanted it taken without a warning, got %v: %s", err, output)
	}
	ns.Delete("ingress", "third")
}

// A certificate that is replaced in its files is shown from then on, without a restart.
func TestAdmissionCertificateRotation(t *testing.T) {
	ns := cluster.Namespace(t)
	webhook := ns.Webhook()
	cluster.Breakwater(t, webhook.Flags()...)
	webhook.Configure(cluster.Authority, "Fail")
	bad := harness.Ingress(harness.IngressSpec{Name: "bad", Host: ns.Host("bad"), Service: "red",
		Annotations: map[string]string{"permanent-redirect": "nowhere"}})
	refuses := func() error { return refused(ns, bad) }
	harness.Eventually(t, configuredWithin, refuses)

	other := harness.NewAuthority()
	webhook.Certify(other)
	harness.Eventually(t, configuredWithin, func() error {
		_, err := ns.Try(bad)
		if err == nil || !strings.Contains(err.Error(), "failed to verify certificate") {
			return fmt.Errorf("the old authority is still good: %v", err)
		}
		return nil
	})
	webhook.Configure(other, "Fail")
	harness.Eventually(t, configuredWithin, refuses)
}

// Where nobody answers, failurePolicy decides, and kubectl says what could not be asked.
func TestAdmissionGone(t *testing.T) {
	ns := cluster.Namespace(t)
	webhook := ns.Webhook()
	webhook.Configure(cluster.Authority, "Fail")
	good := harness.Ingress(harness.IngressSpec{Name: "good", Host: ns.Host("good"), Service: "red"})
	harness.Eventually(t, configuredWithin, func() error {
		_, err := ns.Try(good, "--dry-run=server")
		if err == nil || !strings.Contains(err.Error(), `failed calling webhook "validate.breakwater.dev"`) {
			return fmt.Errorf("nobody was missed: %v", err)
		}
		return nil
	})
	webhook.Configure(cluster.Authority, "Ignore")
	harness.Eventually(t, configuredWithin, func() error {
		_, err := ns.Try(good)
		return err
	})
}

// What it is started with has to be usable: one clear line, and a non-zero exit.
func TestAdmissionCertificateMissing(t *testing.T) {
	nowhere := t.TempDir() + "/nowhere.crt"
	kubeconfig := cluster.WriteKubeconfig(t, cluster.URL(), harness.ByToken(cluster.Token(t, harness.AccountName)))
	process, err := cluster.RunBreakwater(t, 20*time.Second, "--kubeconfig="+kubeconfig,
		"--validating-webhook=:9444", "--validating-webhook-certificate="+nowhere, "--validating-webhook-key="+nowhere)
	if err == nil || len(process.LinesWith(nowhere, "--validating-webhook-certificate")) != 1 {
		t.Errorf("wanted a failure and one line that names %s, got %v and:\n%s", nowhere, err, process.Tail(20))
	}
}
