package cwsim

import (
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// needs skips where a tool is missing on a person's machine, and fails in CI.
func needs(t *testing.T, what string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s: %v", what, err)
	}
	t.Skipf("%s: %v", what, err)
}

// interopFolder is a copy of the script with its packages installed.
func interopFolder(t *testing.T) string {
	t.Helper()
	for _, tool := range []string{"node", "npm"} {
		_, err := exec.LookPath(tool)
		needs(t, "the check with a foreign client needs "+tool, err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "interop"))); err != nil {
		t.Fatal(err)
	}
	npm := exec.CommandContext(t.Context(), "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
	npm.Dir = dir
	out, err := npm.CombinedOutput()
	needs(t, "npm ci: "+string(out), err)
	return dir
}

// seen is what the script reports.
type seen struct {
	Agreements, Filtered, Companies, Before, After []int
	Count                                          int
	Version, Product                               string
	Created, Updated, Read                         map[string]any
	Invalid, Gone, BadKeys                         struct {
		Status int
		Data   map[string]any
	}
}

// TestInterop lets the npm package connectwise-rest, which nobody here wrote,
// read and write: what it understands is not just what our own client understands.
func TestInterop(t *testing.T) {
	dir := interopFolder(t)
	w := Generate(5, Size{Companies: 12, Agreements: 23, AdditionsPerAgreement: 3, Products: 10})
	s := NewServer(w)
	ts := httptest.NewTLSServer(s) // the package speaks https only
	defer ts.Close()
	got := runInterop(t, dir, s, ts)

	var all, prorated []int
	for id := 801; id < 824; id++ {
		all = append(all, id)
		if id%2 == 1 {
			prorated = append(prorated, id)
		}
	}
	created := 30001 + 23*3
	for name, pair := range map[string][2]any{
		"agreements by pages":  {got.Agreements, all},
		"filtered agreements":  {got.Filtered, prorated},
		"count":                {got.Count, 23},
		"version":              {got.Version, "v2026.4.104231"},
		"companies like":       {got.Companies, []int{250, 259, 260, 261}},
		"product":              {got.Product, "SKU-1"},
		"additions before":     {got.Before, []int{30001, 30002, 30003}},
		"additions after":      {got.After, []int{30001, 30002, 30003, created}},
		"created quantity":     {got.Created["quantity"], 2.5},
		"updated quantity":     {got.Updated["quantity"], 4.0},
		"read is updated":      {got.Read, got.Updated},
		"invalid status":       {got.Invalid.Status, 400},
		"invalid code":         {got.Invalid.Data["code"], "InvalidObject"},
		"gone status":          {got.Gone.Status, 404},
		"status of wrong keys": {got.BadKeys.Status, 401},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("%s: %v, want %v", name, pair[0], pair[1])
		}
	}
	if n := s.Count()["GET"]; n < 12 {
		t.Errorf("only %d reads arrived", n)
	}
	if _, ok := w.Addition(created); ok {
		t.Error("the line that was deleted is still there")
	}
}

func runInterop(t *testing.T, dir string, s *Server, ts *httptest.Server) seen {
	t.Helper()
	ca := filepath.Join(dir, "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ts.Certificate().Raw})
	if err := os.WriteFile(ca, block, 0o600); err != nil {
		t.Fatal(err)
	}
	c := s.Credentials()
	node := exec.CommandContext(t.Context(), "node", "interop.js")
	node.Dir = dir
	node.Env = append(os.Environ(),
		"NODE_EXTRA_CA_CERTS="+ca, "NO_PROXY=127.0.0.1", "no_proxy=127.0.0.1",
		"SITE="+strings.TrimPrefix(ts.URL, "https://"), "COMPANY="+c.Company, "PUBLIC_KEY="+c.PublicKey,
		"PRIVATE_KEY="+c.PrivateKey, "CLIENT_ID="+c.ClientID, "ENTRY_POINT="+strings.TrimSuffix(routerCodebase, "/"),
		fmt.Sprintf("AGREEMENT=%d", 801), fmt.Sprintf("PRODUCT=%d", 5001),
	)
	var complaints strings.Builder
	node.Stderr = &complaints
	out, err := node.Output()
	if err != nil {
		t.Fatalf("the script failed: %v: %s", err, complaints.String())
	}
	var got seen
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return got
}
