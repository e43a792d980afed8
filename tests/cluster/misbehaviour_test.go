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

// An API server that answers, and wrongly: from the first list on, and again once all is read. The traffic never notices;
// what is wrong is said, and said once; and what has changed meanwhile takes effect when it behaves again.
func TestAPIServerMisbehaves(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		manner harness.Manner
		says   string // in the log; "": it is not to be told from a server with nothing to say
		first  string // the same of the first list; "": it says enough to begin with
	}{
		"slow":                    {slowly, "", ""},
		"slow body":               {slowBodies, "", waits},
		"stalled list":            {stalledLists, "", waits},
		"watch that never speaks": {silentWatches, "", ""},
		"truncated JSON":          {withText(http.StatusOK, `{"kind": "List", "metadata": {"resourceVersion": "1"}, "items": [{"meta`+"\n"), "not JSON", "not JSON"},
		"wrong types":             {withText(http.StatusOK, `{"kind": "List", "metadata": {"resourceVersion": 7}, "items": "none"}`+"\n"), "no event", "no resourceVersion"},
		"410 storm":               {gone, "410", "410"},
		"429 with Retry-After":    {tooMany, "429", "429"},
		"5xx":                     {withText(http.StatusInternalServerError, status(500, "InternalError", "etcd is on holiday")), "etcd is on holiday", "etcd is on holiday"},
		"expired token":           {withText(http.StatusUnauthorized, status(401, "Unauthorized", "Unauthorized")), "Unauthorized", "Unauthorized"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ns := cluster.Namespace(t)
			proxy, bw := misbehavesFirst(t, ns, c.manner, c.first)
			misbehavesLater(t, ns, proxy, bw, c.manner, c.says)
		})
	}
}

// waits stands for a server that has said nothing wrong yet, and not enough.
const waits = "waits"

const misbehavesFor = 4 * time.Second

func misbehavesFirst(t *testing.T, ns *harness.Namespace, manner harness.Manner, says string) (*harness.APIProxy, *harness.Breakwater) {
	ns.Apply(harness.Web("red", cluster.Backend(t, "red")), harness.Ingress(harness.IngressSpec{
		Name: "steady", Host: ns.Host("steady"), Service: "red"}))
	proxy := cluster.APIProxy(t)
	proxy.Behave(manner)
	kubeconfig := cluster.WriteKubeconfig(t, proxy.URL, harness.ByToken(cluster.Token(t, harness.AccountName)))
	bw := cluster.StartBreakwater(t, nil, "--kubeconfig="+kubeconfig, ns.Only(), "--disable-leader-election",
		"--publish-status-address=192.0.2.7")
	ready := func() {
		harness.Eventually(t, recoversWithin, func() error { return bw.Health("/readyz", http.StatusOK) })
	}
	if says == "" {
		ready()
		proxy.Behave(nil)
		return proxy, bw
	}
	harness.Eventually(t, recoversWithin, func() error { return bw.Health("/healthz", http.StatusOK) })
	harness.Throughout(t, misbehavesFor/2, func() error { return bw.Health("/readyz", http.StatusServiceUnavailable) })
	saysOnce(t, bw, 0, strings.TrimPrefix(says, waits))
	proxy.Behave(nil)
	ready()
	return proxy, bw
}

func misbehavesLater(t *testing.T, ns *harness.Namespace, proxy *harness.APIProxy, bw *harness.Breakwater, manner harness.Manner, says string) {
	blue := cluster.Backend(t, "blue")
	moved := harness.IngressSpec{Name: "moved", Host: ns.Host("moved"), Service: "nowhere"}
	url := "http://" + moved.Host + "/"
	ns.Apply(harness.Web("blue", blue), harness.Ingress(moved))
	harness.Eventually(t, recoversWithin, bw.Refuses(url, http.StatusServiceUnavailable))
	load := bw.Load(t, cluster, "http://"+ns.Host("steady")+"/")
	before := len(bw.Lines()) // what is said of the start

	proxy.Behave(manner)
	moved.Service = "blue"
	ns.Apply(harness.Ingress(moved), site(ns, "late")) // whose Service is missing
	harness.Throughout(t, misbehavesFor, func() error { return bw.Health("/readyz", http.StatusOK) })
	if asked := proxy.Asked(); asked == 0 || asked > 100 { // six watches, each backing off
		t.Errorf("%d requests in %v", asked, misbehavesFor)
	}
	saysOnce(t, bw, before, says)
	if says == "429" {
		waitsAsAsked(t, proxy)
	}

	proxy.Behave(nil)
	harness.Eventually(t, recoversWithin, bw.Serves(url, blue))
	harness.Eventually(t, recoversWithin, statusIs(ns, "late", "192.0.2.7"))
	harness.Eventually(t, recoversWithin, describes(ns, "late", "NotServed", "does not exist"))
	load.Stop(t)
}

const retryAfter = 2 * time.Second

// waitsAsAsked looks at the six kinds that are watched.
func waitsAsAsked(t *testing.T, proxy *harness.APIProxy) {
	t.Helper()
	again := 0
	for _, kind := range []string{"/ingresses", "/ingressclasses", "/services", "/endpointslices", "/secrets", "/configmaps"} {
		times := proxy.AskedAt(http.MethodGet, kind)
		for i := 1; i < len(times); i++ {
			again++
			if gap := times[i].Sub(times[i-1]); gap < retryAfter {
				t.Errorf("%s were asked for again after %v", kind, gap)
			}
		}
	}
	if again == 0 {
		t.Error("nothing was asked for again: this test did not test what it is for")
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

// slowBodies begins an answer, and goes on with a byte at a time that says nothing.
func slowBodies(w http.ResponseWriter, r *http.Request) bool {
	withText(http.StatusOK, `{"metadata": {"resourceVersion": "1"},`)(w, r)
	for r.Context().Err() == nil {
		w.(http.Flusher).Flush()
		time.Sleep(100 * time.Millisecond)
		io.WriteString(w, " ")
	}
	return true
}

// stalledLists makes a list necessary, and ends none.
func stalledLists(w http.ResponseWriter, r *http.Request) bool {
	if harness.IsWatch(r) {
		return gone(w, r)
	}
	withText(http.StatusOK, `{"metadata": {"resourceVersion": "1"}, "items": [`)(w, r)
	w.(http.Flusher).Flush()
	<-r.Context().Done()
	return true
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
	w.Header().Set("Retry-After", fmt.Sprint(retryAfter.Seconds()))
	return withText(http.StatusTooManyRequests, status(http.StatusTooManyRequests, "TooManyRequests", "429: too many requests"))(w, r)
}
