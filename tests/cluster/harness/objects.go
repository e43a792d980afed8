package harness

import (
	"encoding/base64"
	"fmt"
	"strings"
)

// ServicePort is the port that Ingresses name; the backends behind it listen on BackendPort.
const ServicePort = 80

// Service returns one without a selector: what is behind it is in EndpointSlices that the test writes.
func Service(name string, port int) string {
	return fmt.Sprintf(`apiVersion: v1
kind: Service
metadata: {name: %s}
spec: {clusterIP: None, ports: [{name: web, port: %d, targetPort: %d}]}`, name, port, BackendPort)
}

// EndpointSlice returns the one that backs a Service with these backends, all ready.
func EndpointSlice(service string, backends ...*Backend) string {
	return fmt.Sprintf(`apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: %s, labels: {kubernetes.io/service-name: %s}}
addressType: IPv4
ports: [{name: web, port: %d, protocol: TCP}]
endpoints: %s`, service, service, BackendPort, Endpoints(backends...))
}

// Endpoints returns the list of an EndpointSlice, as JSON.
func Endpoints(backends ...*Backend) string {
	items := make([]string, 0, len(backends))
	for _, backend := range backends {
		items = append(items, fmt.Sprintf(`{"addresses": [%q], "conditions": {"ready": true}}`, backend.Address))
	}
	return "[" + strings.Join(items, ", ") + "]"
}

// Web returns a Service and the EndpointSlice behind it.
func Web(service string, backends ...*Backend) string {
	return Service(service, ServicePort) + "\n---\n" + EndpointSlice(service, backends...)
}

// IngressSpec is what the tests vary in an Ingress.
type IngressSpec struct {
	Name        string
	Class       string // "" is nginx
	Host        string
	Path        string // "" is /; Prefix
	Service     string
	Secret      string            // "" is no TLS
	Annotations map[string]string // without the prefix
}

// Ingress returns one with a single rule.
func Ingress(spec IngressSpec) string {
	annotations := make([]string, 0, len(spec.Annotations))
	for name, value := range spec.Annotations {
		annotations = append(annotations, fmt.Sprintf("nginx.ingress.kubernetes.io/%s: %q", name, value))
	}
	tls := ""
	if spec.Secret != "" {
		tls = fmt.Sprintf("\n  tls: [{hosts: [%q], secretName: %s}]", spec.Host, spec.Secret)
	}
	return fmt.Sprintf(`apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: %s, annotations: {%s}}
spec:
  ingressClassName: %s
  rules:
  - host: %q
    http:
      paths: [{path: %q, pathType: Prefix, backend: {service: {name: %s, port: {number: %d}}}}]%s`,
		spec.Name, strings.Join(annotations, ", "), orElse(spec.Class, "nginx"), spec.Host,
		orElse(spec.Path, "/"), spec.Service, ServicePort, tls)
}

// TLSSecret returns a Secret of type kubernetes.io/tls.
func TLSSecret(name string, identity Identity) string {
	return fmt.Sprintf("{apiVersion: v1, kind: Secret, type: kubernetes.io/tls, metadata: {name: %s}, data: {tls.crt: %s, tls.key: %s}}",
		name, base64.StdEncoding.EncodeToString(identity.Certificate), base64.StdEncoding.EncodeToString(identity.Key))
}

// IngressClass returns one for a controller.
func IngressClass(name, controller string) string {
	return fmt.Sprintf("{apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: %s}, spec: {controller: %s}}",
		name, controller)
}

func orElse(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
