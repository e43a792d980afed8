package node

import (
	"crypto/x509/pkix"
	"fmt"
	"strings"
	"testing"

	"breakwater.test/cluster/harness"
)

// A user's way with Breakwater: install it, declare an Ingress, look at it, let it grow, take it away again.
func TestStory(t *testing.T) {
	before := everything(t)
	install(t, `
controller:
  hostPort: {enabled: true}
`)
	ns := newNamespace(t)
	host := ns.Host("shop")
	identity := node.Authority.Issue(pkix.Name{CommonName: host}, host)
	authority := writeFile(t, "ca.crt", node.Authority.PEM)
	ns.Apply(harness.TLSSecret("shop-tls", identity),
		harness.Ingress(harness.IngressSpec{Name: "shop", Host: host, Service: "web", Secret: "shop-tls"}),
		harness.Ingress(harness.IngressSpec{Name: "plain", Host: ns.Host("plain"), Service: "web"}))
	web(t, ns, 2)

	step(t, "curl through the Service", func(t *testing.T) {
		answers(t, ns.Host("plain"), httpPort, "proto http", "http://%s/cart")
	})
	step(t, "curl through the host's ports", func(t *testing.T) {
		answers(t, ns.Host("plain"), "80", "proto http", "http://%s/cart")
		answers(t, host, "443", "proto https", "https://%s/cart", "--cacert", authority)
	})
	step(t, "https with its own certificate", func(t *testing.T) {
		answers(t, host, httpsPort, "proto https", "https://%s/cart", "--cacert", authority)
	})
	step(t, "http leads to https", func(t *testing.T) {
		answers(t, host, "80", "308 https://"+host+"/cart", "http://%s/cart", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}")
	})
	step(t, "kubectl logs", func(t *testing.T) {
		harness.Eventually(t, showsSoon, func() error {
			return contains(kubectl(t, "logs", controller), "started", `"GET /cart HTTP/1.1" 200`, harness.OutsideAddress)
		})
	})
	step(t, "kubectl describe ingress", func(t *testing.T) {
		address := kubectl(t, "get", "service", "breakwater-controller", "-o", "jsonpath={.spec.clusterIP}")
		harness.Eventually(t, showsSoon, func() error {
			return contains(ns.Kubectl("describe", "ingress", "shop"), address, host, "shop-tls", "Sync")
		})
	})
	step(t, "what could not be served is refused", func(t *testing.T) {
		again := harness.Ingress(harness.IngressSpec{Name: "again", Host: ns.Host("plain"), Service: "web"})
		_, err := node.TryKubectl("-n", ns.Name, "apply", "-f", writeFile(t, "again.yaml", []byte(again)))
		if err == nil || !strings.Contains(err.Error(), "Ingress story/plain goes first") {
			t.Errorf("wanted a refusal that names the other Ingress, got: %v", err)
		}
	})
	step(t, "scale", func(t *testing.T) {
		ns.Kubectl("scale", "deployment", "web", "--replicas=4")
		harness.Eventually(t, showsSoon, func() error { return answeredBy(ns.Host("plain"), 4) })
	})
	step(t, "replace the pods behind", func(t *testing.T) {
		load := steadyLoad(t, ns.Host("plain"))
		ns.Kubectl("rollout", "restart", "deployment/web")
		ns.Kubectl("rollout", "status", "deployment/web", "--timeout=60s")
		load.stop(t)
	})
	step(t, "uninstall leaves nothing behind", func(t *testing.T) {
		if _, err := node.TryHelm("uninstall", release, "-n", namespace, "--wait", "--timeout", helmLimit); err != nil {
			t.Fatal(err)
		}
		awaitNoPods(t, namespace)
		node.Kubectl(t, "delete", "namespace", namespace, ns.Name)
		harness.Eventually(t, showsSoon, func() error {
			now := everything(t)
			if left, lost := without(now, before), without(before, now); len(left)+len(lost) > 0 {
				return fmt.Errorf("left: %q, lost: %q", left, lost)
			}
			return nil
		})
	})
}

// step runs a part of a story. What comes after a failed one would fail, too.
func step(t *testing.T, name string, run func(t *testing.T)) {
	t.Helper()
	if !t.Run(name, run) {
		t.FailNow()
	}
}

// answers asks with curl, from outside, until the answer contains a text. url: with %s in the place of its host.
func answers(t *testing.T, host, port, want, url string, flags ...string) {
	t.Helper()
	arguments := append([]string{"-sS", "--max-time", "5", "--connect-to", "::" + harness.NodeAddress + ":" + port,
		fmt.Sprintf(url, host)}, flags...)
	harness.Eventually(t, showsSoon, func() error {
		output, err := node.Outside.Run("curl", arguments...)
		if err != nil {
			return err
		}
		return contains(output, want)
	})
}

func contains(text string, parts ...string) error {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return fmt.Errorf("no %q in:\n%s", part, text)
		}
	}
	return nil
}

// answeredBy asks often enough and says whether as many pods answered. For Eventually.
func answeredBy(host string, count int) error {
	seen := map[string]bool{}
	for range 5 * count {
		response, err := visitor().Get("http://" + host + ":" + httpPort + "/")
		if err != nil {
			return err
		}
		response.Body.Close()
		seen[response.Header.Get("X-Pod")] = true
	}
	if len(seen) != count {
		return fmt.Errorf("answered by %d pods, not %d: %v", len(seen), count, seen)
	}
	return nil
}
