package cluster

import (
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"net/http"
	"testing"

	"breakwater.test/cluster/harness"
)

// What the API server lets through and no proxy can make sense of. Each costs at most itself.
func TestNonsense(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	plain, secure := ns.Host("plain"), ns.Host("secure")
	ofSecure := cluster.Authority.Issue(pkix.Name{CommonName: secure}, secure)
	ns.Apply(harness.Web("red", red), harness.TLSSecret("good", ofSecure),
		harness.Ingress(harness.IngressSpec{Name: "plain", Host: plain, Service: "red"}),
		harness.Ingress(harness.IngressSpec{Name: "secure", Host: secure, Service: "red", Secret: "good"}))
	bw := cluster.Breakwater(t)
	othersServed := func() {
		t.Helper()
		harness.Eventually(t, showsWithin, bw.Serves("http://"+plain+"/", red))
		harness.Eventually(t, showsWithin, bw.Serves("https://"+secure+"/", red))
		harness.Eventually(t, showsWithin, bw.Shows("https://"+secure+"/", ofSecure))
	}
	othersServed()

	for name, documents := range nonsense(ns, ofSecure) {
		ns.Apply(documents...)
		after := ns.Host("after-" + name) // served: so the nonsense has been through before it
		ns.Apply(harness.Ingress(harness.IngressSpec{Name: "after-" + name, Host: after, Service: "red"}))
		harness.Eventually(t, showsWithin, bw.Serves("http://"+after+"/", red))
		othersServed()
	}
	if err := bw.Health("/readyz", http.StatusOK); err != nil {
		t.Error(err)
	}
}

func nonsense(ns *harness.Namespace, other harness.Identity) map[string][]string {
	annotated := func(name, value string) []string {
		return []string{harness.Ingress(harness.IngressSpec{
			Name: "bad-" + name, Host: ns.Host("bad-" + name), Service: "red", Annotations: map[string]string{name: value},
		})}
	}
	bad := func(spec harness.IngressSpec) string {
		spec.Host = ns.Host(spec.Name)
		return harness.Ingress(spec)
	}
	return map[string][]string{
		"body-size":    annotated("proxy-body-size", "a banana"),
		"timeout":      annotated("proxy-read-timeout", "-17 fortnights"),
		"redirect":     annotated("permanent-redirect", "http://a\r\nset-cookie: b=c"),
		"switch":       annotated("ssl-redirect", "perhaps"),
		"regex":        annotated("use-regex", "\x01\u202e{{"),
		"no-service":   {bad(harness.IngressSpec{Name: "bad-no-service", Service: "nowhere"})},
		"no-class":     {bad(harness.IngressSpec{Name: "bad-no-class", Class: "nowhere", Service: "red"})},
		"no-secret":    {bad(harness.IngressSpec{Name: "bad-no-secret", Service: "red", Secret: "nowhere"})},
		"empty-secret": {secret("empty", "", ""), bad(harness.IngressSpec{Name: "bad-empty", Service: "red", Secret: "empty"})},
		"junk-secret": {secret("junk", "-----BEGIN CERTIFICATE-----\n\x00\xff\n-----END CERTIFICATE-----\n", "\x00"),
			bad(harness.IngressSpec{Name: "bad-junk", Service: "red", Secret: "junk"})},
		"wrong-key": {secret("mixed", string(other.Certificate), string(cluster.Authority.Issue(pkix.Name{}).Key)),
			bad(harness.IngressSpec{Name: "bad-mixed", Service: "red", Secret: "mixed"})},
		"same-host": {harness.Ingress(harness.IngressSpec{ // a host and path that an older Ingress has
			Name: "bad-same-host", Host: ns.Host("plain"), Service: "nowhere"})},
		"odd-path": {fmt.Sprintf(`apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: bad-path}
spec:
  ingressClassName: nginx
  rules:
  - host: %s
    http: {paths: [{path: "/(unclosed[", pathType: ImplementationSpecific, backend: {service: {name: red, port: {name: nowhere}}}}]}`,
			ns.Host("bad-path"))},
		"no-rules": {`apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: bad-no-rules}
spec: {ingressClassName: nginx, tls: [{}], defaultBackend: {resource: {apiGroup: example.test, kind: Bucket, name: a}}}`},
		"odd-slice": {`apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: odd, labels: {kubernetes.io/service-name: red}}
addressType: FQDN
ports: []
endpoints: [{addresses: [somewhere.example]}]`},
	}
}

func secret(name, certificate, key string) string {
	return fmt.Sprintf("{apiVersion: v1, kind: Secret, type: kubernetes.io/tls, metadata: {name: %s}, data: {tls.crt: %q, tls.key: %q}}",
		name, base64.StdEncoding.EncodeToString([]byte(certificate)), base64.StdEncoding.EncodeToString([]byte(key)))
}
