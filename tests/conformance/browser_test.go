package conformance

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/websocket"

	"breakwater.test/cluster/harness"
)

// How long a browser may take to start, to open a page and to report, on a machine that is busy.
const browserLimit = 60 * time.Second

// Opens a WebSocket to where it came from and reports what came of it to the pod.
const page = `<!doctype html><meta charset="utf-8"><script>
const report = text => fetch("/report", {method: "POST", body: text});
const socket = new WebSocket("wss://" + location.host + "/socket");
socket.onopen = () => socket.send("from the browser");
socket.onmessage = event => { report(event.data); socket.close(1000); };
socket.onerror = () => report("the WebSocket failed");
</script>`

// A browser opens a WebSocket on the HTTP/2 connection that its page came by (RFC 8441), because our SETTINGS allow it.
// The pod speaks RFC 6455 as always.
func TestABrowsersWebSocketOverHTTP2(t *testing.T) {
	browser, err := exec.LookPath("chromium-headless-shell")
	if err != nil {
		t.Fatalf("%v (a package of that name is in tests/lib/packages.sh)", err)
	}
	reports := make(chan string, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		io.WriteString(w, page)
	})
	mux.HandleFunc("/report", func(_ http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		select {
		case reports <- string(text):
		default:
		}
	})
	mux.Handle("/socket", websocket.Handler(func(socket *websocket.Conn) {
		var text string
		if websocket.Message.Receive(socket, &text) == nil {
			websocket.Message.Send(socket, "the pod has read: "+text)
		}
		websocket.Message.Receive(socket, &text) // the browser closes
	}))
	b := startBreakwater(t, fmt.Sprintf(everythingToOnePod, serve(t, mux)), "--log-format=json")

	openPage(t, browser, fmt.Sprintf("https://127.0.0.1:%d/", b.Port("https")))
	select {
	case text := <-reports:
		if want := "the pod has read: from the browser"; text != want {
			t.Errorf("the page reports %q, not %q", text, want)
		}
	case <-time.After(browserLimit):
		t.Fatal("the page has reported nothing")
	}
	harness.Eventually(t, browserLimit, func() error {
		if lines := b.LinesWith(`"uri":"/socket"`, `"protocol":"http/2.0"`, `"upstreams":[{`); len(lines) != 1 {
			return fmt.Errorf("%d lines of the log tell of a WebSocket over HTTP/2", len(lines))
		}
		return nil
	})
}

// openPage starts the browser on a page; it ends with the test.
func openPage(t *testing.T, browser, url string) {
	t.Helper()
	profile, err := os.MkdirTemp("", "browser-")
	if err != nil {
		t.Fatal(err)
	}
	log, err := os.Create(profile + "/browser.log")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(browser,
		"--no-sandbox", // the tests are root inside of their namespaces
		"--disable-gpu", "--disable-dev-shm-usage", "--ignore-certificate-errors", "--remote-debugging-port=0",
		"--user-data-dir="+profile, url)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // it starts others
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
		if printed, err := os.ReadFile(log.Name()); t.Failed() && err == nil {
			t.Logf("what the browser printed:\n%s", printed)
		}
		log.Close()
		os.RemoveAll(profile)
	})
}
