package harness

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Breakwater's ServiceAccount and its ClusterRole, as manifests/cluster/rights.yaml has them.
const (
	AccountNamespace = "breakwater"
	AccountName      = "breakwater"
	RoleName         = "breakwater"
	NamespacesRole   = "breakwater-namespaces" // what --watch-namespace-selector needs besides
	LeaseName        = "ingress-controller-leader"
)

const rightsFile = "../../manifests/cluster/rights.yaml"

// prepare makes what all tests share: the class, and Breakwater's account with its rights.
func (c *Cluster) prepare() error {
	rights, err := os.ReadFile(rightsFile)
	if err != nil {
		return err
	}
	_, err = c.tryKubectl(strings.Join([]string{
		IngressClass("nginx", "k8s.io/ingress-nginx"),
		fmt.Sprintf("{apiVersion: v1, kind: Namespace, metadata: {name: %s}}", AccountNamespace),
		string(rights),
	}, "\n---\n"), "apply", "-f", "-")
	return err
}

// Right is one verb on one resource, as a rule of Breakwater's roles grants it.
type Right struct {
	Role     string // Role or ClusterRole
	Verb     string
	Resource string
	Name     string // of the only object that it is for; "" is all
}

func (r Right) String() string {
	text := r.Verb + " " + r.Resource
	if r.Name != "" {
		text += " " + r.Name
	}
	return text
}

type rule struct {
	APIGroups     []string `json:"apiGroups"`
	Resources     []string `json:"resources"`
	ResourceNames []string `json:"resourceNames,omitempty"`
	Verbs         []string `json:"verbs"`
}

func (r rule) right(role, verb string) Right {
	right := Right{Role: role, Verb: verb, Resource: r.Resources[0]}
	if len(r.ResourceNames) > 0 {
		right.Name = r.ResourceNames[0]
	}
	return right
}

type role struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   map[string]any `json:"metadata"`
	Rules      []rule         `json:"rules"`
}

// roles reads Breakwater's roles. One resource in each rule, so that a right has one place.
func (c *Cluster) roles(t *testing.T) []role {
	t.Helper()
	text := c.kubectl(t, "", "create", "--dry-run=client", "-o", "json", "-f", must(filepath.Abs(rightsFile)))
	var roles []role
	for documents := json.NewDecoder(strings.NewReader(text)); documents.More(); {
		var one role
		if err := documents.Decode(&one); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if one.Kind != "Role" && one.Kind != "ClusterRole" {
			continue
		}
		for _, rule := range one.Rules {
			if len(rule.Resources) != 1 || len(rule.ResourceNames) > 1 {
				t.Fatalf("a rule of the %s is for more than one thing: %v", one.Kind, rule)
			}
		}
		roles = append(roles, one)
	}
	return roles
}

// Rights returns all that Breakwater's roles grant.
func (c *Cluster) Rights(t *testing.T) []Right {
	t.Helper()
	var rights []Right
	for _, role := range c.roles(t) {
		for _, rule := range role.Rules {
			for _, verb := range rule.Verbs {
				rights = append(rights, rule.right(role.Kind, verb))
			}
		}
	}
	return rights
}

// AccountWithout makes a ServiceAccount with Breakwater's rights but these, under names of its own.
func (c *Cluster) AccountWithout(t *testing.T, name string, without ...Right) {
	t.Helper()
	documents := []string{ServiceAccount(name)}
	for _, role := range c.roles(t) {
		for i, rule := range role.Rules {
			role.Rules[i].Verbs = slices.DeleteFunc(rule.Verbs, func(verb string) bool {
				return slices.Contains(without, rule.right(role.Kind, verb))
			})
		}
		role.Rules = slices.DeleteFunc(role.Rules, func(rule rule) bool { return len(rule.Verbs) == 0 })
		own := name + strings.TrimPrefix(role.Metadata["name"].(string), RoleName)
		role.Metadata = map[string]any{"name": own}
		binding := RoleBinding(own, ServiceAccountSubject(name), own)
		if role.Kind == "Role" {
			binding = strings.ReplaceAll(binding, "ClusterRole", "Role")
		}
		documents = append(documents, string(must(json.Marshal(role))), binding)
	}
	c.kubectl(t, strings.Join(documents, "\n---\n"), "-n", AccountNamespace, "apply", "-f", "-")
}

// ServiceAccount returns one in the namespace that holds Breakwater's own.
func ServiceAccount(name string) string {
	return fmt.Sprintf("{apiVersion: v1, kind: ServiceAccount, metadata: {name: %s, namespace: %s}}", name, AccountNamespace)
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

// RoleBindingIn returns a RoleBinding: the rights of a ClusterRole in the namespace that it is applied to.
func RoleBindingIn(name, subject, role string) string {
	return fmt.Sprintf(`apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
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
