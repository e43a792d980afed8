package conformance

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"breakwater.test/cluster/harness"
)

const (
	restarts           = 6
	callersMeanwhile   = 16
	callsUntilARestart = 200
)

// deeds counts how often each call was carried out, whichever pod did it.
type deeds struct {
	mutex sync.Mutex
	done  map[string]int
}

func (d *deeds) count(ctx context.Context, request any, _ *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
	fields, _ := metadata.FromIncomingContext(ctx)
	d.mutex.Lock()
	for _, name := range fields.Get(echoedField) {
		d.done[name]++
	}
	d.mutex.Unlock()
	return handle(ctx, request)
}

// callThrough calls restart some times, with calls under way all the while, and returns what these failed with.
func callThrough(t *testing.T, b *published, restart func(i int)) (failed []error) {
	ctx, cancel := context.WithTimeout(t.Context(), manyLimit)
	defer cancel()
	var running sync.WaitGroup
	var mutex sync.Mutex
	var made atomic.Int64
	over := make(chan struct{})
	for caller := range callersMeanwhile {
		connection := b.dial(t, "http", host("restarted"))
		running.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-over:
					return
				default:
				}
				if err := call(ctx, connection, fmt.Sprintf("%d-%d", caller, i)); err != nil {
					mutex.Lock()
					failed = append(failed, err)
					mutex.Unlock()
				}
				made.Add(1)
			}
		})
	}
	for i := range restarts {
		before := made.Load()
		harness.Eventually(t, effectLimit, func() error {
			if calls := made.Load() - before; calls < callsUntilARestart {
				return fmt.Errorf("%d calls", calls)
			}
			return nil
		})
		restart(i)
	}
	close(over)
	running.Wait()
	t.Logf("%d of %d calls failed", len(failed), made.Load())
	return failed
}

// twoPods starts them, both behind restarted.test, and says what they did.
func twoPods(t *testing.T) (*published, []*grpcPod, *deeds) {
	done := &deeds{done: map[string]int{}}
	pods := make([]*grpcPod, 2)
	for i := range pods {
		pods[i] = startGRPCPod(t, fmt.Sprintf("restarted-%d", i), "GRPC", grpc.UnaryInterceptor(done.count))
	}
	b := startPublished(t, ingress("restarted", "GRPC"), harness.Web("restarted", pods[0].Backend, pods[1].Backend))
	return b, pods, done
}

func (d *deeds) checkNoneTwice(t *testing.T) {
	t.Helper()
	d.mutex.Lock()
	defer d.mutex.Unlock()
	for name, times := range d.done {
		if times > 1 {
			t.Errorf("call %s was carried out %d times", name, times)
		}
	}
}

// TestGRPCRollingRestart restarts pods in turn and in order (GOAWAY, RFC 9113 section 6.8): no call fails.
func TestGRPCRollingRestart(t *testing.T) {
	b, pods, done := twoPods(t)
	for _, err := range callThrough(t, b, func(i int) {
		pods[i%2].server.GracefulStop()
		pods[i%2].start(t)
	}) {
		t.Error(err)
	}
	done.checkNoneTwice(t)
}

// TestGRPCCrash ends pods in the middle of calls. Those under way fail, as UNAVAILABLE where no answer had begun, and
// none is carried out twice: a call is a POST (RFC 9110 section 9.2.2).
func TestGRPCCrash(t *testing.T) {
	b, pods, done := twoPods(t)
	for _, err := range callThrough(t, b, func(i int) {
		pods[i%2].server.Stop()
		time.Sleep(10 * time.Millisecond) // the address refuses connections for a while
		pods[i%2].start(t)
	}) {
		if status.Code(err) != codes.Unavailable && !errors.Is(err, errCut) {
			t.Error(err)
		}
	}
	done.checkNoneTwice(t)
}
