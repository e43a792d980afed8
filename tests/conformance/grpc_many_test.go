package conformance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/interop"
	testgrpc "google.golang.org/grpc/interop/grpc_testing"
	"google.golang.org/grpc/metadata"

	"breakwater.test/cluster/harness"
)

const (
	manyConnections = 4
	manyCalls       = 200
	manyStreams     = 50
	roundsOfAStream = 20
	largestMessage  = 64 << 10
	manyLimit       = 2 * time.Minute
	openStreams     = 500 // while tables are published
	stalledStreams  = 100
	stalledMessages = 16
	effectLimit     = 30 * time.Second
)

// Interop's server sends this field back as it came.
const echoedField = "x-grpc-test-echo-initial"

func named(ctx context.Context, name string) context.Context {
	return metadata.AppendToOutgoingContext(ctx, echoedField, name)
}

func checkName(header metadata.MD, name string) error {
	if echoed := header.Get(echoedField); len(echoed) != 1 || echoed[0] != name {
		return fmt.Errorf("the answer to %s is that to %v", name, echoed)
	}
	return nil
}

var errCut = errors.New("an answer that had begun was cut")

// call makes a unary call with a message of some size each way.
func call(ctx context.Context, connection *grpc.ClientConn, name string) error {
	return callWith(ctx, connection, name, rand.IntN(largestMessage))
}

func callWith(ctx context.Context, connection *grpc.ClientConn, name string, sent int) error {
	size := 1 + rand.IntN(largestMessage)
	var header metadata.MD
	answer, err := testgrpc.NewTestServiceClient(connection).UnaryCall(named(ctx, name), &testgrpc.SimpleRequest{
		ResponseSize: int32(size), Payload: payload(sent)}, grpc.Header(&header))
	if err != nil && len(header.Get(echoedField)) > 0 {
		return fmt.Errorf("%w: %w", errCut, err)
	}
	if err != nil {
		return err
	}
	if got := len(answer.GetPayload().GetBody()); got != size {
		return fmt.Errorf("%d bytes in the place of %d", got, size)
	}
	return checkName(header, name)
}

func payload(size int) *testgrpc.Payload {
	return interop.ClientNewPayload(testgrpc.PayloadType_COMPRESSABLE, size)
}

// stream is a bidirectional one that is open.
type stream struct {
	name string
	testgrpc.TestService_FullDuplexCallClient
}

func openStream(ctx context.Context, connection *grpc.ClientConn, name string) (*stream, error) {
	opened, err := testgrpc.NewTestServiceClient(connection).FullDuplexCall(named(ctx, name))
	if err != nil {
		return nil, err
	}
	return &stream{name, opened}, nil
}

// exchange sends a message and awaits the one that it asks for.
func (s *stream) exchange(size int) error {
	err := s.Send(&testgrpc.StreamingOutputCallRequest{Payload: payload(size),
		ResponseParameters: []*testgrpc.ResponseParameters{{Size: int32(size)}}})
	if err != nil && !errors.Is(err, io.EOF) { // whose reason Recv has
		return err
	}
	answer, err := s.Recv()
	if err != nil {
		return err
	}
	if got := len(answer.GetPayload().GetBody()); got != size {
		return fmt.Errorf("%d bytes in the place of %d", got, size)
	}
	return nil
}

// end ends it in order, from our side.
func (s *stream) end() error {
	if err := s.CloseSend(); err != nil {
		return err
	}
	if _, err := s.Recv(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("not an end, but %v", err)
	}
	header, err := s.Header()
	if err != nil {
		return err
	}
	return checkName(header, s.name)
}

// allAtOnce does it for each number below count, all side by side.
func allAtOnce(t *testing.T, what string, count int, do func(i int) error) {
	t.Helper()
	var running sync.WaitGroup
	for i := range count {
		running.Go(func() {
			if err := do(i); err != nil {
				t.Errorf("%s %d: %v", what, i, err)
			}
		})
	}
	running.Wait()
}

// TestGRPCManyAtOnce mixes calls and streams on few connections: each gets its own answer, whole.
func TestGRPCManyAtOnce(t *testing.T) {
	overEveryPath(t, nil, func(t *testing.T, dial func(*testing.T) *grpc.ClientConn) {
		ctx, cancel := context.WithTimeout(t.Context(), manyLimit)
		defer cancel()
		connections := dialMany(t, manyConnections, dial)
		converse := func(i int) error {
			stream, err := openStream(ctx, connections[i%manyConnections], fmt.Sprintf("stream-%d", i))
			if err != nil {
				return err
			}
			for range roundsOfAStream {
				if err := stream.exchange(1 + rand.IntN(largestMessage/4)); err != nil {
					return err
				}
			}
			return stream.end()
		}
		allAtOnce(t, "call or stream", manyCalls+manyStreams, func(i int) error {
			if i < manyStreams {
				return converse(i)
			}
			return call(ctx, connections[i%manyConnections], fmt.Sprintf("call-%d", i))
		})
	})
}

func dialMany(t *testing.T, count int, dial func(*testing.T) *grpc.ClientConn) []*grpc.ClientConn {
	t.Helper()
	connections := make([]*grpc.ClientConn, count)
	for i := range connections {
		connections[i] = dial(t)
	}
	return connections
}

// TestGRPCStalledStreams has as many answers unread as a connection to a pod carries streams: others are served.
func TestGRPCStalledStreams(t *testing.T) {
	overEveryPath(t, nil, func(t *testing.T, dial func(*testing.T) *grpc.ClientConn) {
		ctx, cancel := context.WithTimeout(t.Context(), manyLimit)
		defer cancel()
		stalled := dialMany(t, manyConnections, dial)
		allAtOnce(t, "stalled", stalledStreams, func(i int) error {
			asked := &testgrpc.StreamingOutputCallRequest{}
			for range stalledMessages {
				asked.ResponseParameters = append(asked.ResponseParameters, &testgrpc.ResponseParameters{Size: largestMessage})
			}
			answers, err := testgrpc.NewTestServiceClient(stalled[i%manyConnections]).StreamingOutputCall(ctx, asked)
			if err != nil {
				return err
			}
			_, err = answers.Recv()
			return err
		})
		connection := dial(t)
		allAtOnce(t, "call", manyCalls, func(i int) error { return call(ctx, connection, fmt.Sprint(i)) })
	})
}

// TestGRPCStreamsOutliveTables publishes tables while streams are open: one with another annotation on their own
// Ingress, one without it, its Service and its endpoints. None of them ends a stream.
func TestGRPCStreamsOutliveTables(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), manyLimit)
	defer cancel()
	streamed := startGRPCPod(t, "streamed", "GRPC")
	other := startGRPCPod(t, "other", "GRPC")
	ofOther := []string{ingress("other", "GRPC"), harness.Web("other", other.Backend)}
	behind := harness.Web("streamed", streamed.Backend)
	b := startPublished(t, ingress("streamed", "GRPC"), behind)
	connections := dialMany(t, manyConnections, func(t *testing.T) *grpc.ClientConn {
		return b.dial(t, "https", host("streamed"))
	})
	streams := make([]*stream, openStreams)
	allAtOnce(t, "opening", openStreams, func(i int) (err error) {
		if streams[i], err = openStream(ctx, connections[i%manyConnections], fmt.Sprint(i)); err != nil {
			return err
		}
		return streams[i].exchange(100)
	})
	if t.Failed() {
		return
	}

	b.apply(t, append(ofOther, ingressWithLimit("streamed", "GRPC", "4m"), behind)...)
	toOther := b.dial(t, "http", host("other"))
	harness.Eventually(t, effectLimit, func() error { return call(ctx, toOther, "in force") })
	allAtOnce(t, "after a change", openStreams, func(i int) error { return streams[i].exchange(1000) })

	b.apply(t, ofOther...)
	harness.Eventually(t, effectLimit, func() error {
		if err := call(ctx, connections[0], "gone"); err == nil {
			return errors.New("the host is still there")
		}
		return nil
	})
	allAtOnce(t, "after their route has gone", openStreams, func(i int) error {
		if err := streams[i].exchange(1000); err != nil {
			return err
		}
		return streams[i].end()
	})
}
