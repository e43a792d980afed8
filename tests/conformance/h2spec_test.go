package conformance

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/summerwind/h2spec/config"
	"github.com/summerwind/h2spec/generic"
	"github.com/summerwind/h2spec/hpack"
	"github.com/summerwind/h2spec/http2"
	"github.com/summerwind/h2spec/spec"
)

// An answer must not overtake the wrong frame that h2spec sends behind a request.
const podTakes = 200 * time.Millisecond

// h2spec in strict mode, on both listeners: every MUST of RFC 7540 and RFC 7541 that a server can be seen to break.
func TestH2Spec(t *testing.T) {
	pod := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(podTakes)
		fmt.Fprintln(w, "an answer")
	}))
	b := startBreakwater(t, fmt.Sprintf(everythingToOnePod, pod))

	for _, scheme := range []string{"http", "https"} {
		t.Run(scheme, func(t *testing.T) {
			c := &config.Config{Host: "127.0.0.1", Port: b.Port(scheme), Path: "/", Timeout: 3 * time.Second,
				MaxHeaderLen: 4000, Strict: true, TLS: scheme == "https", Insecure: true}
			for _, group := range []*spec.TestGroup{generic.Spec(), http2.Spec(), hpack.Spec()} {
				group.Test(c)
				report(t, group)
			}
		})
	}
}

func report(t *testing.T, group *spec.TestGroup) {
	for i, test := range append(group.Tests, group.StrictTests...) {
		name := fmt.Sprintf("%s/%d", group.ID(), i+1)
		t.Run(name, func(t *testing.T) {
			switch {
			case test.Result == nil:
				t.Errorf("%s: was not run", test.Desc)
			case test.Result.Skipped:
				t.Skip(test.Desc)
			case test.Result.Failed:
				t.Errorf("%s: %v", test.Desc, test.Result.Error)
			}
		})
	}
	for _, inner := range group.Groups {
		report(t, inner)
	}
}
