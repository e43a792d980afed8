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

const (
	keptConnections = 6
	newConnections  = 2 // at a time
	patience        = 10 * time.Second
)

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
type load struct {
	kept, fresh, secure *harness.Load
}

// steadyLoad starts asking a host: over kept connections, over a new one for each request, and over TLS.
func steadyLoad(t *testing.T, host string) load {
	t.Helper()
	visitors := func(count int, keep bool) []*http.Client {
		clients := make([]*http.Client, count)
		for i := range clients {
			clients[i] = visitor()
			clients[i].Transport.(*http.Transport).DisableKeepAlives = !keep
		}
		return clients
	}
	url := "http://" + host + ":" + httpPort + "/"
	return load{
		kept:   harness.StartLoad(t, url, visitors(keptConnections, true)...),
		fresh:  harness.StartLoad(t, url, visitors(newConnections, false)...),
		secure: harness.StartLoad(t, "https://"+host+":"+httpsPort+"/", visitors(newConnections, true)...),
	}
}

// stop ends it, and fails the test if anything failed.
func (l load) stop(t *testing.T) {
	t.Helper()
	l.kept.Stop(t)
	l.fresh.Stop(t)
	l.secure.Stop(t)
}
