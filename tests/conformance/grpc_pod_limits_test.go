package conformance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	testgrpc "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/status"
)

const (
	callsToABusyPod   = 1000
	callersOfABusyPod = 20
)

// callsInTurn makes many calls, some of them side by side.
func callsInTurn(t *testing.T, dial func(*testing.T) *grpc.ClientConn) {
	ctx, cancel := context.WithTimeout(t.Context(), manyLimit)
	defer cancel()
	connections := dialMany(t, manyConnections, dial)
	allAtOnce(t, "caller", callersOfABusyPod, func(i int) error {
		for j := range callsToABusyPod / callersOfABusyPod {
			if err := call(ctx, connections[i%manyConnections], fmt.Sprintf("%d-%d", i, j)); err != nil {
				return err
			}
		}
		return nil
	})
}

// TestGRPCConnectionAge has a pod that ends its connections in order all the time (GOAWAY, as grpc-go's servers do for
// the sake of balance): no call fails.
func TestGRPCConnectionAge(t *testing.T) {
	aging := grpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionAge: 50 * time.Millisecond})
	overEveryPath(t, []grpc.ServerOption{aging}, callsInTurn)
}

// TestGRPCFewStreams has a pod that takes few streams on a connection: the others get connections of their own.
func TestGRPCFewStreams(t *testing.T) {
	overEveryPath(t, []grpc.ServerOption{grpc.MaxConcurrentStreams(3)}, callsInTurn)
}

// TestGRPCEarlyStatus has a pod that refuses a stream while the client is still sending: the client hears why.
func TestGRPCEarlyStatus(t *testing.T) {
	refuse := func(any, grpc.ServerStream, *grpc.StreamServerInfo, grpc.StreamHandler) error {
		return status.Error(codes.ResourceExhausted, "no more of it")
	}
	overEveryPath(t, []grpc.ServerOption{grpc.StreamInterceptor(refuse)}, func(t *testing.T, dial func(*testing.T) *grpc.ClientConn) {
		ctx, cancel := context.WithTimeout(t.Context(), manyLimit)
		defer cancel()
		client := testgrpc.NewTestServiceClient(dial(t))
		allAtOnce(t, "upload", manyStreams, func(int) error {
			upload, err := client.StreamingInputCall(ctx)
			if err != nil {
				return err
			}
			for err == nil { // until io.EOF says that the answer is there
				err = upload.Send(&testgrpc.StreamingInputCallRequest{Payload: payload(largestMessage)})
			}
			if !errors.Is(err, io.EOF) {
				return err
			}
			if _, err = upload.CloseAndRecv(); status.Code(err) != codes.ResourceExhausted {
				return fmt.Errorf("told of %w", err)
			}
			return nil
		})
	})
}
