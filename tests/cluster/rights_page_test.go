package cluster

import (
	"os"
	"strings"
	"testing"
)

// docs/rights.md says of each right in the manifest why it is there.
func TestRightsPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/rights.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, right := range cluster.Rights(t) {
		if !explained(string(page), right.Verb, right.Resource) {
			t.Errorf("docs/rights.md has no row for: %s", right)
		}
	}
}

// explained looks for a row that begins with the verb, among others, and names the resource.
func explained(page, verb, resource string) bool {
	for _, line := range strings.Split(page, "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || !strings.Contains(cells[1], "`"+resource+"`") {
			continue
		}
		verbs, _, _ := strings.Cut(cells[1], "`")
		for _, one := range strings.Split(verbs, ",") {
			if strings.TrimSpace(one) == verb {
				return true
			}
		}
	}
	return false
}
