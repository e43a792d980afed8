package harness

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// Breakwater's ServiceAccount, bound to no more than reading the six kinds.
const (
	AccountNamespace = "breakwater"
	AccountName      = "breakwater"
	RoleName         = "breakwater"
)

// What the control half reads, by API group.
var readKinds = map[string]string{
	"services":       "",
	"secrets":        "",
	"configmaps":     "",
	"endpointslices": "discovery.k8s.io",
	"ingresses":      "networking.k8s.io",
	"ingressclasses": "networking.k8s.io",
}

// prepare makes what all tests share: the class, the ServiceAccount and its rights.
func (c *Cluster) prepare() error {
	_, err := c.tryKubectl(strings.Join([]string{
		IngressClass("nginx", "k8s.io/ingress-nginx"),
		fmt.Sprintf("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}", AccountNamespace),
		ServiceAccount(AccountName),
		ReadRole(RoleName),
		RoleBinding(AccountName, ServiceAccountSubject(AccountName), RoleName),
	}, "\n---\n"), "apply", "-f", "-")
	return err
}

// ServiceAccount returns one in the namespace that holds Breakwater's own.
func ServiceAccount(name string) string {
	return fmt.Sprintf("{apiVersion: v1, kind: ServiceAccount, metadata: {name: %s, namespace: %s}}", name, AccountNamespace)
}

// ReadRole returns a ClusterRole that may get, list and watch the six kinds, without those named.
func ReadRole(name string, without ...string) string {
	var rules strings.Builder
	for kind, group := range readKinds {
		if !slices.Contains(without, kind) {
			fmt.Fprintf(&rules, "- {apiGroups: [%q], resources: [%s], verbs: [get, list, watch]}\n", group, kind)
		}
	}
	return fmt.Sprintf("apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: %s}\nrules:\n%s",
		name, rules.String())
}

// ServiceAccountSubject and UserSubject are subjects of a RoleBinding.
func ServiceAccountSubject(name string) string {
	return fmt.Sprintf("{kind: ServiceAccount, name: %s, namespace: %s}", name, AccountNamespace)
}

func UserSubject(name string) string {
	return fmt.Sprintf("{kind: User, apiGroup: rbac.authorization.k8s.io, name: %s}", name)
}

// RoleBinding returns a ClusterRoleBinding.
func RoleBinding(name, subject, role string) string {
	return fmt.Sprintf(`apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: %s}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %s}
subjects: [%s]`, name, role, subject)
}

// Token returns one for a ServiceAccount of Breakwater's namespace.
func (c *Cluster) Token(t *testing.T, account string) string {
	t.Helper()
	return c.kubectl(t, "", "-n", AccountNamespace, "create", "token", account, "--duration=1h")
}

// DeleteServiceAccount deletes one of Breakwater's namespace; its tokens end with it.
func (c *Cluster) DeleteServiceAccount(t *testing.T, account string) {
	t.Helper()
	c.kubectl(t, "", "-n", AccountNamespace, "delete", "serviceaccount", account)
}

// Refuses says whether the API server takes a token no more. For Eventually.
func (c *Cluster) Refuses(token string) error {
	request, err := http.NewRequest(http.MethodGet, apiURL+"/api/v1/services", nil)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+token)
	client := http.Client{Transport: &http.Transport{
		TLSClientConfig: &tls.Config{RootCAs: c.Authority.Pool()}, DisableKeepAlives: true,
	}}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	response.Body.Close()
	if response.StatusCode != http.StatusUnauthorized {
		return fmt.Errorf("the token is still good for %s", response.Status)
	}
	return nil
}
