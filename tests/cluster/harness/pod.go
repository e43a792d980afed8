package harness

import (
	"fmt"
	"testing"
)

// Pod makes the object of a replica of Breakwater, running and ready on a node with these addresses ("": none). There
// is no kubelet: nothing runs, and both go with the test.
func (c *Cluster) Pod(t *testing.T, name, node, external, internal string) {
	t.Helper()
	addresses := fmt.Sprintf(`{"type": "InternalIP", "address": %q}`, internal)
	if external != "" {
		addresses += fmt.Sprintf(`, {"type": "ExternalIP", "address": %q}`, external)
	}
	c.Apply(t, fmt.Sprintf("{apiVersion: v1, kind: Node, metadata: {name: %s}}", node))
	c.Kubectl(t, "patch", "node", node, "--subresource=status", "--type=merge",
		"-p", fmt.Sprintf(`{"status": {"addresses": [%s]}}`, addresses))
	c.Apply(t, fmt.Sprintf(`{apiVersion: v1, kind: Pod,
  metadata: {name: %s, namespace: %s, labels: {app: breakwater, pod-template-hash: %s}},
  spec: {nodeName: %s, containers: [{name: breakwater, image: none}]}}`, name, AccountNamespace, name, node))
	c.Kubectl(t, "patch", "pod", name, "--subresource=status", "--type=merge",
		"-p", `{"status": {"phase": "Running", "conditions": [{"type": "Ready", "status": "True"}]}}`)
	t.Cleanup(func() {
		c.Kubectl(t, "delete", "pod", name, "--grace-period=0", "--force", "--ignore-not-found")
		c.Kubectl(t, "delete", "node", node)
	})
}
