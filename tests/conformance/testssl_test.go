package conformance

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

const scannedHost = "scanned.test"

const tlsOfTwoKinds = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: scanned}
spec:
  ingressClassName: nginx
  tls: [{hosts: [%[1]s], secretName: curve}, {hosts: [%[1]s], secretName: rsa}]
  rules: [{host: %[1]s}]
---
`

// What the certificate, the DNS and the pod decide and not we.
var notOurs = map[string]string{
	"cert_chain_of_trust": "the test's own certificates sign themselves",
	"cert_trust":          "the same",
	"cert_revocation":     "they have no authority that could revoke them",
	"overall_grade":       "made of the above (testssl 3.2)",
	"security_headers":    "the pod's",
}

// How bad a finding is; of the others (DEBUG, INFO, OK, WARN) none is a fault of the server.
var faults = map[string]bool{"LOW": true, "MEDIUM": true, "HIGH": true, "CRITICAL": true, "FATAL": true}

// testssl.sh against a host with an RSA and an ECDSA certificate: protocols, suites, forward secrecy, the server's
// order, defaults, headers and the known vulnerabilities.
func TestTestssl(t *testing.T) {
	curveKey := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	rsaKey := must(rsa.GenerateKey(rand.Reader, 2048))
	b := startBreakwater(t, fmt.Sprintf(tlsOfTwoKinds, scannedHost)+
		harness.TLSSecret("curve", selfSigned(curveKey))+"\n---\n"+harness.TLSSecret("rsa", selfSigned(rsaKey)))

	report := filepath.Join(t.TempDir(), "report.json")
	scan := exec.Command("testssl", "--quiet", "--warnings", "off", "--color", "0", "--nodns", "none", "--ip", "127.0.0.1",
		"--protocols", "--std", "--pfs", "--server-preference", "--server-defaults", "--headers", "--vulnerable",
		"--jsonfile", report, fmt.Sprintf("https://%s:%d", scannedHost, b.Port("https")))
	output, _ := scan.CombinedOutput() // its exit code counts what it found
	var findings []struct{ ID, Severity, Finding string }
	if err := json.Unmarshal(must(os.ReadFile(report)), &findings); err != nil {
		t.Fatal(err, string(output))
	}
	seen := map[string]string{}
	for _, finding := range findings {
		seen[finding.ID] = finding.Finding
		id, _, _ := strings.Cut(finding.ID, " ") // "cert_trust <cert#2>"
		if faults[finding.Severity] && notOurs[id] == "" {
			t.Errorf("%s: %s: %s", finding.Severity, finding.ID, finding.Finding)
		}
	}
	for id, want := range map[string]string{"TLS1_2": "offered", "TLS1_3": "offered", "ROBOT": "not vulnerable", "cert_numbers": "2"} {
		if !strings.Contains(seen[id], want) {
			t.Errorf("%s: %q, want %q in it; the scan said:\n%s", id, seen[id], want, output)
		}
	}
}

// selfSigned returns a certificate for scannedHost.
func selfSigned(key crypto.Signer) harness.Identity {
	template := &x509.Certificate{
		SerialNumber: must(rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))),
		Subject:      pkix.Name{CommonName: scannedHost},
		DNSNames:     []string{scannedHost},
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(90 * 24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der := must(x509.CreateCertificate(rand.Reader, template, template, key.Public(), key))
	private := must(x509.MarshalPKCS8PrivateKey(key))
	return harness.Identity{
		Certificate: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		Key:         pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
	}
}

// must is for what fails only where the machine is broken.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
