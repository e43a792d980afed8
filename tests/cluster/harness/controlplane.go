package harness

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"
)

const (
	apiAddress = "10.96.77.1"
	apiURL     = "https://" + apiAddress + ":6443"
	etcdURL    = "http://127.0.0.1:2379"
	peerURL    = "http://127.0.0.1:2380"
)

// Cluster is a control plane without nodes: etcd, kube-apiserver, and the keys to it.
type Cluster struct {
	dir       string // of this run
	bin       string // what tests/cluster/build made
	Authority *Authority
	admin     Identity
	client    *http.Client // the administrator's
	etcd      *Process
	api       *Process
	forNode   bool         // the API server is one that pods can run on
	backends  atomic.Int32 // handed out so far
}

// WithoutCluster is for tests of the traffic alone, whose objects are manifests: nothing but a directory of the run.
func WithoutCluster(dir string) *Cluster { return &Cluster{dir: dir} }

// StartCluster starts etcd and the API server and returns when the latter is ready. Nothing stops them but the end of
// the namespace.
func StartCluster(dir string) (*Cluster, error) {
	c := &Cluster{dir: dir, Authority: NewAuthority()}
	if err := c.start(); err != nil {
		return nil, err
	}
	return c, c.prepare()
}

// testCache is what tests/lib/say.sh calls so.
func testCache() (string, error) {
	if chosen := os.Getenv("BREAKWATER_TEST_CACHE"); chosen != "" {
		return chosen, nil
	}
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "breakwater-tests"), err
}

func (c *Cluster) start() error {
	cache, err := testCache()
	if err != nil {
		return err
	}
	c.bin = filepath.Join(cache, "bin")
	if _, err := os.Stat(filepath.Join(c.bin, "kube-apiserver")); err != nil {
		return fmt.Errorf("%w: run tests/cluster/build first", err)
	}

	if err := c.writeKeys(); err != nil {
		return err
	}
	c.etcd, err = startProcess(c.dir, "etcd", nil, filepath.Join(c.bin, "etcd"),
		"--data-dir="+c.path("etcd"), "--unsafe-no-fsync", "--log-level=warn",
		"--listen-client-urls="+etcdURL, "--advertise-client-urls="+etcdURL,
		"--listen-peer-urls="+peerURL, "--initial-advertise-peer-urls="+peerURL, "--initial-cluster=default="+peerURL)
	if err != nil {
		return err
	}
	if err := c.StartAPIServer(); err != nil {
		return fmt.Errorf("%w\n%s\n%s", err, c.etcd.Tail(10), c.api.Tail(20))
	}
	return nil
}

// URL is where the API server listens.
func (c *Cluster) URL() string { return apiURL }

func (c *Cluster) path(name string) string { return filepath.Join(c.dir, name) }

func (c *Cluster) writeKeys() error {
	c.admin = c.Authority.Issue(pkix.Name{Organization: []string{"system:masters"}, CommonName: "admin"})
	server := c.ServerIdentity()
	signing := newKey()
	for name, content := range map[string][]byte{
		"ca.crt":        c.Authority.PEM,
		"apiserver.crt": server.Certificate,
		"apiserver.key": server.Key,
		"sa.key":        keyPEM(signing),
		"sa.pub":        toPEM("PUBLIC KEY", must(x509.MarshalPKIXPublicKey(signing.Public()))),
		"admin.conf":    c.Kubeconfig(apiURL, ByCertificate(c.admin)),
	} {
		if err := os.WriteFile(c.path(name), content, 0o600); err != nil {
			return err
		}
	}
	pair := must(tls.X509KeyPair(c.admin.Certificate, c.admin.Key))
	c.client = &http.Client{
		Timeout: 10 * time.Second,
		Transport: &http.Transport{TLSClientConfig: &tls.Config{
			RootCAs: c.Authority.Pool(), Certificates: []tls.Certificate{pair},
		}},
	}
	return nil
}

// ServerIdentity is a certificate under every name that the API server, or a proxy in front of it, goes by.
func (c *Cluster) ServerIdentity() Identity {
	return c.Authority.Issue(pkix.Name{CommonName: "kube-apiserver"},
		apiAddress, "10.97.0.1", "127.0.0.1", "localhost", "kubernetes.default.svc")
}

// StartAPIServer starts it, on the same etcd as before, and returns when it is ready.
func (c *Cluster) StartAPIServer() error {
	// The one admission plug-in waits for what a controller-manager would make, the other one is for kubelets.
	particular := []string{"--disable-admission-plugins=ServiceAccount"}
	if c.forNode {
		particular = []string{
			"--enable-admission-plugins=NodeRestriction", "--kubelet-preferred-address-types=InternalIP",
			"--kubelet-client-certificate=" + c.path("kubelet-client.crt"), "--kubelet-client-key=" + c.path("kubelet-client.key"),
		}
	}
	var err error
	c.api, err = startProcess(c.dir, "kube-apiserver", nil, append([]string{filepath.Join(c.bin, "kube-apiserver"),
		"--etcd-servers=" + etcdURL, "--bind-address=" + apiAddress, "--advertise-address=" + apiAddress, "--secure-port=6443",
		"--service-cluster-ip-range=10.97.0.0/16", "--authorization-mode=Node,RBAC",
		"--client-ca-file=" + c.path("ca.crt"), "--cert-dir=" + c.dir,
		"--tls-cert-file=" + c.path("apiserver.crt"), "--tls-private-key-file=" + c.path("apiserver.key"),
		"--service-account-issuer=https://kubernetes.default.svc.cluster.local",
		"--service-account-key-file=" + c.path("sa.pub"), "--service-account-signing-key-file=" + c.path("sa.key")}, particular...)...)
	if err != nil {
		return err
	}
	return poll(60*time.Second, c.apiReady)
}

func (c *Cluster) apiReady() error {
	if !c.api.Alive() {
		return fmt.Errorf("kube-apiserver %w", errEnded)
	}
	response, err := c.client.Get(apiURL + "/readyz")
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("kube-apiserver is not ready: %s", response.Status)
	}
	return nil
}

// KillAPIServer ends it by SIGKILL: open watches break off inside the body.
func (c *Cluster) KillAPIServer() { c.api.Kill() }

// Compact forgets all history in etcd. What the API server still has in its own cache goes only when it is killed and
// started again; from then on every older watch is 410 Gone.
func (c *Cluster) Compact() error {
	status, err := exec.Command(filepath.Join(c.bin, "etcdctl"), "--endpoints="+etcdURL, "endpoint", "status", "-w", "json").Output()
	if err != nil {
		return err
	}
	var endpoints []struct {
		Status struct{ Header struct{ Revision int64 } }
	}
	if err := json.Unmarshal(status, &endpoints); err != nil || len(endpoints) != 1 {
		return fmt.Errorf("etcdctl: %s: %v", status, err)
	}
	revision := strconv.FormatInt(endpoints[0].Status.Header.Revision, 10)
	return command(filepath.Join(c.bin, "etcdctl"), "--endpoints="+etcdURL, "compact", revision)
}
