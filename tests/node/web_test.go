package node

import (
	"fmt"
	"testing"

	"breakwater.test/cluster/harness"
)

// web runs a Deployment of the test's web server with a Service in front, and waits until all of it is there.
func web(t *testing.T, ns *harness.Namespace, replicas int) {
	t.Helper()
	ns.Apply(fmt.Sprintf(`apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: %d
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 10
      containers:
      - name: web
        image: localhost/backend:test
        imagePullPolicy: Never
        ports: [{name: web, containerPort: 8080}]
        readinessProbe: {httpGet: {path: /, port: web}, periodSeconds: 1}`, replicas), `apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: web, port: 80, targetPort: web}]}`)
	ns.Kubectl("rollout", "status", "deployment/web", "--timeout=60s")
}
