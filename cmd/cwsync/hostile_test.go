//go:build unix

package main

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"cwsync/cwclient/cwsim"
	"cwsync/syncer"

	"github.com/shopspring/decimal"
)

// hostileRow is one broken or hostile input and what must come of it. Whatever it is: nothing is written to ConnectWise, the store holds what it held,
// an error says what to do, and nothing of what is printed harms a terminal.
type hostileRow struct {
	name   string
	make   func(h *hostileRig) // makes the input; nil where the arguments are it
	args   []string            // of the command; nil: --sync
	stdin  string
	exit   int
	says   string // a part of what is said
	writes bool   // the one row that shows that this table would see a write
}

// hostileRig is a profile that synced once and whose usage has changed since, so that every command that is not stopped would write.
type hostileRig struct {
	t      *testing.T
	folder string
	world  *cwsim.World
	server *cwsim.Server
	site   string
	answer atomic.Pointer[http.HandlerFunc] // answers instead of the simulated ConnectWise
}

func newHostileRig(t *testing.T, options ...cwsim.Option) *hostileRig {
	t.Helper()
	h := &hostileRig{t: t, folder: t.TempDir(), world: cwsim.NewWorld(time.Now().UTC().Format(time.DateOnly))}
	mailbox := h.world.AddProduct(cwsim.ProductSpec{Identifier: "MBX", Price: decimal.New(45, -1)})
	for n := 1; n <= 3; n++ {
		company := h.world.AddCompany(cwsim.CompanySpec{Name: fmt.Sprintf("Customer %d", n), Identifier: fmt.Sprintf("C%d", n)})
		agreement := h.world.AddAgreement(cwsim.AgreementSpec{ID: 800 + n, Company: company, Prorate: true, Currency: "USD"})
		h.world.AddAddition(cwsim.AdditionSpec{Agreement: agreement, Product: mailbox, Quantity: decimal.New(5, 0)})
	}
	h.server = cwsim.NewServer(h.world, options...)
	listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answer := h.answer.Load(); answer != nil {
			(*answer)(w, r)
			return
		}
		h.server.ServeHTTP(w, r)
	}))
	listener.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(listener.Close)
	h.site = listener.URL
	keys := h.server.Credentials()
	for name, value := range map[string]string{
		"CWSYNC_DB": h.path("cwsync.db"), "CWSYNC_CONNECTION_PUBLIC_KEY": keys.PublicKey, "CWSYNC_CONNECTION_PRIVATE_KEY": keys.PrivateKey,
		"CWSYNC_JSON_CONNECTION_PUBLIC_KEY": keys.PublicKey, "CWSYNC_JSON_CONNECTION_PRIVATE_KEY": keys.PrivateKey, "CREDENTIALS_DIRECTORY": "", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere", "HOME": h.folder, "XDG_CONFIG_HOME": h.folder,
	} {
		t.Setenv(name, value)
	}
	t.Chdir(h.folder)
	h.prepare()
	return h
}

func (h *hostileRig) path(name string) string { return filepath.Join(h.folder, name) }

func (h *hostileRig) write(name, text string) {
	h.t.Helper()
	if err := os.WriteFile(h.path(name), []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// setup is the set-up document of the rig.
func (h *hostileRig) setup() string {
	keys := h.server.Credentials()
	return fmt.Sprintf("version: 1\nconnection: {site: %q, company: %q, client_id: %q}\nsources:\n- name: mail\n  kind: csv\n  options: {path: usage.csv}\n"+
		"  services: [{id: mbx, product: MBX}]\n  customers:\n  - {id: \"1\", company: 250, agreement: 801}\n  - {id: \"2\", company: 251, agreement: 802}\n"+
		"  - {id: \"3\", company: 252, agreement: 803}\n", h.site, keys.Company, keys.ClientID)
}

const hostileUsageNow = "customer_id,service_id,quantity\n1,mbx,7\n2,mbx,8\n3,mbx,9\n"

// prepare leaves a store with one run and one saved plan, and usage that differs from what was synced.
func (h *hostileRig) prepare() {
	h.t.Helper()
	h.write("setup.yaml", h.setup())
	h.write("json.yaml", strings.NewReplacer("csv", "json").Replace(h.setup()))
	h.write("usage.csv", "customer_id,service_id,quantity\n1,mbx,6\n2,mbx,6\n3,mbx,6\n")
	for _, args := range [][]string{{"setup", "import", "setup.yaml"}, {"setup", "import", "json.yaml", "--profile", "json"}, {"--sync"}} {
		if code, out, err := h.run("", args...); code != syncer.ExitDone {
			h.t.Fatalf("%s: exit %d\n%s%s", args, code, out, err)
		}
	}
	h.write("usage.csv", hostileUsageNow)
	if code, out, err := h.run("", "--sync", "--dry-run", "--out", "plan.json"); code != syncer.ExitDone {
		h.t.Fatalf("exit %d\n%s%s", code, out, err)
	}
	h.server.ResetLog()
}

// run is one invocation of the program in this process.
func (h *hostileRig) run(stdin string, args ...string) (code int, out, errs string) {
	var stdout, stderr bytes.Buffer
	code = execute(h.t.Context(), args, streams{in: strings.NewReader(stdin), out: &stdout, err: &stderr})
	return code, stdout.String(), stderr.String()
}

// TestHostileInput holds every broken and hostile input that we know of: usage files, set-ups, answers of ConnectWise, plans, flags, environment.
func TestHostileInput(t *testing.T) {
	base := newHostileRig(t)
	files := base.read()
	content := dumpStore(t, base.path("cwsync.db"))
	world := base.world.Snapshot()
	total := 0
	for kind, rows := range map[string][]hostileRow{
		"control": {{name: "good input writes", exit: syncer.ExitDone, says: "applied", writes: true}},
		"usage":   hostileUsage(), "set-up": hostileSetups(), "answers": hostileAnswers(), "plans": hostilePlans(), "flags": hostileFlags(),
		"environment": hostileEnvironment(),
	} {
		total += len(rows)
		for _, row := range rows {
			t.Run(kind+"/"+row.name, func(t *testing.T) {
				h := &hostileRig{t: t, folder: base.folder, world: base.world, server: base.server, site: base.site}
				base.restore(files)
				base.server.ResetLog()
				if row.writes {
					row.controls(h)
					return
				}
				row.check(h, base)
				if now := base.world.Snapshot(); !maps.Equal(now, world) || len(base.server.Writes()) != 0 {
					t.Errorf("ConnectWise was written to: %+v", base.server.Writes())
				}
				if now := dumpStore(t, base.path("cwsync.db")); now != content {
					t.Errorf("the store changed:\n%s", difference(content, now))
				}
			})
			base.answer.Store(nil)
		}
	}
	if total < 60 {
		t.Errorf("only %d inputs", total)
	}
}

// controls shows that the rig writes where nothing is hostile, in a world of its own.
func (r hostileRow) controls(h *hostileRig) {
	fresh := newHostileRig(h.t)
	before := dumpStore(h.t, fresh.path("cwsync.db"))
	code, out, errs := fresh.run("", "--sync")
	if code != r.exit || !strings.Contains(out, r.says) || len(fresh.server.Writes()) != 3 || dumpStore(h.t, fresh.path("cwsync.db")) == before {
		h.t.Errorf("exit %d, %d writes\n%s%s", code, len(fresh.server.Writes()), out, errs)
	}
}

// check runs the command on the input: what it says goes to people on standard error and to scripts on standard output.
func (r hostileRow) check(h, base *hostileRig) {
	args := r.args
	if args == nil {
		args = []string{"--sync", "--retry-for", "1ms", "--timeout", "60s"}
	}
	if r.make != nil {
		h.answer.Store(nil)
		r.make(h)
		base.answer.Store(h.answer.Load())
	}
	args = append(slices.Clone(args), "--json")
	if !slices.Contains(args, "--log-level") { // what is logged must be harmless too, in the form that escapes least
		args = append(args, "-vv", "--log-format", "json")
	}
	code, out, errs := h.run(r.stdin, args...)
	if code != r.exit || !strings.Contains(out+errs, r.says) {
		h.t.Errorf("exit %d, want %d and %q\n%.2000s%.2000s", code, r.exit, r.says, out, errs)
	}
	if !strings.Contains(errs, "cwsync: hint: ") {
		h.t.Errorf("nothing says what to do:\n%.2000s%.2000s", out, errs)
	}
	harmlessOutput(h.t, out+errs)
	var document struct {
		Kind  string `json:"kind"`
		Exit  int    `json:"exit_code"`
		Error struct{ Code, Message, Hint string }
	}
	err := json.Unmarshal([]byte(out), &document)
	if err != nil || code != r.exit || document.Exit != code || document.Kind != "error" || document.Error.Code == "" || document.Error.Message == "" || document.Error.Hint == "" {
		h.t.Errorf("exit %d, %v\n%.2000s", code, err, out)
	}
}

// harmlessOutput refuses what a terminal would obey, and floods.
func harmlessOutput(t *testing.T, text string) {
	t.Helper()
	if len(text) > 64<<10 || !utf8.ValidString(text) {
		t.Errorf("%d bytes of output, valid %t", len(text), utf8.ValidString(text))
	}
	for _, r := range text {
		if r != '\n' && (unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp)) {
			t.Errorf("%U is printed: %.500q", r, text)
			return
		}
	}
}

// read gives the files of the folder, and restore puts them back as they were: a row may have left anything in their places.
func (h *hostileRig) read() map[string]string {
	files := map[string]string{}
	for _, name := range []string{"setup.yaml", "json.yaml", "usage.csv", "plan.json", "cwsync.db"} {
		text, err := os.ReadFile(h.path(name))
		if err != nil {
			h.t.Fatal(err)
		}
		files[name] = string(text)
	}
	return files
}

func (h *hostileRig) restore(files map[string]string) {
	entries, err := os.ReadDir(h.folder)
	for _, entry := range entries {
		err = errors.Join(err, os.RemoveAll(h.path(entry.Name())))
	}
	if err != nil {
		h.t.Fatal(err)
	}
	for name, text := range files {
		h.write(name, text)
	}
}

// dumpStore is every row of every table as text, save for runs that came to nothing: that there was one is history.
func dumpStore(t *testing.T, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var dump strings.Builder
	for _, table := range column(t, db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name") {
		names := column(t, db, "SELECT 'quote(\"' || name || '\")' FROM pragma_table_info('"+table+"')")
		query := "SELECT " + strings.Join(names, " || ',' || ") + " FROM \"" + table + "\""
		if table == "runs" {
			query += " WHERE plan_id <> '' OR applied + failed + unknown > 0"
		}
		for _, row := range column(t, db, query+" ORDER BY 1") {
			fmt.Fprintln(&dump, table, pace.ReplaceAllString(row, ""))
		}
	}
	return dump.String()
}

// pace is how many requests at once went well last: a client that is throttled remembers that, and may.
var pace = regexp.MustCompile(`,"in_flight":\d+`)

// difference is the lines that one of two dumps has alone.
func difference(before, now string) string {
	var told []string
	for _, pair := range [][3]string{{"- ", before, now}, {"+ ", now, before}} {
		for line := range strings.SplitSeq(pair[1], "\n") {
			if !strings.Contains(pair[2], line) {
				told = append(told, fmt.Sprintf("%s%.300s", pair[0], line))
			}
		}
	}
	return strings.Join(told, "\n")
}

func column(t *testing.T, db *sql.DB, query string) (rows []string) {
	t.Helper()
	found, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
		var row string
		if err := found.Scan(&row); err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return rows
}
