package harness

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Load is a steady stream of requests, each of which has to succeed.
type Load struct {
	stop     chan struct{}
	workers  sync.WaitGroup
	answered atomic.Int64
	mutex    sync.Mutex
	failures []string
}

const (
	loadConnections = 4
	loadInterval    = 10 * time.Millisecond // between two requests of a connection
)

// Load starts asking for the URL over kept connections, until Stop. It sends POST, which Go's client never repeats by
// itself once a byte has left, so no failure is hidden.
func (b *Breakwater) Load(t *testing.T, c *Cluster, url string) *Load {
	clients := make([]*http.Client, loadConnections)
	for i := range clients {
		clients[i] = b.newClient(c)
	}
	return StartLoad(t, url, clients...)
}

// StartLoad is Load with clients of one's own, each of which asks for itself.
func StartLoad(t *testing.T, url string, clients ...*http.Client) *Load {
	load := &Load{stop: make(chan struct{})}
	for _, client := range clients {
		load.workers.Go(func() { load.run(client, url) })
	}
	t.Cleanup(load.end)
	return load
}

// Stop ends the load and fails the test when a request failed or none was made.
func (l *Load) Stop(t *testing.T) {
	t.Helper()
	l.end()
	if len(l.failures) > 0 {
		t.Errorf("%d of %d requests failed; the first:\n%s", len(l.failures), l.answered.Load()+int64(len(l.failures)),
			strings.Join(l.failures[:min(5, len(l.failures))], "\n"))
	}
	if l.answered.Load() == 0 {
		t.Error("no request was answered")
	}
	t.Logf("%d requests answered", l.answered.Load())
}

// Answered counts the requests that succeeded so far.
func (l *Load) Answered() int64 { return l.answered.Load() }

func (l *Load) end() {
	select {
	case <-l.stop:
	default:
		close(l.stop)
	}
	l.workers.Wait()
}

func (l *Load) run(client *http.Client, url string) {
	defer client.CloseIdleConnections()
	pace := time.NewTicker(loadInterval)
	defer pace.Stop()
	for {
		select {
		case <-l.stop:
			return
		case <-pace.C:
		}
		if err := post(client, url); err != nil {
			l.mutex.Lock()
			l.failures = append(l.failures, fmt.Sprintf("%v, at %s", err, time.Now().Format("15:04:05.000")))
			l.mutex.Unlock()
		} else {
			l.answered.Add(1)
		}
	}
}

func post(client *http.Client, url string) error {
	response, err := client.Post(url, "text/plain", strings.NewReader("load"))
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return errors.New(response.Status)
	}
	return nil
}
