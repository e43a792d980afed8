package cluster

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

// A killed API server costs no request and no later change.
func TestAPIServerRestart(t *testing.T) {
	ns := cluster.Namespace(t)
	red, blue := cluster.Backend(t, "red"), cluster.Backend(t, "blue")
	steady, moved := ns.Host("steady"), ns.Host("moved")
	ns.Apply(harness.Web("red", red), harness.Web("blue", blue),
		harness.Ingress(harness.IngressSpec{Name: "steady", Host: steady, Service: "red"}),
		harness.Ingress(harness.IngressSpec{Name: "moved", Host: moved, Service: "red"}))
	bw := cluster.Breakwater(t)
	harness.Eventually(t, showsWithin, bw.Serves("http://"+steady+"/", red))
	load := bw.Load(t, cluster, "http://"+steady+"/")

	cluster.KillAPIServer()
	before := load.Answered()
	harness.Eventually(t, 10*time.Second, func() error {
		if load.Answered() < before+200 {
			return fmt.Errorf("only %d requests answered without the API server", load.Answered()-before)
		}
		return bw.Health("/readyz", http.StatusOK) // it still serves, so it stays ready
	})
	restartAPIServer(t)

	ns.Apply(harness.Ingress(harness.IngressSpec{Name: "moved", Host: moved, Service: "blue"}))
	harness.Eventually(t, recoversWithin, bw.Serves("http://"+moved+"/", blue))
	ns.Apply(harness.EndpointSlice("blue", red))
	harness.Eventually(t, recoversWithin, bw.Serves("http://"+moved+"/", red)) // that watch recovers by itself
	ns.Delete("ingress", "moved")
	harness.Eventually(t, showsWithin, bw.Refuses("http://"+moved+"/", http.StatusNotFound))
	load.Stop(t)
}

// What Breakwater knew is too old to go on from: it lists again and learns of what came and went meanwhile.
func TestHistoryGone(t *testing.T) {
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	steady, goes, comes := ns.Host("steady"), ns.Host("goes"), ns.Host("comes")
	ns.Apply(harness.Web("red", red),
		harness.Ingress(harness.IngressSpec{Name: "steady", Host: steady, Service: "red"}),
		harness.Ingress(harness.IngressSpec{Name: "goes", Host: goes, Service: "red"}))
	proxy, bw := behindProxy(t)
	harness.Eventually(t, showsWithin, bw.Serves("http://"+goes+"/", red))
	load := bw.Load(t, cluster, "http://"+steady+"/")

	proxy.Block()
	ns.Delete("ingress", "goes")
	ns.Apply(harness.Ingress(harness.IngressSpec{Name: "comes", Host: comes, Service: "red"}))
	if err := cluster.Compact(); err != nil {
		t.Fatal(err)
	}
	cluster.KillAPIServer()
	restartAPIServer(t)
	proxy.Unblock()

	harness.Eventually(t, recoversWithin, bw.Serves("http://"+comes+"/", red))
	harness.Eventually(t, recoversWithin, bw.Refuses("http://"+goes+"/", http.StatusNotFound))
	if proxy.Gone() == 0 {
		t.Error("the API server never answered 410: this test did not test what it is for")
	}
	load.Stop(t)
}

// A watch that breaks off inside a line is taken up again where it was, without listing everything anew.
func TestWatchCutInsideLine(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	red, blue := cluster.Backend(t, "red"), cluster.Backend(t, "blue")
	host := ns.Host("site")
	ns.Apply(harness.Web("red", red), harness.Web("blue", blue),
		harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "red"}))
	proxy, bw := behindProxy(t)
	harness.Eventually(t, showsWithin, bw.Serves("http://"+host+"/", red))
	lists := proxy.Lists()

	for _, backend := range []*harness.Backend{blue, red, blue} {
		cuts := proxy.Cuts()
		proxy.CutNextLine()
		ns.Apply(harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: backend.Name}))
		harness.Eventually(t, recoversWithin, bw.Serves("http://"+host+"/", backend))
		if proxy.Cuts() != cuts+1 {
			t.Fatal("no watch was cut: this test did not test what it is for")
		}
	}
	if proxy.Lists() != lists {
		t.Errorf("%d lists after the watches were cut", proxy.Lists()-lists)
	}
}

// Without an API server Breakwater says so, is not ready, and lives.
func TestAPIServerUnreachable(t *testing.T) {
	t.Parallel()
	proxy := cluster.APIProxy(t)
	proxy.Block()
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	host := ns.Host("site")
	ns.Apply(harness.Web("red", red), harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "red"}))

	for name, server := range map[string]string{"refused": "https://127.9.9.9:6443", "broken off": proxy.URL} {
		kubeconfig := cluster.WriteKubeconfig(t, server, harness.ByToken("none"))
		bw := cluster.StartBreakwater(t, nil, "--kubeconfig="+kubeconfig)
		harness.Eventually(t, 20*time.Second, func() error {
			if len(bw.LinesWith(server[len("https://"):])) == 0 {
				return fmt.Errorf("%s: no line names %s:\n%s", name, server, bw.Tail(20))
			}
			return bw.Health("/healthz", http.StatusOK)
		})
		harness.Throughout(t, 3*time.Second, func() error {
			if err := bw.Health("/readyz", http.StatusOK); err == nil {
				return fmt.Errorf("%s: ready without an API server", name)
			}
			return bw.Health("/healthz", http.StatusOK)
		})
		if lines := bw.LinesWith(server[len("https://"):]); len(lines) > 40 { // six watches, each backing off
			t.Errorf("%s: %d lines in a few seconds:\n%s", name, len(lines), bw.Tail(50))
		}
	}
}

// An API server that is there only later is found.
func TestAPIServerLate(t *testing.T) {
	t.Parallel()
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	host := ns.Host("site")
	ns.Apply(harness.Web("red", red), harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "red"}))
	proxy := cluster.APIProxy(t)
	proxy.Block()
	kubeconfig := cluster.WriteKubeconfig(t, proxy.URL, harness.ByToken(cluster.Token(t, harness.AccountName)))
	bw := cluster.StartBreakwater(t, nil, "--kubeconfig="+kubeconfig)
	harness.Eventually(t, 20*time.Second, func() error { return bw.Health("/healthz", http.StatusOK) })

	proxy.Unblock()
	harness.Eventually(t, recoversWithin, func() error { return bw.Health("/readyz", http.StatusOK) })
	if err := bw.Serves("http://"+host+"/", red)(); err != nil { // ready means that it serves what is there
		t.Error(err)
	}
}

func behindProxy(t *testing.T) (*harness.APIProxy, *harness.Breakwater) {
	t.Helper()
	proxy := cluster.APIProxy(t)
	kubeconfig := cluster.WriteKubeconfig(t, proxy.URL, harness.ByToken(cluster.Token(t, harness.AccountName)))
	bw := cluster.StartBreakwater(t, nil, "--kubeconfig="+kubeconfig)
	bw.WaitReady(t)
	return proxy, bw
}

func restartAPIServer(t *testing.T) {
	t.Helper()
	if err := cluster.StartAPIServer(); err != nil {
		t.Fatal(err)
	}
}
