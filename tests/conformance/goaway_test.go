package conformance

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/http2"
)

const (
	crossings       = 5_000
	crossingAtOnce  = 64
	connectionTakes = 50
)

const fewRequestsAConnection = `
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {keep-alive-requests: "%d"}
`

// TestGoawayLosesNothing sends what no client may send twice while one connection after the other comes to its last
// request (RFC 9113 section 6.8): what crosses the GOAWAY is served.
func TestGoawayLosesNothing(t *testing.T) {
	pod := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.Copy(w, r.Body) }))
	manifests := fmt.Sprintf(everythingToOnePod, pod) + fmt.Sprintf(fewRequestsAConnection, connectionTakes)
	b := startBreakwater(t, manifests, "--configmap=default/settings")
	for _, scheme := range []string{"http", "https"} {
		t.Run(scheme, func(t *testing.T) {
			// Not net/http's own: that one gives a request up where a GOAWAY comes just before it would have been sent.
			transport := &http2.Transport{AllowHTTP: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}
			if scheme == "http" {
				transport.DialTLSContext = func(ctx context.Context, network, address string, _ *tls.Config) (net.Conn, error) {
					return new(net.Dialer).DialContext(ctx, network, address)
				}
			}
			defer transport.CloseIdleConnections()
			client := &http.Client{Transport: transport}
			url := fmt.Sprintf("%s://127.0.0.1:%d/", scheme, b.Port(scheme))

			var running sync.WaitGroup
			for caller := range crossingAtOnce {
				running.Go(func() {
					for i := caller; i < crossings; i += crossingAtOnce {
						if err := sendOnce(client, url, fmt.Sprint("deed ", i)); err != nil {
							t.Errorf("request %d: %v", i, err)
						}
					}
				})
			}
			running.Wait()
		})
	}
}

// sendOnce posts a body that the client cannot have again, and wants it back by HTTP/2.
func sendOnce(client *http.Client, url, body string) error {
	answer, err := client.Post(url, "text/plain", struct{ io.Reader }{strings.NewReader(body)})
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.ProtoMajor != 2 || answer.StatusCode != http.StatusOK || string(got) != body {
		return fmt.Errorf("HTTP/%d %d %q", answer.ProtoMajor, answer.StatusCode, got)
	}
	return nil
}
