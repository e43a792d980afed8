package cluster

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"breakwater.test/cluster/harness"
)

// Many Ingresses, each with a Service and an EndpointSlice, while a hundred of them change each second: every change
// of one Ingress shows, and no request fails. BREAKWATER_SCALE says how many (tests/bench/scale: 10,000); the figures
// are printed, and judged by nobody.
func TestScale(t *testing.T) {
	count := scale(t)
	ns := cluster.Namespace(t)
	red, blue := cluster.Backend(t, "red"), cluster.Backend(t, "blue")
	began := time.Now()
	fill(ns, count, red)
	t.Logf("%d Ingresses, Services and EndpointSlices created in %.1f s", count, time.Since(began).Seconds())

	began = time.Now()
	bw := cluster.Breakwater(t)
	t.Logf("ready %.2f s after its start, all lists with it", time.Since(began).Seconds())
	harness.Eventually(t, showsWithin, bw.Serves("http://"+scaleHost(ns, count-1)+"/", red))
	t.Logf("resident: %s", resident(t, bw))

	ns.CreateAll("/api/v1", "serviceaccounts", 1, func(int) string { return `{"metadata": {"name": "unseen"}}` })
	steady := ns.Host("steady")
	ns.Apply(harness.Web("steady", red),
		harness.Ingress(harness.IngressSpec{Name: "steady", Host: steady, Service: "steady"}))
	harness.Eventually(t, showsWithin, bw.Serves("http://"+steady+"/", red))
	rest := func() { time.Sleep(measureFor) }
	t.Logf("traffic without changes: %s", figures(measureTraffic(t, bw, steady, rest)))
	// What the API server and the client of the changes take from a shared machine, they take here, too.
	unseen := startChurn(ns, count, changeUnseen)
	t.Logf("traffic beside changes of what is not watched: %s", figures(measureTraffic(t, bw, steady, rest)))
	unseen.stop()

	churn := startChurn(ns, count, func(ns *harness.Namespace, index, edit int) {
		backends := []*harness.Backend{red, blue}
		changeSlice(ns, index, edit, backends[edit/(count/4)%len(backends)])
	})
	t.Logf("traffic under changes: %s", figures(measureTraffic(t, bw, steady, rest)))
	var effects []time.Duration
	measureTraffic(t, bw, steady, func() { effects = changeOneByOne(t, ns, bw, count, blue, red) })
	t.Logf("changes in the background: %.0f a second", churn.stop())
	t.Logf("from the API server's answer to a change of an Ingress, to its effect: %s", figures(effects))
	t.Logf("resident: %s", resident(t, bw))
}

const (
	measureFor      = 3 * time.Second
	churnInterval   = 10 * time.Millisecond
	networking      = "/apis/networking.k8s.io/v1"
	discovery       = "/apis/discovery.k8s.io/v1"
	changesMeasured = 100
)

func scale(t *testing.T) int {
	t.Helper()
	text := os.Getenv("BREAKWATER_SCALE")
	if text == "" {
		return 300
	}
	count, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return count
}

func scaleName(index int) string { return fmt.Sprintf("site-%05d", index) }

func scaleHost(ns *harness.Namespace, index int) string { return ns.Host(scaleName(index)) }

func fill(ns *harness.Namespace, count int, backend *harness.Backend) {
	ns.CreateAll("/api/v1", "services", count, func(index int) string {
		return fmt.Sprintf(`{"metadata": {"name": %q}, "spec": {"clusterIP": "None", "ports": [{"name": "web",
			"port": %d, "targetPort": %d}]}}`, scaleName(index), harness.ServicePort, harness.BackendPort)
	})
	ns.CreateAll(discovery, "endpointslices", count, func(index int) string {
		return fmt.Sprintf(`{"metadata": {"name": %q, "labels": {"kubernetes.io/service-name": %q}}, "addressType": "IPv4",
			"ports": [{"name": "web", "port": %d, "protocol": "TCP"}], "endpoints": %s}`,
			scaleName(index), scaleName(index), harness.BackendPort, harness.Endpoints(backend))
	})
	ns.CreateAll(networking, "ingresses", count, func(index int) string {
		return fmt.Sprintf(`{"metadata": {"name": %q}, "spec": {"ingressClassName": "nginx", "rules": [%s]}}`,
			scaleName(index), scaleRule(ns, index, index))
	})
}

// scaleRule leads the host of one index to the Service of another.
func scaleRule(ns *harness.Namespace, index, service int) string {
	return fmt.Sprintf(`{"host": %q, "http": {"paths": [{"path": "/", "pathType": "Prefix",
		"backend": {"service": {"name": %q, "port": {"number": %d}}}}]}}`,
		scaleHost(ns, index), scaleName(service), harness.ServicePort)
}

// changeOneByOne leads one Ingress after the other to another Service, whose backend is `other`, and measures when
// that shows.
func changeOneByOne(t *testing.T, ns *harness.Namespace, bw *harness.Breakwater, count int,
	other, usual *harness.Backend) []time.Duration {
	t.Helper()
	target := count - 1 // of none of the background's changes
	ns.Patch(discovery, "endpointslices", scaleName(target),
		fmt.Sprintf(`{"endpoints": %s}`, harness.Endpoints(other)))
	var effects []time.Duration
	for i := range min(changesMeasured, count/4) { // each once: it stays where it is led to
		index := count/2 + i
		url := "http://" + scaleHost(ns, index) + "/"
		harness.Eventually(t, showsWithin, bw.Serves(url, usual))
		ns.Patch(networking, "ingresses", scaleName(index),
			fmt.Sprintf(`{"spec": {"rules": [%s]}}`, scaleRule(ns, index, target)))
		began := time.Now()
		for shows := bw.Serves(url, other); shows() != nil; {
			if time.Since(began) > showsWithin {
				t.Fatalf("a change of %s did not show", scaleName(index))
			}
		}
		effects = append(effects, time.Since(began))
	}
	return effects
}

// churn changes one object each churnInterval, each of the first quarter in turn.
type churn struct {
	end     chan struct{}
	done    sync.WaitGroup
	changes int
	began   time.Time
}

func startChurn(ns *harness.Namespace, count int, change func(ns *harness.Namespace, index, edit int)) *churn {
	c := &churn{end: make(chan struct{}), began: time.Now()}
	c.done.Go(func() {
		pace := time.NewTicker(churnInterval)
		defer pace.Stop()
		for {
			select {
			case <-c.end:
				return
			case <-pace.C:
			}
			change(ns, c.changes%(count/4), c.changes)
			c.changes++
		}
	})
	return c
}

func changeSlice(ns *harness.Namespace, index, edit int, backend *harness.Backend) {
	ns.Patch(discovery, "endpointslices", scaleName(index), fmt.Sprintf(
		`{"endpoints": %s, "metadata": {"annotations": {"edit": "%d"}}}`, harness.Endpoints(backend), edit))
}

func changeUnseen(ns *harness.Namespace, _, edit int) {
	ns.Patch("/api/v1", "serviceaccounts", "unseen", fmt.Sprintf(`{"metadata": {"annotations": {"edit": "%d"}}}`, edit))
}

// stop says how many changes there were in a second.
func (c *churn) stop() float64 {
	close(c.end)
	c.done.Wait()
	return float64(c.changes) / time.Since(c.began).Seconds()
}

// measureTraffic asks for a host that does not change while `during` runs; no request may fail.
func measureTraffic(t *testing.T, bw *harness.Breakwater, host string, during func()) []time.Duration {
	t.Helper()
	var times []time.Duration
	end, ended := make(chan struct{}), make(chan struct{})
	client := &http.Client{Timeout: 5 * time.Second}
	defer client.CloseIdleConnections()
	go func() {
		defer close(ended)
		pace := time.NewTicker(time.Millisecond)
		defer pace.Stop()
		for {
			select {
			case <-end:
				return
			case <-pace.C:
			}
			began := time.Now()
			if err := getHost(client, bw, host); err != nil {
				t.Errorf("a request failed: %v", err)
				return
			}
			times = append(times, time.Since(began))
		}
	}()
	during()
	close(end)
	<-ended
	return times
}

func getHost(client *http.Client, bw *harness.Breakwater, host string) error {
	request, err := http.NewRequest(http.MethodGet, fmt.Sprintf("http://127.0.0.1:%d/", bw.Port("http")), nil)
	if err != nil {
		return err
	}
	request.Host = host
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s", response.Status)
	}
	return nil
}

func figures(times []time.Duration) string {
	slices.Sort(times)
	at := func(part float64) float64 {
		return float64(times[int(part*float64(len(times)-1))].Microseconds()) / 1000
	}
	return fmt.Sprintf("p50 %.1f, p99 %.1f, most %.1f ms (%d)", at(0.5), at(0.99), at(1), len(times))
}

func resident(t *testing.T, bw *harness.Breakwater) string {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", bw.Pid()))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, line := range strings.Split(string(status), "\n") {
		if strings.HasPrefix(line, "VmRSS") || strings.HasPrefix(line, "VmHWM") {
			found = append(found, strings.Join(strings.Fields(line), " "))
		}
	}
	return strings.Join(found, ", ")
}
