package cluster

import (
	"bytes"
	"crypto/x509/pkix"
	"errors"
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

// A Secret that only the Ingress under review names is not missing, and what is wrong with it is told.
func TestAdmissionOfASecretThatNothingNames(t *testing.T) {
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	host := ns.Host("site")
	good := cluster.Authority.Issue(pkix.Name{CommonName: host}, host)
	ofAnother := cluster.Authority.Issue(pkix.Name{CommonName: "another.test"}, "another.test")
	ns.Apply(harness.Web("red", red), harness.TLSSecret("good", good), harness.TLSSecret("bad", ofAnother))
	webhook := ns.Webhook()
	cluster.Breakwater(t, webhook.Flags()...)
	webhook.Configure(cluster.Authority, "Fail")
	said := func(secret string) (string, error) {
		return ns.Try(harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "red", Secret: secret}),
			"--dry-run=server")
	}
	for _, c := range []struct{ secret, warning string }{
		{"bad", "does not cover " + host}, {"nowhere", "the Secret " + ns.Name + "/nowhere does not exist"},
	} {
		harness.Eventually(t, configuredWithin, func() error {
			output, err := said(c.secret)
			if err != nil || !strings.Contains(output, c.warning) {
				return fmt.Errorf("wanted it taken with %q, got %v: %s", c.warning, err, output)
			}
			return nil
		})
	}
	if output, err := said("good"); err != nil || strings.Contains(output, "Warning") {
		t.Errorf("wanted it taken without a warning, got %v: %s", err, output)
	}
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

// Without files it makes an authority and a certificate, in one Secret that replicas share, and has the API server trust
// them: with the rights that it is delivered with, and no other.
func TestAdmissionOwnCertificate(t *testing.T) {
	ns := cluster.Namespace(t)
	webhook := ns.OwnKeysWebhook()
	webhook.Configure(harness.NewAuthority(), "Fail") // whom nobody has a certificate of
	first := cluster.Breakwater(t, webhook.OwnKeysFlags()...)
	bad := harness.Ingress(harness.IngressSpec{Name: "bad", Host: ns.Host("bad"), Service: "red",
		Annotations: map[string]string{"permanent-redirect": "nowhere"}})
	harness.Eventually(t, recoversWithin, func() error { return refused(ns, bad) })

	other := webhook.Another()
	second := cluster.Breakwater(t, other.OwnKeysFlags()...)
	harness.Eventually(t, configuredWithin, func() error {
		ofFirst, err := webhook.Shows()
		if err != nil {
			return err
		}
		ofSecond, err := other.Shows()
		if err == nil && !bytes.Equal(ofFirst, ofSecond) {
			err = errors.New("each replica has a certificate of its own")
		}
		return err
	})
	if lines := second.LinesWith("webhook keys made"); len(lines) != 0 {
		t.Errorf("the second has made keys again: %s", lines)
	}
	for _, bw := range []*harness.Breakwater{first, second} {
		if lines := bw.LinesWith("private key"); len(lines) != 0 {
			t.Errorf("a key is in the log: %s", lines)
		}
	}
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
