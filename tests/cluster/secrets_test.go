package cluster

import (
	"crypto/x509/pkix"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"breakwater.test/cluster/harness"
)

// A Secret that nothing names is not kept; when an Ingress names it, it is read by its name, once, and nothing says in
// between that it is missing. From then on the watch brings it.
func TestSecretNamedLater(t *testing.T) {
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	host := ns.Host("site")
	url := "https://" + host + "/"
	first := cluster.Authority.Issue(pkix.Name{CommonName: host}, host)
	second := cluster.Authority.Issue(pkix.Name{CommonName: host}, host)
	ns.Apply(harness.Web("red", red), harness.TLSSecret("late", first), harness.TLSSecret("unused", second))

	var asked, askedForUnused atomic.Int64
	proxy := cluster.APIProxy(t)
	proxy.Behave(func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, ns.Name+"/secrets/late") {
			asked.Add(1)
		}
		if strings.HasSuffix(r.URL.Path, ns.Name+"/secrets/unused") {
			askedForUnused.Add(1)
		}
		return false
	})
	kubeconfig := cluster.WriteKubeconfig(t, proxy.URL, harness.ByToken(cluster.Token(t, harness.AccountName)))
	bw := cluster.StartBreakwater(t, nil, "--kubeconfig="+kubeconfig, ns.Only())
	bw.WaitReady(t)
	if asked.Load() != 0 {
		t.Error("it was asked for before anything named it")
	}

	ns.Apply(harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "red", Secret: "late"}))
	harness.Eventually(t, showsWithin, bw.Shows(url, first))
	if err := bw.Serves(url, red)(); err != nil {
		t.Error(err)
	}
	if asked.Load() != 1 || askedForUnused.Load() != 0 {
		t.Errorf("asked %d times for the one that is named, %d for the other", asked.Load(), askedForUnused.Load())
	}
	if lines := bw.LinesWith("finding"); len(lines) != 0 {
		t.Errorf("something was wrong meanwhile:\n%s", strings.Join(lines, "\n"))
	}

	ns.Apply(harness.TLSSecret("late", second))
	harness.Eventually(t, showsWithin, bw.Shows(url, second))
	if asked.Load() != 1 {
		t.Errorf("asked %d times for what the watch brings", asked.Load())
	}
	ns.Delete("secret", "late")
	harness.Eventually(t, showsWithin, func() error {
		if len(bw.LinesWith("finding", "late does not exist")) != 1 {
			return fmt.Errorf("nothing says that it is gone:\n%s", bw.Tail(5))
		}
		return nil
	})
}

// Without the right to get Secrets one line says so, and what was listed is served; with it, what was missing comes.
func TestWithoutTheRightToGetSecrets(t *testing.T) {
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	early, late, later := ns.Host("early"), ns.Host("late"), ns.Host("later")
	ofEarly := cluster.Authority.Issue(pkix.Name{CommonName: early}, early)
	ofLate := cluster.Authority.Issue(pkix.Name{CommonName: late}, late)
	with := func(name, host string) string {
		return harness.Ingress(harness.IngressSpec{Name: name, Host: host, Service: "red", Secret: name})
	}
	ns.Apply(harness.Web("red", red), with("early", early),
		harness.TLSSecret("early", ofEarly), harness.TLSSecret("late", ofLate), harness.TLSSecret("later", ofLate))
	cluster.AccountWithout(t, "without-get", harness.Right{Role: "ClusterRole", Verb: "get", Resource: "secrets"})
	bw := cluster.BreakwaterPod(t, "one", "without-get", ns.Only())
	bw.WaitReady(t)
	harness.Eventually(t, showsWithin, bw.Shows("https://"+early+"/", ofEarly))

	ns.Apply(with("late", late), with("later", later))
	missing := func() []string { return bw.LinesWith("cluster cannot be read", "missing right: get secrets") }
	harness.Eventually(t, showsWithin, func() error {
		if len(missing()) == 0 {
			return fmt.Errorf("no line names the missing right:\n%s", bw.Tail(10))
		}
		return bw.Serves("https://"+late+"/", red)() // with the default certificate
	})
	cluster.Apply(t, harness.RoleBinding("with-get", harness.ServiceAccountSubject("without-get"), harness.RoleName))
	harness.Eventually(t, noticedWithin, bw.Shows("https://"+late+"/", ofLate))
	if lines := missing(); len(lines) != 1 {
		t.Errorf("%d lines, not one:\n%s", len(lines), strings.Join(lines, "\n"))
	}
}
