package cluster

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

// An API server that answers, and wrongly. The traffic never notices; what is wrong is said, and said once; and what
// has changed meanwhile takes effect when it behaves again.
func TestAPIServerMisbehaves(t *testing.T) {
	const misbehavesFor = 4 * time.Second
	ns := cluster.Namespace(t)
	red, blue := cluster.Backend(t, "red"), cluster.Backend(t, "blue")
	steady, moved := ns.Host("steady"), ns.Host("moved")
	ns.Apply(harness.Web("red", red), harness.Web("blue", blue),
		harness.Ingress(harness.IngressSpec{Name: "steady", Host: steady, Service: "red"}),
		harness.Ingress(harness.IngressSpec{Name: "moved", Host: moved, Service: "red"}))

	for _, c := range []struct {
		name   string
		manner harness.Manner
		says   string // in the log; "": it is not to be told from a server with nothing to say
	}{
		{"slow", slowly, ""},
		{"truncated JSON", withText(http.StatusOK, `{"kind": "List", "metadata": {"resourceVersion": "1"}, "items": [{"meta`+"\n"), "not JSON"},
		{"wrong types", withText(http.StatusOK, `{"kind": "List", "metadata": {"resourceVersion": 7}, "items": "none"}`+"\n"), "no event"},
		{"watch that never speaks", silentWatches, ""},
		{"410 storm", gone, "410"},
		{"429 with Retry-After", tooMany, "429"},
		{"5xx", withText(http.StatusInternalServerError, status(500, "InternalError", "etcd is on holiday")), "etcd is on holiday"},
		{"expired token", withText(http.StatusUnauthorized, status(401, "Unauthorized", "Unauthorized")), "Unauthorized"},
	} {
		t.Run(c.name, func(t *testing.T) {
			proxy, bw := behindProxy(t)
			harness.Eventually(t, showsWithin, bw.Serves("http://"+moved+"/", red))
			load := bw.Load(t, cluster, "http://"+steady+"/")
			before := len(bw.Lines()) // what is said of the start

			proxy.Behave(c.manner)
			ns.Apply(harness.Ingress(harness.IngressSpec{Name: "moved", Host: moved, Service: "blue"}))
			harness.Throughout(t, misbehavesFor, func() error { return bw.Health("/readyz", http.StatusOK) })
			if proxy.Asked() == 0 {
				t.Error("nobody was asked: this test did not test what it is for")
			}
			if asked := proxy.Asked(); asked > 100 { // six watches, each backing off
				t.Errorf("%d requests in %v", asked, misbehavesFor)
			}
			saysOnce(t, bw, before, c.says)

			proxy.Behave(nil)
			harness.Eventually(t, recoversWithin, bw.Serves("http://"+moved+"/", blue))
			load.Stop(t)
			ns.Apply(harness.Ingress(harness.IngressSpec{Name: "moved", Host: moved, Service: "red"}))
		})
	}
}

// saysOnce looks at the process's own lines, not those of the access log, behind the first ones.
func saysOnce(t *testing.T, bw *harness.Breakwater, first int, wanted string) {
	t.Helper()
	seen := map[string]bool{}
	said := wanted == ""
	for _, line := range bw.Lines()[first:] {
		_, text, _ := strings.Cut(line, " ") // behind its time
		if !strings.HasPrefix(text, "warn") && !strings.HasPrefix(text, "error") {
			continue
		}
		if seen[text] {
			t.Errorf("said twice: %s", text)
		}
		seen[text] = true
		said = said || strings.Contains(text, wanted)
	}
	if !said {
		t.Errorf("no line says %q:\n%s", wanted, bw.Tail(20))
	}
}

func status(code int, reason, message string) string {
	return fmt.Sprintf(`{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":%q,"reason":%q,"code":%d}`,
		message, reason, code)
}

func withText(code int, text string) harness.Manner {
	return func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(code)
		io.WriteString(w, text)
		return true
	}
}

// slowly answers, a second late.
func slowly(_ http.ResponseWriter, r *http.Request) bool {
	select {
	case <-time.After(time.Second):
	case <-r.Context().Done():
	}
	return false
}

func silentWatches(w http.ResponseWriter, r *http.Request) bool {
	if !harness.IsWatch(r) {
		return false
	}
	w.WriteHeader(http.StatusOK)
	w.(http.Flusher).Flush()
	<-r.Context().Done()
	return true
}

// gone says that every version is too old, as a status and as an event.
func gone(w http.ResponseWriter, r *http.Request) bool {
	expired := status(http.StatusGone, "Expired", "410: too old resource version")
	if !harness.IsWatch(r) {
		return withText(http.StatusGone, expired)(w, r)
	}
	return withText(http.StatusOK, `{"type":"ERROR","object":`+expired+"}\n")(w, r)
}

func tooMany(w http.ResponseWriter, r *http.Request) bool {
	w.Header().Set("Retry-After", "1")
	return withText(http.StatusTooManyRequests, status(http.StatusTooManyRequests, "TooManyRequests", "429: too many requests"))(w, r)
}
