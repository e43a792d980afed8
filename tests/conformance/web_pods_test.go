package conformance

import (
	"crypto/tls"
	"io"
	"net/http"
	"strings"
	"testing"

	"breakwater.test/cluster/harness"
)

const (
	smallPath = "/small"
	largePath = "/large"
	echoPath  = "/echo"
	smallBody = "a small body\n"
)

// What a pod may speak, as the annotation backend-protocol says it.
var podProtocols = []string{"HTTP", "HTTPS", "GRPC", "GRPCS"}

// startPods starts a web server for each protocol, and Breakwater before them.
func startPods(t *testing.T, large []byte, protocols ...string) *published {
	t.Helper()
	var documents []string
	for _, protocol := range protocols {
		name := strings.ToLower(protocol)
		pod := without.PlaceForBackend(name)
		documents = append(documents, ingress(name, protocol), harness.Web(name, pod))
		server := &http.Server{Handler: podHandler(large), Protocols: new(http.Protocols)}
		server.Protocols.SetHTTP1(!strings.HasPrefix(protocol, "GRPC"))
		server.Protocols.SetHTTP2(protocol == "GRPCS")
		server.Protocols.SetUnencryptedHTTP2(protocol == "GRPC")
		if strings.HasSuffix(protocol, "S") {
			server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*untrustedCertificate(t)}}
			go server.ServeTLS(pod.Listen(t), "", "")
		} else {
			go server.Serve(pod.Listen(t))
		}
		t.Cleanup(func() { server.Close() })
	}
	return startPublished(t, documents...)
}

func podHandler(large []byte) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+smallPath, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, smallBody) })
	mux.HandleFunc("GET "+largePath, func(w http.ResponseWriter, _ *http.Request) { w.Write(large) })
	mux.HandleFunc("POST "+echoPath, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		w.Write(body)
	})
	return mux
}
