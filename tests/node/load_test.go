package node

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

const patience = 10 * time.Second // with an answer

// visitor is a client outside of the cluster, with connections of its own. Every host is at the node's ports: whatever a
// URL names, port 443 or 30443 is https there and any other one http. It takes whatever certificate it is shown.
func visitor() *http.Client {
	return &http.Client{
		Timeout: patience,
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				_, port, err := net.SplitHostPort(address)
				if err != nil {
					return nil, err
				}
				return node.Outside.Dial(ctx, network, net.JoinHostPort(harness.NodeAddress, port))
			},
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
		},
	}
}

// load is what clients of all sorts ask at the same time; nothing of it may fail.
type load []*harness.Load

// steadyLoad starts asking a host: over kept connections, over a new one for each request, over TLS in HTTP/1.1 and 2.
func steadyLoad(t *testing.T, host string) load {
	t.Helper()
	plain, secure := "http://"+host+":"+httpPort+"/", "https://"+host+":"+httpsPort+"/"
	return load{
		harness.StartLoad(t, plain, visitors(6, func(*http.Transport) {})...),
		harness.StartLoad(t, plain, visitors(2, func(each *http.Transport) { each.DisableKeepAlives = true })...),
		harness.StartLoad(t, secure, visitors(2, func(*http.Transport) {})...),
		harness.StartLoad(t, secure, visitors(2, func(each *http.Transport) { each.ForceAttemptHTTP2 = true })...),
	}
}

func visitors(count int, adapt func(*http.Transport)) []*http.Client {
	clients := make([]*http.Client, count)
	for i := range clients {
		clients[i] = visitor()
		adapt(clients[i].Transport.(*http.Transport))
	}
	return clients
}

// stop ends it, and fails the test if anything failed.
func (l load) stop(t *testing.T) {
	t.Helper()
	for _, each := range l {
		each.Stop(t)
	}
}
