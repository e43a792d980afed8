package conformance

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

const h2loadRequests = 10_000

// TestH2Load has nghttp2's load generator ask both listeners as fast as it can: every request is answered with 200.
func TestH2Load(t *testing.T) {
	protocols := []string{"HTTP", "GRPC"}
	b := startPods(t, nil, protocols...)
	for _, scheme := range []string{"http", "https"} {
		for _, protocol := range protocols {
			t.Run(scheme+"_"+protocol, func(t *testing.T) {
				report := run(t, "h2load", "-n", fmt.Sprint(h2loadRequests), "-c10", "-m32",
					"--connect-to", fmt.Sprintf("127.0.0.1:%d", b.Port(scheme)),
					scheme+"://"+host(strings.ToLower(protocol))+smallPath)
				all := fmt.Sprint(h2loadRequests)
				wanted := regexp.MustCompile(all + ` succeeded, 0 failed, 0 errored, 0 timeout\nstatus codes: ` + all + ` 2xx`)
				if !wanted.MatchString(report) {
					t.Error(report)
				}
				t.Log(regexp.MustCompile(`finished in .*`).FindString(report))
			})
		}
	}
}
