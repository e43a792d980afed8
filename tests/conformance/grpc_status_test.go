package conformance

import (
	"context"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"breakwater.test/cluster/harness"
)

// TestGRPCStatusOfOurOwn is what a client is told of a call that no pod has answered, in the words of gRPC: those of a
// page it would translate itself.
func TestGRPCStatusOfOurOwn(t *testing.T) {
	nobodyThere := without.PlaceForBackend("refusing")
	pod := startGRPCPod(t, "narrow", "GRPC")
	b := startPublished(t,
		ingress("none", "GRPC"), harness.Web("none"),
		ingress("refusing", "GRPC"), harness.Web("refusing", nobodyThere),
		ingress("refusing-tls", "GRPCS"), harness.Web("refusing-tls", nobodyThere),
		ingressWithLimit("narrow", "GRPC", "1k"), harness.Web("narrow", pod.Backend))
	for name, want := range map[string]struct {
		code    codes.Code
		message string
	}{
		"unknown":      {codes.Unimplemented, "Not Found"},
		"none":         {codes.Unavailable, "Service Unavailable"},
		"refusing":     {codes.Unavailable, "Bad Gateway"},
		"refusing-tls": {codes.Unavailable, "Bad Gateway"},
		"narrow":       {codes.ResourceExhausted, "Content Too Large"},
	} {
		for _, scheme := range []string{"http", "https"} {
			t.Run(name+"_"+scheme, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), manyLimit)
				defer cancel()
				err := callWith(ctx, b.dial(t, scheme, host(name)), "refused", largestMessage)
				if status.Code(err) != want.code || status.Convert(err).Message() != want.message {
					t.Error(err)
				}
			})
		}
	}
}

// TestGRPCDeadlineAndCancel is of calls that a pod sleeps on: it learns of the client's deadline and of its leaving.
func TestGRPCDeadlineAndCancel(t *testing.T) {
	arrived := make(chan context.Context)
	sleep := func(ctx context.Context, _ any, _ *grpc.UnaryServerInfo, _ grpc.UnaryHandler) (any, error) {
		if fields, _ := metadata.FromIncomingContext(ctx); fields.Get(echoedField)[0] == "left" {
			arrived <- ctx
		}
		<-ctx.Done()
		return nil, status.FromContextError(ctx.Err()).Err()
	}
	overEveryPath(t, []grpc.ServerOption{grpc.UnaryInterceptor(sleep)}, func(t *testing.T, dial func(*testing.T) *grpc.ClientConn) {
		connection := dial(t)
		long, leave := context.WithTimeout(t.Context(), time.Hour)
		defer leave()
		ended := make(chan error)
		go func() { ended <- call(long, connection, "left") }()
		atPod := <-arrived
		if end, limited := atPod.Deadline(); !limited || time.Until(end) < 50*time.Minute {
			t.Errorf("the pod was told of a deadline: %v, %v", limited, end)
		}
		leave()
		if err := <-ended; status.Code(err) != codes.Canceled {
			t.Errorf("cancelled: %v", err)
		}
		<-atPod.Done()
		if err := atPod.Err(); err != context.Canceled {
			t.Errorf("the pod was told %v", err)
		}

		short, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		if err := call(short, connection, "short"); status.Code(err) != codes.DeadlineExceeded {
			t.Errorf("at its deadline: %v", err)
		}
	})
}
