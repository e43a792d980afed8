package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

const (
	phpChildren = 4
	phpRequests = 200
	phpLimit    = 30 * time.Second
	largeAnswer = 5 << 20
)

var phpScripts = map[string]string{
	"index.php": `echo "the index of ", $_SERVER["REQUEST_URI"];`,
	"told.php": `setcookie("first", "1"); setcookie("second", "2");
		header("Content-Type: application/json");
		echo json_encode(["query" => $_GET, "cookies" => $_COOKIE, "said" => getenv("SAID"),
			"script" => $_SERVER["SCRIPT_NAME"], "host" => $_SERVER["HTTP_HOST"], "method" => $_SERVER["REQUEST_METHOD"]]);`,
	"echo.php":  `header("Content-Type: application/octet-stream"); readfile("php://input");`,
	"gone.php":  `header("HTTP/1.1 404 Nothing Here"); echo "gone";`,
	"code.php":  `http_response_code(410); echo "gone for good";`,
	"large.php": `for ($i = 0; $i < 320; ++$i) echo str_repeat(chr(65 + $i % 26), 16384);`,
	"log.php":   `error_log("the script complains"); echo "said";`,
	"endless.php": `register_shutdown_function(function () { touch(__DIR__ . "/left"); });
		for (;;) { echo str_repeat("x", 8192); flush(); usleep(1000); }`,
}

// php is a pool of PHP's processes in the place of a pod.
type php struct {
	*harness.Backend
	root string
}

// startPHP starts one whose processes end after so many requests each.
func startPHP(t *testing.T, name string, requests int) *php {
	t.Helper()
	pool := &php{without.PlaceForBackend(name), t.TempDir()}
	for script, text := range phpScripts {
		harness.WriteFile(t, pool.root, script, []byte("<?php "+text), 0o644)
	}
	command := exec.Command("php-cgi", "-d", "log_errors=1", "-d", "error_log=",
		"-b", net.JoinHostPort(pool.Address, strconv.Itoa(harness.BackendPort)))
	command.Env = append(os.Environ(), fmt.Sprint("PHP_FCGI_CHILDREN=", phpChildren),
		fmt.Sprint("PHP_FCGI_MAX_REQUESTS=", requests))
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		command.Process.Signal(syscall.SIGTERM) // which it passes on to its children
		command.Wait()
	})
	harness.Eventually(t, phpLimit, func() error {
		connection, err := net.Dial("tcp", net.JoinHostPort(pool.Address, strconv.Itoa(harness.BackendPort)))
		if err == nil {
			connection.Close()
		}
		return err
	})
	return pool
}

// served is a Breakwater before one, and a client of it.
type served struct {
	*published
	http.Client
	url string
}

func servePHP(t *testing.T, requests int) (*php, *served) {
	t.Helper()
	pool := startPHP(t, "php", requests)
	b := startPublished(t, harness.Web("php", pool.Backend),
		fmt.Sprintf("{apiVersion: v1, kind: ConfigMap, metadata: {name: params}, data: {DOCUMENT_ROOT: %q, SAID: of $request_method}}", pool.root),
		harness.Ingress(harness.IngressSpec{Name: "php", Host: host("php"), Service: "php", Annotations: map[string]string{
			"backend-protocol": "FCGI", "fastcgi-index": "index.php", "fastcgi-params-configmap": "params", "proxy-body-size": "8m"}}))
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(b.Port("http")))
	var dialer net.Dialer
	return pool, &served{b, http.Client{Timeout: phpLimit, Transport: &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, address)
		}}}, "http://" + host("php") + "/"}
}

// expect asks and says how the answer differs from what is wanted.
func (s *served) expect(request *http.Request, status string, body []byte) error {
	answer, err := s.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.Status != status || !bytes.Equal(got, body) {
		return fmt.Errorf("%s: %s with %d bytes: %.80q", request.URL, answer.Status, len(got), got)
	}
	return nil
}

func (s *served) get(t *testing.T, path string) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	return request
}

func (s *served) post(t *testing.T, body []byte) *http.Request {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"echo.php", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return request
}

func noise(bytes int) []byte {
	noise := make([]byte, bytes)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	return noise
}

// TestPHP is of what scripts are told and what becomes of what they say.
func TestPHP(t *testing.T) {
	pool, s := servePHP(t, 500)
	var large []byte
	for i := range 320 {
		large = append(large, bytes.Repeat([]byte{byte('A' + i%26)}, 16384)...)
	}
	if len(large) != largeAnswer {
		t.Fatal(len(large))
	}
	for path, want := range map[string]struct{ status, body string }{
		"":           {"200 OK", "the index of /"},
		"gone.php":   {"404 Nothing Here", "gone"},
		"code.php":   {"410 Gone", "gone for good"},
		"absent.php": {"404 Not Found", "No input file specified.\n"},
		"large.php":  {"200 OK", string(large)},
	} {
		t.Run("answer_of_"+path, func(t *testing.T) {
			if err := s.expect(s.get(t, path), want.status, []byte(want.body)); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("what_it_is_told", func(t *testing.T) {
		request := s.get(t, "told.php?a=1&b=x%20y")
		request.AddCookie(&http.Cookie{Name: "one", Value: "1"})
		request.AddCookie(&http.Cookie{Name: "two", Value: "2"})
		answer, err := s.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		var told struct {
			Query, Cookies             map[string]string
			Said, Script, Host, Method string
		}
		if err := json.NewDecoder(answer.Body).Decode(&told); err != nil {
			t.Fatal(err)
		}
		if told.Query["a"] != "1" || told.Query["b"] != "x y" || told.Cookies["one"] != "1" || told.Cookies["two"] != "2" ||
			told.Said != "of GET" || told.Script != "/told.php" || told.Host != host("php") || told.Method != "GET" {
			t.Errorf("%+v", told)
		}
		if set := answer.Header.Values("Set-Cookie"); len(set) != 2 {
			t.Error(set)
		}
	})
	t.Run("an_upload", func(t *testing.T) {
		for _, size := range []int{0, 1, 65535, 65536, 1 << 20} {
			sent := noise(size)
			if err := s.expect(s.post(t, sent), "200 OK", sent); err != nil {
				t.Error(size, err)
			}
		}
	})
	t.Run("what_it_logs", func(t *testing.T) {
		if err := s.expect(s.get(t, "log.php"), "200 OK", []byte("said")); err != nil {
			t.Error(err)
		}
		harness.Eventually(t, phpLimit, func() error {
			if len(s.LinesWith("the script complains", pool.Address)) == 0 {
				return errors.New("no such line")
			}
			return nil
		})
	})
	t.Run("a_client_that_leaves", func(t *testing.T) {
		ctx, leave := context.WithCancel(t.Context())
		defer leave()
		answer, err := s.Do(s.get(t, "endless.php").WithContext(ctx))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(answer.Body, make([]byte, 1<<16)); err != nil {
			t.Error(err)
		}
		leave()
		answer.Body.Close()
		harness.Eventually(t, phpLimit, func() error {
			_, err := os.Stat(filepath.Join(pool.root, "left"))
			return err
		})
	})
}

// TestPHPUnderLoad is of many more requests at once than there are processes, which end under us besides.
func TestPHPUnderLoad(t *testing.T) {
	for name, requests := range map[string]int{"that_stays": 500, "that_ends_after_ten": 10} {
		t.Run(name, func(t *testing.T) {
			_, s := servePHP(t, requests)
			var all sync.WaitGroup
			for i := range phpRequests {
				all.Go(func() {
					sent := noise(rand.IntN(1 << 16))
					if err := s.expect(s.post(t, sent), "200 OK", sent); err != nil {
						t.Error(i, err)
					}
				})
			}
			all.Wait()
			// Whichever worker they come to, they find a process that waits on nobody.
			for range phpRequests / 10 {
				if err := s.expect(s.get(t, "?x"), "200 OK", []byte("the index of /?x")); err != nil {
					t.Error(err)
				}
				s.CloseIdleConnections()
			}
		})
	}
}
