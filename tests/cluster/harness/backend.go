package harness

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
)

// BackendPort is where every backend listens, each on its own address.
const BackendPort = 8080

const backendHeader = "X-Backend"

// Backend is a web server in the place of a pod: it says its name and repeats the path that it was asked for.
type Backend struct {
	Name    string
	Address string
}

// PlaceForBackend returns one with an address of its own, where nothing listens yet.
func (c *Cluster) PlaceForBackend(name string) *Backend {
	return &Backend{Name: name, Address: fmt.Sprintf("10.96.77.%d", 10+c.backends.Add(1))}
}

// Listen takes the port of a backend; whoever asks closes it.
func (b *Backend) Listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp", fmt.Sprintf("%s:%d", b.Address, BackendPort))
	if err != nil {
		t.Fatal(err)
	}
	return listener
}

// Backend starts one; it ends with the test.
func (c *Cluster) Backend(t *testing.T, name string) *Backend {
	t.Helper()
	backend := c.PlaceForBackend(name)
	listener := backend.Listen(t)
	server := &http.Server{Handler: http.HandlerFunc(backend.answer)}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return backend
}

func (b *Backend) answer(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	w.Header().Set(backendHeader, b.Name)
	fmt.Fprintf(w, "%s %s\n", b.Name, r.URL.Path)
}
