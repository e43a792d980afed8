package node

import (
	"strings"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
	"github.com/coder/websocket"
)

// Two replicas, a pod of which serves on for 5 s after it was told to end and lets what is in flight go on for 20 s more.
const (
	twoReplicas = `
controller:
  replicaCount: 2
  shutdownGracePeriodSeconds: 5
  terminationGracePeriodSeconds: 30
`
	gracePeriod = 25 * time.Second
	socketCount = 8
)

// helm upgrade and kubectl rollout restart replace every pod of Breakwater. Clients do not notice: no request fails, and
// a WebSocket lives until the pod's time is over, when it is told so.
func TestReplaceBreakwaterUnderLoad(t *testing.T) {
	install(t, twoReplicas)
	ns := newNamespace(t)
	web(t, ns, 2)
	host := ns.Host("shop")
	ns.Apply(harness.Ingress(harness.IngressSpec{Name: "shop", Host: host, Service: "web",
		Annotations: map[string]string{"ssl-redirect": "false"}}))
	answers(t, host, httpPort, "proto http", "http://%s/")

	t.Run("helm upgrade", func(t *testing.T) {
		replaced(t, host, func() {
			upgrade(t, twoReplicas+`
  image: {tag: next}
  config: {server-tokens: "true"}
  resources: {requests: {cpu: 50m}}
`)
		})
		images := kubectl(t, "get", "pods", "-l", "app.kubernetes.io/component=controller", "-o",
			`jsonpath={.items[?(@.status.phase=="Running")].spec.containers[0].image}`)
		if strings.Contains(images, ":test") {
			t.Errorf("pods of the version before are left: %s", images)
		}
	})
	t.Run("kubectl rollout restart", func(t *testing.T) {
		replaced(t, host, func() {
			kubectl(t, "rollout", "restart", controller)
			kubectl(t, "rollout", "status", controller, "--timeout=60s")
		})
	})
}

// replaced runs what replaces the pods, under load, waits until the old ones are gone, and fails if a client noticed.
func replaced(t *testing.T, host string, replace func()) {
	t.Helper()
	old := pods(t)
	load := steadyLoad(t, host)
	sockets := talk(t, host, socketCount)

	began := time.Now()
	replace()
	for _, pod := range old {
		kubectl(t, "wait", "--for=delete", "pod/"+pod, "--timeout=60s")
	}
	load.stop(t)

	for _, end := range sockets.waitForEnd() {
		lived := end.at.Sub(began)
		if end.status != websocket.StatusGoingAway {
			t.Errorf("a WebSocket was cut %v after the change: %v", lived.Round(time.Millisecond), end.err)
		}
		if lived < gracePeriod-time.Second {
			t.Errorf("a WebSocket ended %v after the change, but its pod had %v", lived.Round(time.Millisecond), gracePeriod)
		}
	}
}
