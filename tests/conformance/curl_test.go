package conformance

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"breakwater.test/cluster/harness"
)

const (
	bodyBytes   = 5 << 20
	curlsAtOnce = 100
)

// TestCurl sends and fetches large bodies, and many small ones side by side, with each protocol that curl has towards
// pods of each.
func TestCurl(t *testing.T) {
	large := randomBytes(bodyBytes)
	sent := harness.WriteFile(t, t.TempDir(), "sent", large, 0o600)
	b := startPods(t, large, podProtocols...)
	for _, way := range []struct{ option, scheme, version string }{
		{"--http2-prior-knowledge", "http", "2"}, {"--http2", "https", "2"}, {"--http1.1", "https", "1.1"},
	} {
		for _, protocol := range podProtocols {
			t.Run(way.option[2:]+"_"+protocol, func(t *testing.T) {
				dir := t.TempDir()
				to := fmt.Sprintf("::127.0.0.1:%d", b.Port(way.scheme))
				url := way.scheme + "://" + host(strings.ToLower(protocol))
				curl := func(arguments ...string) string {
					return run(t, "curl", append([]string{way.option, "-sS", "-k", "--fail", "--max-time", "60", "--connect-to", to,
						"-w", "%{http_version} %{response_code}\n"}, arguments...)...)
				}
				fetched, echoed := filepath.Join(dir, "fetched"), filepath.Join(dir, "echoed")
				answers := curl("-o", fetched, url+largePath)
				checkFile(t, "GET", fetched, large)
				answers += curl("-o", echoed, "--data-binary", "@"+sent, url+echoPath)
				checkFile(t, "POST", echoed, large)
				answers += curl("-Z", "--parallel-immediate", "--parallel-max", fmt.Sprint(curlsAtOnce),
					"-o", filepath.Join(dir, "small-#1"), fmt.Sprintf("%s%s?[1-%d]", url, smallPath, curlsAtOnce))
				for i := range curlsAtOnce {
					checkFile(t, "one of many", filepath.Join(dir, fmt.Sprintf("small-%d", i+1)), []byte(smallBody))
				}
				if want := strings.Repeat(way.version+" 200\n", curlsAtOnce+2); answers != want {
					t.Errorf("not all are %s 200:\n%s", way.version, answers)
				}
			})
		}
	}
}

func randomBytes(count int) []byte {
	random := make([]byte, count)
	rand.NewChaCha8([32]byte{}).Read(random)
	return random
}

func checkFile(t *testing.T, what string, path string, want []byte) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s: %d bytes that are not the %d that were sent", what, len(got), len(want))
	}
}
