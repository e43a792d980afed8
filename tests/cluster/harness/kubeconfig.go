package harness

import (
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Credential is the `user` of a kubeconfig, as YAML in flow style.
type Credential string

// ByCertificate proves itself by a client certificate.
func ByCertificate(identity Identity) Credential {
	return Credential(fmt.Sprintf("{client-certificate-data: %s, client-key-data: %s}",
		base64.StdEncoding.EncodeToString(identity.Certificate), base64.StdEncoding.EncodeToString(identity.Key)))
}

// ByToken proves itself by a bearer token.
func ByToken(token string) Credential { return Credential(fmt.Sprintf("{token: %q}", token)) }

// ByPlugin proves itself by what a program prints.
func ByPlugin(program string) Credential {
	return Credential(fmt.Sprintf(
		"{exec: {apiVersion: client.authentication.k8s.io/v1, command: %q, interactiveMode: Never, env: [{name: ASKED_BY, value: test}]}}",
		program))
}

// Kubeconfig returns a file for one server and one user.
func (c *Cluster) Kubeconfig(server string, credential Credential) []byte {
	return []byte(fmt.Sprintf(`apiVersion: v1
kind: Config
clusters:
- name: test
  cluster: {server: %q, certificate-authority-data: %s}
users:
- name: test
  user: %s
contexts:
- name: test
  context: {cluster: test, user: test}
current-context: test
`, server, base64.StdEncoding.EncodeToString(c.Authority.PEM), credential))
}

// WriteKubeconfig writes one for the test and returns its path.
func (c *Cluster) WriteKubeconfig(t *testing.T, server string, credential Credential) string {
	t.Helper()
	return WriteFile(t, t.TempDir(), "kubeconfig", c.Kubeconfig(server, credential), 0o600)
}

// WriteFile puts content in place by a rename, as Kubernetes does with the files of a volume; readers see all or nothing.
func WriteFile(t *testing.T, dir, name string, content []byte, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path+".new", content, mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
	return path
}
