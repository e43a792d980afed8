package harness

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

const (
	startLimit = 30 * time.Second // a sanitizer build on a busy machine
	stopLimit  = 20 * time.Second
)

// Breakwater is one running process of what is tested.
type Breakwater struct {
	*Process
	httpPort, httpsPort, healthPort, adminPort int

	client *http.Client
	gone   bool // ended by the test
}

// Breakwater starts one with the least rights that suffice, as in production, and waits until it is ready.
func (c *Cluster) Breakwater(t *testing.T, flags ...string) *Breakwater {
	t.Helper()
	kubeconfig := c.WriteKubeconfig(t, apiURL, ByToken(c.Token(t, AccountName)))
	b := c.StartBreakwater(t, nil, append(flags, "--kubeconfig="+kubeconfig)...)
	b.WaitReady(t)
	return b
}

// BreakwaterPod starts one as the pod of that name, with the rights of an account, and does not wait.
func (c *Cluster) BreakwaterPod(t *testing.T, pod, account string, flags ...string) *Breakwater {
	t.Helper()
	kubeconfig := c.WriteKubeconfig(t, apiURL, ByToken(c.Token(t, account)))
	return c.StartBreakwater(t, []string{"POD_NAME=" + pod}, append(flags, "--kubeconfig="+kubeconfig)...)
}

// StartBreakwater starts one with these variables and flags, and its ports besides; what it is started with decides
// whether it will ever be ready. It is stopped with the test, which fails when it does not end well.
func (c *Cluster) StartBreakwater(t *testing.T, env []string, flags ...string) *Breakwater {
	t.Helper()
	b := c.launch(t, env, flags...)
	t.Cleanup(func() { b.stopAfter(t) })
	return b
}

// RunBreakwater runs one that is to end by itself within the limit. The error says how it ended, nil for exit code 0.
func (c *Cluster) RunBreakwater(t *testing.T, limit time.Duration, flags ...string) (*Process, error) {
	t.Helper()
	b := c.launch(t, nil, flags...)
	return b.Process, b.wait(limit)
}

func (c *Cluster) launch(t *testing.T, env []string, flags ...string) *Breakwater {
	t.Helper()
	ports := freePorts(4)
	b := &Breakwater{httpPort: ports[0], httpsPort: ports[1], healthPort: ports[2], adminPort: ports[3]}
	b.client = b.newClient(c)
	argv := append([]string{
		binary(t), "--workers=2", "--shutdown-grace-period=0",
		fmt.Sprintf("--http-port=%d", ports[0]), fmt.Sprintf("--https-port=%d", ports[1]),
		fmt.Sprintf("--healthz-port=%d", ports[2]), fmt.Sprintf("--admin-port=%d", ports[3]),
	}, flags...)

	dir := filepath.Join(c.dir, strings.ReplaceAll(t.Name(), "/", "_"))
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	var err error
	env = append([]string{"POD_NAMESPACE=" + AccountNamespace}, env...)
	b.Process, err = startProcess(dir, fmt.Sprintf("breakwater-%d", ports[0]), env, argv...)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Crash ends it by SIGKILL.
func (b *Breakwater) Crash() {
	b.gone = true
	b.Kill()
}

// End ends it in order, before the test is over.
func (b *Breakwater) End(t *testing.T) {
	t.Helper()
	b.gone = true
	if err := b.Stop(stopLimit); err != nil {
		t.Fatal(err)
	}
}

func (b *Breakwater) stopAfter(t *testing.T) {
	b.client.CloseIdleConnections()
	if !b.gone {
		if err := b.Stop(stopLimit); err != nil {
			t.Error(err)
		}
	}
	if t.Failed() {
		t.Logf("the end of what %s printed:\n%s", b.name, b.Tail(60))
	}
}

// WaitReady waits until /readyz says so.
func (b *Breakwater) WaitReady(t *testing.T) {
	t.Helper()
	Eventually(t, startLimit, func() error { return b.Health("/readyz", http.StatusOK) })
}

// Health asks the health port and says whether the status is the wanted one.
func (b *Breakwater) Health(path string, want int) error {
	if !b.Alive() {
		return fmt.Errorf("%s %w: %v", b.name, errEnded, b.cmd.ProcessState)
	}
	client := http.Client{Timeout: 5 * time.Second}
	response, err := client.Get(fmt.Sprintf("http://127.0.0.1:%d%s", b.healthPort, path))
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != want {
		return fmt.Errorf("%s answers %d, not %d", path, response.StatusCode, want)
	}
	return nil
}

// Leads says whether it leads, by its metric; an error for as long as that is not there.
func (b *Breakwater) Leads() (bool, error) {
	value, err := b.Metric("nginx_ingress_controller_leader_election_status", "")
	return value == 1, err
}

// Metric reads the first sample of that name whose labels contain a text.
func (b *Breakwater) Metric(name, labels string) (float64, error) {
	text, err := b.page(b.healthPort, "/metrics")
	if err != nil {
		return 0, err
	}
	for _, line := range strings.Split(text, "\n") {
		sample, value, _ := strings.Cut(line, "} ")
		if strings.HasPrefix(sample, name+"{") && strings.Contains(sample, labels) {
			return strconv.ParseFloat(value, 64)
		}
	}
	return 0, fmt.Errorf("no %s{%s} in:\n%s", name, labels, text)
}

// AdminPort is the flag by which another process finds its debug port.
func (b *Breakwater) AdminPort() string { return fmt.Sprintf("--admin-port=%d", b.adminPort) }

// Finding is an entry of /debug/findings.
type Finding struct {
	Object   string `json:"object"` // `Ingress shop/web`
	Field    string `json:"field"`
	Severity string `json:"severity"`
	Text     string `json:"text"`
}

// Findings reads those of the table in force.
func (b *Breakwater) Findings() ([]Finding, error) {
	text, err := b.page(b.adminPort, "/debug/findings")
	if err != nil {
		return nil, err
	}
	var findings []Finding
	return findings, json.Unmarshal([]byte(text), &findings)
}

func (b *Breakwater) page(port int, path string) (string, error) {
	client := http.Client{Timeout: 5 * time.Second}
	response, err := client.Get(fmt.Sprintf("http://127.0.0.1:%d%s", port, path))
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return string(text), err
}

// LeadsNow is Leads as a check. For Eventually.
func (b *Breakwater) LeadsNow() error {
	leads, err := b.Leads()
	if err == nil && !leads {
		err = fmt.Errorf("%s does not lead:\n%s", b.name, b.Tail(10))
	}
	return err
}

// Port is where it listens for a URL's scheme, on 127.0.0.1.
func (b *Breakwater) Port(scheme string) int {
	if scheme == "https" {
		return b.httpsPort
	}
	return b.httpPort
}

// address is where to connect for a URL's scheme, whatever host it names.
func (b *Breakwater) address(scheme string) string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(b.Port(scheme)))
}

func (b *Breakwater) dial(ctx context.Context, scheme string) (net.Conn, error) {
	var dialer net.Dialer
	return dialer.DialContext(ctx, "tcp", b.address(scheme))
}

func binary(t *testing.T) string {
	t.Helper()
	path := os.Getenv("BREAKWATER_BINARY")
	if path == "" {
		path = "../../build/dev/breakwater"
	}
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// The next port that was not handed out: below those that the kernel gives to clients. Nobody else lives in this
// network namespace.
var nextPort atomic.Int32

const firstPort = 20000

func freePorts(count int) []int {
	ports := make([]int, count)
	for i := range ports {
		ports[i] = firstPort + int(nextPort.Add(1))
	}
	return ports
}
