package conformance

import (
	"context"
	"fmt"
	"io"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/grpclog"
	"google.golang.org/grpc/interop"
	testgrpc "google.golang.org/grpc/interop/grpc_testing"
)

const interopLimit = time.Minute

type interopCase func(context.Context, *grpc.ClientConn)

// The cases of grpc/grpc's doc/interop-test-descriptions.md that ask for no credentials of a cloud.
var interopCases = map[string]interopCase{
	"empty_unary":                 onService(interop.DoEmptyUnaryCall),
	"large_unary":                 onService(interop.DoLargeUnaryCall),
	"large_unary_gzip":            onService(interop.DoLargeUnaryCall, grpc.UseCompressor(gzip.Name)),
	"client_streaming":            onService(interop.DoClientStreaming),
	"server_streaming":            onService(interop.DoServerStreaming),
	"ping_pong":                   onService(interop.DoPingPong),
	"empty_stream":                onService(interop.DoEmptyStream),
	"timeout_on_sleeping_server":  onService(interop.DoTimeoutOnSleepingServer),
	"cancel_after_begin":          onService(interop.DoCancelAfterBegin),
	"cancel_after_first_response": onService(interop.DoCancelAfterFirstResponse),
	"custom_metadata":             onService(interop.DoCustomMetadata),
	"status_code_and_message":     onService(interop.DoStatusCodeAndMessage),
	"special_status_message":      onService(interop.DoSpecialStatusMessage),
	"unimplemented_method":        interop.DoUnimplementedMethod,
	"unimplemented_service": func(ctx context.Context, connection *grpc.ClientConn) {
		interop.DoUnimplementedService(ctx, testgrpc.NewUnimplementedServiceClient(connection))
	},
}

func onService(run func(context.Context, testgrpc.TestServiceClient, ...grpc.CallOption), options ...grpc.CallOption) interopCase {
	return func(ctx context.Context, connection *grpc.ClientConn) {
		run(ctx, testgrpc.NewTestServiceClient(connection), options...)
	}
}

// TestGRPCInterop is gRPC's own test of implementations against each other, with Breakwater between them.
func TestGRPCInterop(t *testing.T) {
	overEveryPath(t, nil, func(t *testing.T, dial func(*testing.T) *grpc.ClientConn) {
		connection := dial(t)
		for name, run := range interopCases {
			t.Run(name, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), interopLimit)
				defer cancel()
				defer func() {
					if said := recover(); said != nil {
						t.Fatal(said)
					}
				}()
				run(ctx, connection)
			})
		}
	})
}

// failureByPanic is a log in which a fatal line does not end the process, as a failing interop test would.
type failureByPanic struct{ grpclog.LoggerV2 }

func (failureByPanic) Fatal(said ...any)                 { panic(fmt.Sprint(said...)) }
func (failureByPanic) Fatalln(said ...any)               { panic(fmt.Sprintln(said...)) }
func (failureByPanic) Fatalf(format string, said ...any) { panic(fmt.Sprintf(format, said...)) }

func init() {
	grpclog.SetLoggerV2(failureByPanic{grpclog.NewLoggerV2(io.Discard, io.Discard, io.Discard)})
}
