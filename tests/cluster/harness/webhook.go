package harness

import (
	"crypto/tls"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
)

// Webhook is where the API server asks about the Ingresses of one namespace: an address and two files for Breakwater.
type Webhook struct {
	ns   *Namespace
	port int
	dir  string
	name string
}

// Webhook makes one, with a certificate, and without a configuration yet.
func (n *Namespace) Webhook() *Webhook {
	n.t.Helper()
	w := &Webhook{ns: n, port: freePorts(1)[0], dir: n.t.TempDir(), name: n.Name}
	w.Certify(n.cluster.Authority)
	return w
}

// Another is one more for the same configuration, which asks the first alone: a second replica's.
func (w *Webhook) Another() *Webhook {
	w.ns.t.Helper()
	other := *w
	other.port = freePorts(1)[0]
	return &other
}

func (w *Webhook) address() string { return net.JoinHostPort(apiAddress, strconv.Itoa(w.port)) }

// WebhookName is that of the Secret, and of the configuration, that Breakwater has rights for.
const WebhookName = "breakwater-admission"

// OwnKeysWebhook makes one without a certificate: Breakwater is to make it, and the Secret for it is empty.
func (n *Namespace) OwnKeysWebhook() *Webhook {
	n.t.Helper()
	n.cluster.kubectl(n.t, "", "-n", AccountNamespace, "delete", "--ignore-not-found", "secret", WebhookName)
	n.cluster.kubectl(n.t, "", "-n", AccountNamespace, "create", "secret", "generic", WebhookName)
	return &Webhook{ns: n, port: freePorts(1)[0], name: WebhookName}
}

// OwnKeysFlags have Breakwater answer there, with a certificate of its own making.
func (w *Webhook) OwnKeysFlags() []string {
	return []string{
		"--validating-webhook=" + w.address(),
		"--validating-webhook-secret=" + AccountNamespace + "/" + WebhookName,
		"--validating-webhook-configuration=" + w.name,
	}
}

// Shows is the certificate that is shown there, as it came.
func (w *Webhook) Shows() ([]byte, error) {
	connection, err := tls.Dial("tcp", w.address(), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		return nil, err
	}
	defer connection.Close()
	return connection.ConnectionState().PeerCertificates[0].Raw, nil
}

// Flags are those that have Breakwater answer there, with a certificate in files.
func (w *Webhook) Flags() []string {
	return []string{
		"--validating-webhook=" + w.address(),
		"--validating-webhook-certificate=" + filepath.Join(w.dir, "tls.crt"),
		"--validating-webhook-key=" + filepath.Join(w.dir, "tls.key"),
	}
}

// Certify writes a new certificate of an authority into the files.
func (w *Webhook) Certify(by *Authority) {
	w.ns.t.Helper()
	identity := by.Issue(pkix.Name{CommonName: "webhook"}, apiAddress)
	WriteFile(w.ns.t, w.dir, "tls.crt", identity.Certificate, 0o600)
	WriteFile(w.ns.t, w.dir, "tls.key", identity.Key, 0o600)
}

// Configure has the API server ask there, trusting an authority. It takes effect within a second or so. The
// configuration goes with the test.
func (w *Webhook) Configure(trusted *Authority, failurePolicy string) {
	w.ns.t.Helper()
	w.ns.cluster.Apply(w.ns.t, fmt.Sprintf(`apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: %s}
webhooks:
- name: validate.breakwater.dev
  clientConfig: {url: "https://%s:%d/networking/v1/ingresses", caBundle: %s}
  rules: [{apiGroups: [networking.k8s.io], apiVersions: [v1], resources: [ingresses], operations: [CREATE, UPDATE]}]
  namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: %s}}
  failurePolicy: %s
  sideEffects: None
  timeoutSeconds: 5
  admissionReviewVersions: [v1]`, w.name, apiAddress, w.port,
		base64.StdEncoding.EncodeToString(trusted.PEM), w.ns.Name, failurePolicy))
	w.ns.t.Cleanup(func() { // also after a second call
		w.ns.cluster.tryKubectl("", "delete", "--ignore-not-found", "validatingwebhookconfiguration", w.name)
	})
}

// Try applies YAML documents as Apply does, and returns what kubectl prints. flags: of `kubectl apply`.
func (n *Namespace) Try(document string, flags ...string) (string, error) {
	arguments := append([]string{"-n", n.Name, "apply", "-f", "-"}, flags...)
	return n.cluster.tryKubectl(document, arguments...)
}
