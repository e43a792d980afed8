package harness

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// APIProxy stands between Breakwater and the API server: it watches what is said and breaks it on command. It
// terminates TLS, so it takes credentials by token only.
type APIProxy struct {
	URL     string
	Address *net.TCPAddr

	mutex   sync.Mutex
	base    context.Context // ends every request in progress
	endAll  context.CancelFunc
	blocked bool
	manner  Manner // nil: as the API server says it
	cutLine bool   // break off the next line of a watch in its middle
	cuts    int
	gone    int             // 410, as a status or as an event
	lists   int             // pages of lists
	writes  int             // of anything but Leases
	asked   []request       // since the last Behave
	tokens  map[string]bool // that were shown
}

type request struct {
	method, path string // without its query
	at           time.Time
}

// APIProxy starts one; it ends with the test.
func (c *Cluster) APIProxy(t *testing.T) *APIProxy {
	t.Helper()
	identity := c.ServerIdentity()
	pair := must(tls.X509KeyPair(identity.Certificate, identity.Key))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &APIProxy{URL: "https://" + listener.Addr().String(), Address: listener.Addr().(*net.TCPAddr), tokens: map[string]bool{}}
	p.base, p.endAll = context.WithCancel(context.Background())

	forward := httputil.NewSingleHostReverseProxy(must(url.Parse(apiURL)))
	forward.Transport = &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: c.Authority.Pool()}, ForceAttemptHTTP2: true, DisableCompression: true,
	}
	forward.FlushInterval = -1
	forward.ErrorLog = log.New(io.Discard, "", 0)
	forward.ModifyResponse = p.observe
	forward.ErrorHandler = func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }
	server := &http.Server{
		Handler:   p.admit(forward),
		TLSConfig: &tls.Config{Certificates: []tls.Certificate{pair}},
		ErrorLog:  forward.ErrorLog,
	}
	go server.ServeTLS(listener, "", "")
	t.Cleanup(func() { server.Close() })
	return p
}

// Block breaks off every request and refuses new ones, until Unblock.
func (p *APIProxy) Block() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.blocked = true
	p.endAll()
}

// Unblock lets requests pass again.
func (p *APIProxy) Unblock() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.blocked = false
	p.base, p.endAll = context.WithCancel(context.Background())
}

// Manner answers a request in place of the API server, or says that it leaves it to that.
type Manner func(w http.ResponseWriter, r *http.Request) bool

// Behave breaks off every request and answers those to come in this manner; nil is the API server's own.
func (p *APIProxy) Behave(manner Manner) {
	p.Block()
	p.mutex.Lock()
	p.manner, p.asked = manner, nil
	p.mutex.Unlock()
	p.Unblock()
}

// Asked counts the requests since it behaves as it does.
func (p *APIProxy) Asked() int { return p.AskedFor("", "") }

// AskedFor counts those of a method ("": any) whose path contains a text.
func (p *APIProxy) AskedFor(method, path string) int { return len(p.AskedAt(method, path)) }

// AskedAt is when they came, the first one first.
func (p *APIProxy) AskedAt(method, path string) []time.Time {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	var times []time.Time
	for _, asked := range p.asked {
		if (method == "" || asked.method == method) && strings.Contains(asked.path, path) {
			times = append(times, asked.at)
		}
	}
	return times
}

// CutNextLine breaks off the next event of a watch in the middle of its line.
func (p *APIProxy) CutNextLine() {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.cutLine = true
}

// Cuts counts the lines that were broken off, Gone the 410s, Lists the pages of lists.
func (p *APIProxy) Cuts() int  { return p.read(&p.cuts) }
func (p *APIProxy) Gone() int  { return p.read(&p.gone) }
func (p *APIProxy) Lists() int { return p.read(&p.lists) }

// Writes counts requests that would have changed something, Leases apart.
func (p *APIProxy) Writes() int { return p.read(&p.writes) }

// Showed says whether this token was used.
func (p *APIProxy) Showed(token string) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.tokens["Bearer "+token]
}

func (p *APIProxy) read(counter *int) int {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return *counter
}

func (p *APIProxy) admit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mutex.Lock()
		base, blocked, manner := p.base, p.blocked, p.manner
		p.asked = append(p.asked, request{r.Method, r.URL.Path, time.Now()})
		p.tokens[r.Header.Get("Authorization")] = true
		if !blocked && isList(r) {
			p.lists++
		}
		if r.Method != http.MethodGet && !strings.Contains(r.URL.Path, "/leases") {
			p.writes++
		}
		p.mutex.Unlock()
		if blocked {
			panic(http.ErrAbortHandler)
		}
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		defer context.AfterFunc(base, cancel)()
		if manner == nil || !manner(w, r.WithContext(ctx)) {
			next.ServeHTTP(w, r.WithContext(ctx))
		}
	})
}

// isList tells lists from watches, and from the single objects that are read and written: what is listed comes in pages.
func isList(r *http.Request) bool { return r.URL.Query().Has("limit") && !IsWatch(r) }

// IsWatch says whether a request is one.
func IsWatch(r *http.Request) bool {
	value := r.URL.Query().Get("watch")
	return value == "1" || value == "true"
}

func (p *APIProxy) observe(response *http.Response) error {
	if response.StatusCode == http.StatusGone {
		p.mutex.Lock()
		p.gone++
		p.mutex.Unlock()
	}
	if IsWatch(response.Request) {
		response.Body = &watchBody{proxy: p, from: response.Body, lines: bufio.NewReader(response.Body)}
	}
	return nil
}

// watchBody hands on a watch line by line.
type watchBody struct {
	proxy *APIProxy
	from  io.Closer
	lines *bufio.Reader
	ready []byte // not yet handed on
	err   error  // comes after what is ready
}

var errCut = errors.New("cut")

func (b *watchBody) Read(buffer []byte) (int, error) {
	if len(b.ready) == 0 {
		if b.err != nil {
			return 0, b.err
		}
		b.ready, b.err = b.lines.ReadBytes('\n')
		if b.proxy.seeEvent(b.ready) {
			b.ready, b.err = b.ready[:len(b.ready)/2], errCut
		}
	}
	count := copy(buffer, b.ready)
	b.ready = b.ready[count:]
	return count, nil
}

func (b *watchBody) Close() error { return b.from.Close() }

// seeEvent takes note of a line and says whether it is to be cut.
func (p *APIProxy) seeEvent(line []byte) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if bytes.Contains(line, []byte(`"type":"ERROR"`)) && bytes.Contains(line, []byte(`"code":410`)) {
		p.gone++
	}
	cut := p.cutLine && len(line) > 1
	if cut {
		p.cutLine = false
		p.cuts++
	}
	return cut
}
