package conformance

import (
	"crypto/tls"
	"crypto/x509/pkix"
	"fmt"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/interop"
	testgrpc "google.golang.org/grpc/interop/grpc_testing"

	"breakwater.test/cluster/harness"
)

// grpcPod is grpc-go's interop server in the place of a pod.
type grpcPod struct {
	*harness.Backend
	options []grpc.ServerOption
	server  *grpc.Server
}

// startGRPCPod starts one, over TLS where the backend protocol is GRPCS; it ends with the test.
func startGRPCPod(t *testing.T, name, protocol string, options ...grpc.ServerOption) *grpcPod {
	t.Helper()
	if protocol == "GRPCS" {
		options = append(options, grpc.Creds(credentials.NewServerTLSFromCert(untrustedCertificate(t))))
	}
	pod := &grpcPod{Backend: without.PlaceForBackend(name), options: options}
	pod.start(t)
	t.Cleanup(func() { pod.server.Stop() })
	return pod
}

// start starts it for the first time, or again.
func (p *grpcPod) start(t *testing.T) {
	t.Helper()
	p.server = grpc.NewServer(p.options...)
	testgrpc.RegisterTestServiceServer(p.server, interop.NewTestServer())
	go p.server.Serve(p.Listen(t))
}

func untrustedCertificate(t *testing.T) *tls.Certificate {
	t.Helper()
	identity := harness.NewAuthority().Issue(pkix.Name{CommonName: "pod"}, "pod.test")
	pair, err := tls.X509KeyPair(identity.Certificate, identity.Key)
	if err != nil {
		t.Fatal(err)
	}
	return &pair
}

// dial returns a connection of grpc-go's client that asks for this host; it is closed with the test.
func (b *published) dial(t *testing.T, scheme, authority string) *grpc.ClientConn {
	t.Helper()
	security := insecure.NewCredentials()
	if scheme == "https" {
		security = credentials.NewTLS(&tls.Config{InsecureSkipVerify: true}) // ALPN h2
	}
	connection, err := grpc.NewClient(fmt.Sprintf("passthrough:127.0.0.1:%d", b.Port(scheme)),
		grpc.WithTransportCredentials(security), grpc.WithAuthority(authority))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { connection.Close() })
	return connection
}

// overEveryPath runs a test over both listeners and both ways to a pod of gRPC. The options are the pods'.
func overEveryPath(t *testing.T, options []grpc.ServerOption, run func(t *testing.T, dial func(*testing.T) *grpc.ClientConn)) {
	var documents []string
	protocols := []string{"GRPC", "GRPCS"}
	for _, protocol := range protocols {
		name := strings.ToLower(protocol)
		pod := startGRPCPod(t, name, protocol, options...)
		documents = append(documents, ingress(name, protocol), harness.Web(name, pod.Backend))
	}
	b := startPublished(t, documents...)
	for _, scheme := range []string{"http", "https"} {
		for _, protocol := range protocols {
			t.Run(scheme+"_"+protocol, func(t *testing.T) {
				run(t, func(t *testing.T) *grpc.ClientConn {
					return b.dial(t, scheme, host(strings.ToLower(protocol)))
				})
			})
		}
	}
}
