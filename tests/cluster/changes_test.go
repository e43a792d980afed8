package cluster

import (
	"crypto/x509/pkix"
	"net/http"
	"testing"

	"breakwater.test/cluster/harness"
)

// Create, change and delete of each kind show in answers within a second.

func TestIngress(t *testing.T) {
	ns := cluster.Namespace(t)
	red, blue := cluster.Backend(t, "red"), cluster.Backend(t, "blue")
	ns.Apply(harness.Web("red", red), harness.Web("blue", blue))
	bw := cluster.Breakwater(t)
	host := ns.Host("site")
	shows := func(check func() error) { t.Helper(); harness.Eventually(t, showsWithin, check) }

	shows(bw.Refuses("http://"+host+"/", http.StatusNotFound))

	ns.Apply(harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "red"}))
	shows(bw.Serves("http://"+host+"/any/path", red))

	ns.Apply(harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "blue"}))
	shows(bw.Serves("http://"+host+"/any/path", blue))

	ns.Apply(harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Path: "/only", Service: "red"}))
	shows(bw.Serves("http://"+host+"/only/here", red))
	shows(bw.Refuses("http://"+host+"/any/path", http.StatusNotFound))

	ns.Delete("ingress", "site")
	shows(bw.Refuses("http://"+host+"/only/here", http.StatusNotFound))
}

func TestService(t *testing.T) {
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	host := ns.Host("site")
	url := "http://" + host + "/"
	ns.Apply(harness.EndpointSlice("web", red),
		harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "web"}))
	bw := cluster.Breakwater(t)
	shows := func(check func() error) { t.Helper(); harness.Eventually(t, showsWithin, check) }

	shows(bw.Refuses(url, http.StatusServiceUnavailable))

	ns.Apply(harness.Service("web", harness.ServicePort))
	shows(bw.Serves(url, red))

	ns.Apply(harness.Service("web", 81)) // the Ingress names another port
	shows(bw.Refuses(url, http.StatusServiceUnavailable))

	ns.Apply(harness.Service("web", harness.ServicePort))
	shows(bw.Serves(url, red))

	ns.Delete("service", "web")
	shows(bw.Refuses(url, http.StatusServiceUnavailable))
}

func TestEndpointSlice(t *testing.T) {
	ns := cluster.Namespace(t)
	red, blue := cluster.Backend(t, "red"), cluster.Backend(t, "blue")
	host := ns.Host("site")
	url := "http://" + host + "/"
	ns.Apply(harness.Service("web", harness.ServicePort),
		harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "web"}))
	bw := cluster.Breakwater(t)
	shows := func(check func() error) { t.Helper(); harness.Eventually(t, showsWithin, check) }

	shows(bw.Refuses(url, http.StatusServiceUnavailable))

	ns.Apply(harness.EndpointSlice("web", red))
	shows(bw.Serves(url, red))

	ns.Apply(harness.EndpointSlice("web", blue))
	shows(bw.Serves(url, blue))

	ns.Apply(harness.EndpointSlice("web", red, blue))
	shows(bw.Serves(url, red))
	shows(bw.Serves(url, blue))

	ns.Delete("endpointslice", "web")
	shows(bw.Refuses(url, http.StatusServiceUnavailable))
}

func TestSecret(t *testing.T) {
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	host := ns.Host("site")
	url := "https://" + host + "/"
	ns.Apply(harness.Web("red", red),
		harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "red", Secret: "tls"}))
	bw := cluster.Breakwater(t)
	first := cluster.Authority.Issue(pkix.Name{CommonName: host}, host)
	second := cluster.Authority.Issue(pkix.Name{CommonName: host}, host)
	shows := func(check func() error) { t.Helper(); harness.Eventually(t, showsWithin, check) }

	shows(func() error { return bw.Distrusted(cluster, host) }) // the default certificate

	ns.Apply(harness.TLSSecret("tls", first))
	shows(bw.Shows(url, first))
	shows(func() error { return bw.Trusted(cluster, host) })
	shows(bw.Serves(url, red))

	ns.Apply(harness.TLSSecret("tls", second))
	shows(bw.Shows(url, second))

	ns.Delete("secret", "tls")
	shows(func() error { return bw.Distrusted(cluster, host) })
}

// Two hosts, each with its own certificate, and one without on the default: SNI decides.
func TestCertificateFollowsName(t *testing.T) {
	ns := cluster.Namespace(t)
	red, blue := cluster.Backend(t, "red"), cluster.Backend(t, "blue")
	one, two, plain := ns.Host("one"), ns.Host("two"), ns.Host("plain")
	ofOne := cluster.Authority.Issue(pkix.Name{CommonName: one}, one)
	ofTwo := cluster.Authority.Issue(pkix.Name{CommonName: two}, two)
	ofAll := cluster.Authority.Issue(pkix.Name{CommonName: "default"}, "default.test")
	ns.Apply(harness.Web("red", red), harness.Web("blue", blue),
		harness.TLSSecret("one", ofOne), harness.TLSSecret("two", ofTwo), harness.TLSSecret("all", ofAll),
		harness.Ingress(harness.IngressSpec{Name: "one", Host: one, Service: "red", Secret: "one"}),
		harness.Ingress(harness.IngressSpec{Name: "two", Host: two, Service: "blue", Secret: "two"}),
		harness.Ingress(harness.IngressSpec{Name: "plain", Host: plain, Service: "red"}))
	bw := cluster.Breakwater(t, "--default-ssl-certificate="+ns.Name+"/all")

	for _, check := range []func() error{
		bw.Shows("https://"+one+"/", ofOne), bw.Serves("https://"+one+"/", red),
		bw.Shows("https://"+two+"/", ofTwo), bw.Serves("https://"+two+"/", blue),
		bw.Shows("https://"+plain+"/", ofAll), bw.Serves("http://"+plain+"/", red),
		bw.Refuses("http://"+one+"/", http.StatusPermanentRedirect), // to https, since there is a certificate
	} {
		harness.Eventually(t, showsWithin, check)
	}
}

func TestConfigMapDefault(t *testing.T) {
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	host := ns.Host("site")
	url := "http://" + host + "/"
	ns.Apply(harness.Web("red", red),
		harness.TLSSecret("tls", cluster.Authority.Issue(pkix.Name{CommonName: host}, host)),
		harness.Ingress(harness.IngressSpec{Name: "site", Host: host, Service: "red", Secret: "tls"}))
	bw := cluster.Breakwater(t, "--configmap="+ns.Name+"/settings")
	shows := func(check func() error) { t.Helper(); harness.Eventually(t, showsWithin, check) }

	shows(bw.Refuses(url, http.StatusPermanentRedirect))

	ns.Apply(`{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {ssl-redirect: "false"}}`)
	shows(bw.Serves(url, red))

	ns.Delete("configmap", "settings")
	shows(bw.Refuses(url, http.StatusPermanentRedirect))
}

// Only Ingresses of a class of this controller are served, from the moment that the class is there.
func TestIngressClass(t *testing.T) {
	ns := cluster.Namespace(t)
	red := cluster.Backend(t, "red")
	late, foreign := ns.Host("late"), ns.Host("foreign")
	ns.Apply(harness.Web("red", red),
		harness.IngressClass("foreign", "example.test/foreign"),
		harness.Ingress(harness.IngressSpec{Name: "foreign", Class: "foreign", Host: foreign, Service: "red"}),
		harness.Ingress(harness.IngressSpec{Name: "late", Class: "late", Host: late, Service: "red"}))
	bw := cluster.Breakwater(t, "--controller-class=example.test/late", "--ingress-class=late")
	shows := func(check func() error) { t.Helper(); harness.Eventually(t, showsWithin, check) }

	shows(bw.Refuses("http://"+late+"/", http.StatusNotFound))

	cluster.Apply(t, harness.IngressClass("late", "example.test/late"))
	shows(bw.Serves("http://"+late+"/", red))
	shows(bw.Refuses("http://"+foreign+"/", http.StatusNotFound))

	cluster.Delete(t, "ingressclass", "late")
	shows(bw.Refuses("http://"+late+"/", http.StatusNotFound))
}
