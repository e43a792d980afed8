package harness

import (
	"errors"
	"testing"
	"time"
)

// Eventually asks check again and again until it returns nil, and fails the test when it has not within the limit.
func Eventually(t *testing.T, limit time.Duration, check func() error) {
	t.Helper()
	if err := poll(limit, check); err != nil {
		t.Fatalf("not within %v: %v", limit, err)
	}
}

// Throughout fails the test as soon as check returns an error before the time is over.
func Throughout(t *testing.T, span time.Duration, check func() error) {
	t.Helper()
	for end := time.Now().Add(span); time.Now().Before(end); time.Sleep(pollInterval) {
		if err := check(); err != nil {
			t.Fatal(err)
		}
	}
}

// errEnded is in an error after which it is no use to ask again.
var errEnded = errors.New("ended")

const pollInterval = 10 * time.Millisecond

func poll(limit time.Duration, check func() error) error {
	end := time.Now().Add(limit)
	for {
		err := check()
		if err == nil || errors.Is(err, errEnded) || time.Now().After(end) {
			return err
		}
		time.Sleep(pollInterval)
	}
}
