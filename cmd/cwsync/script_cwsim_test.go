package main

import (
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"

	"cwsync/cwclient/cwsim"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/shopspring/decimal"
)

// simulation is the ConnectWise of one script, and what the script remembers.
type simulation struct {
	server     *cwsim.Server
	listener   *httptest.Server
	snapshot   map[int]string
	background []*exec.Cmd
	proofpoint *proofpointStack
}

type worldKey struct{}

func simulationOf(ts *testscript.TestScript) *simulation { return ts.Value(worldKey{}).(*simulation) }

// The cwsim command of the scripts:
//
//	cwsim start [tls]                a simulated ConnectWise with the demo's customers; names it in the environment (CW_SITE, CW_COMPANY,
//	                                 CW_CLIENT_ID, CW_PUBLIC_KEY, CW_PRIVATE_KEY, TODAY), gives the keys to cwsync, and writes the demo's
//	                                 setup.yaml and usage.csv where the script brings none; with tls it is a self-hosted site with a certificate of its
//	                                 own authority, ca.pem
//	cwsim stop                       it can no longer be reached
//	cwsim additions AGREEMENT        prints id, product, quantity, price, billing, effective and cancelled date of each line
//	cwsim rates AGREEMENT            prints id, product, quantity, free units, price, cost and tax flag of each line
//	cwsim product IDENTIFIER         prints a product: identifier, class, type, category, subcategory, unit, price, cost, tax flag, description
//	cwsim reprice IDENTIFIER P C     a person changes price and cost of a product
//	cwsim edit ADDITION FIELD=VALUE  a person changes quantity, price, cost, taxable, free, bill, cancelled or product
//	cwsim delete ADDITION            a person deletes a line
//	cwsim rename COMPANY NAME        a person renames a company
//	cwsim cancel AGREEMENT           a person cancels an agreement as of today
//	cwsim agreement ID NAME=VALUE    a person changes next (invoice), start (of billing; both days from today, such as +10) or prorate of an agreement
//	cwsim day NAME N                 names the day that is N days from today in the environment
//	cwsim deny MODULE FUNCTION KIND  the role of the API member loses a right
//	cwsim fail KIND [NAME=VALUE]     arms a fault: method, path, status, retry-after, times, after, delay, edit=ADDITION:QUANTITY,
//	                                 agreement=ID,NAME=VALUE
//	cwsim latency D                  every answer takes this long from now on
//	cwsim writes N [METHOD PATH]     wants that so many writes came in since the start or the last reset; of this method and path alone
//	cwsim reads N                    likewise of reads, discovery included
//	cwsim reset                      forgets the requests so far and disarms all faults
//	cwsim until writes|reads N       waits until so many came in
//	cwsim remember, cwsim unchanged  wants that all lines are byte for byte as they were
func cwsimCommand(ts *testscript.TestScript, neg bool, args []string) {
	commands := map[string]func(*simulation, *testscript.TestScript, []string) error{
		"start": (*simulation).start, "stop": (*simulation).stop, "additions": (*simulation).additions, "edit": (*simulation).edit,
		"delete": (*simulation).remove, "cancel": (*simulation).cancel, "deny": (*simulation).deny, "fail": (*simulation).fail,
		"latency": (*simulation).slow, "writes": (*simulation).writes, "reads": (*simulation).reads, "reset": (*simulation).reset,
		"until": (*simulation).until, "remember": (*simulation).remember, "unchanged": (*simulation).unchanged,
		"rates": (*simulation).rates, "product": (*simulation).product, "reprice": (*simulation).reprice,
		"rename": (*simulation).rename, "agreement": (*simulation).agreement, "day": (*simulation).day,
	}
	if neg || len(args) == 0 || commands[args[0]] == nil {
		ts.Fatalf("usage: cwsim %s", strings.Join(slices.Sorted(maps.Keys(commands)), "|"))
	}
	s := simulationOf(ts)
	if s.server == nil && args[0] != "start" {
		ts.Fatalf("cwsim start comes first")
	}
	ts.Check(commands[args[0]](s, ts, args[1:]))
}

func (s *simulation) start(ts *testscript.TestScript, args []string) error {
	s.server = demoServer()
	if err := s.listen(ts, len(args) == 1 && args[0] == "tls"); err != nil {
		return err
	}
	ts.Defer(func() { s.listener.CloseClientConnections(); s.listener.Close() })
	keys := s.server.Credentials()
	for name, value := range map[string]string{
		"CW_SITE": s.listener.URL, "CW_COMPANY": keys.Company, "CW_CLIENT_ID": keys.ClientID,
		"CW_PUBLIC_KEY": keys.PublicKey, "CW_PRIVATE_KEY": keys.PrivateKey, "TODAY": s.server.World().Today(),
		"CWSYNC_CONNECTION_PUBLIC_KEY": keys.PublicKey, "CWSYNC_CONNECTION_PRIVATE_KEY": keys.PrivateKey,
	} {
		ts.Setenv(name, value)
	}
	filled := strings.NewReplacer("http://127.0.0.1:1", s.listener.URL)
	for name, content := range map[string]string{"setup.yaml": filled.Replace(demoSetup), "usage.csv": string(demoUsage)} {
		if _, err := os.Stat(ts.MkAbs(name)); err == nil {
			continue
		}
		if err := os.WriteFile(ts.MkAbs(name), []byte(content), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// listen serves the simulated ConnectWise; with TLS by a certificate that only the file ca.pem makes trusted.
func (s *simulation) listen(ts *testscript.TestScript, secure bool) error {
	if !secure {
		s.listener = httptest.NewServer(s.server)
		return nil
	}
	s.listener = httptest.NewUnstartedServer(s.server)
	s.listener.Config.ErrorLog = log.New(io.Discard, "", 0) // a client that trusts nobody hangs up
	s.listener.StartTLS()
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.listener.Certificate().Raw})
	return os.WriteFile(ts.MkAbs("ca.pem"), authority, 0o600)
}

func (s *simulation) stop(*testscript.TestScript, []string) error {
	s.listener.CloseClientConnections()
	s.listener.Close()
	return nil
}

func (s *simulation) additions(ts *testscript.TestScript, args []string) error {
	agreement, err := number(args, 0)
	if err != nil {
		return err
	}
	for _, line := range s.server.World().Additions(agreement) {
		cancelled := line.Cancelled
		if cancelled == "" {
			cancelled = "-"
		}
		fmt.Fprintln(ts.Stdout(), line.ID, line.ProductIdentifier, line.Quantity, line.Price, line.Bill, line.Effective, cancelled)
	}
	return nil
}

func (s *simulation) edit(_ *testscript.TestScript, args []string) error {
	id, err := number(args, 0)
	if err != nil {
		return err
	}
	var unknown error
	err = s.server.World().EditAddition(id, func(line *cwsim.AdditionRecord) {
		for _, arg := range args[1:] {
			unknown = errors.Join(unknown, set(line, arg))
		}
	})
	return errors.Join(err, unknown)
}

func set(line *cwsim.AdditionRecord, arg string) (err error) {
	name, value, _ := strings.Cut(arg, "=")
	switch name {
	case "quantity":
		line.Quantity, err = decimal.NewFromString(value)
	case "price":
		line.Price, err = decimal.NewFromString(value)
	case "product":
		line.Product, err = strconv.Atoi(value)
	case "bill":
		line.Bill = value
	case "cancelled":
		line.Cancelled = value
	default:
		err = setRate(line, name, value)
	}
	return err
}

func (s *simulation) remove(_ *testscript.TestScript, args []string) error {
	id, err := number(args, 0)
	if err != nil {
		return err
	}
	return s.server.World().DeleteAddition(id)
}

func (s *simulation) rename(_ *testscript.TestScript, args []string) error {
	if len(args) != 2 {
		return errors.New("usage: cwsim rename COMPANY NAME")
	}
	id, err := number(args, 0)
	if err != nil {
		return err
	}
	return s.server.World().RenameCompany(id, args[1])
}

func (s *simulation) cancel(_ *testscript.TestScript, args []string) error {
	id, err := number(args, 0)
	if err != nil {
		return err
	}
	return s.server.World().CancelAgreement(id, s.server.World().Today())
}

func (s *simulation) deny(_ *testscript.TestScript, args []string) error {
	if len(args) != 3 {
		return errors.New("usage: cwsim deny MODULE FUNCTION KIND")
	}
	s.server.Deny(args[0], args[1], args[2])
	return nil
}

func (s *simulation) fail(_ *testscript.TestScript, args []string) error {
	kinds := map[string]cwsim.FaultKind{
		"status": cwsim.FaultStatus, "proxy": cwsim.FaultProxy, "status-after": cwsim.FaultStatusAfter, "reset": cwsim.FaultReset,
		"reset-after": cwsim.FaultResetAfter, "commit-later": cwsim.FaultCommitLater, "cut": cwsim.FaultCut, "hang": cwsim.FaultHang,
		"hang-after": cwsim.FaultHangAfter, "html": cwsim.FaultHTML, "garbage": cwsim.FaultGarbage, "redirect": cwsim.FaultRedirect,
		"short-page": cwsim.FaultShortPage, "edit": cwsim.FaultEdit,
	}
	if len(args) == 0 || kinds[args[0]] == 0 {
		return fmt.Errorf("usage: cwsim fail %s", strings.Join(slices.Sorted(maps.Keys(kinds)), "|"))
	}
	fault := cwsim.Fault{Kind: kinds[args[0]]}
	for _, arg := range args[1:] {
		if err := describeFault(&fault, arg); err != nil {
			return err
		}
	}
	s.server.Fail(fault)
	return nil
}

func describeFault(fault *cwsim.Fault, arg string) (err error) {
	name, value, _ := strings.Cut(arg, "=")
	switch name {
	case "method":
		fault.Method = value
	case "path":
		fault.Path = value
	case "status":
		fault.Status, err = strconv.Atoi(value)
	case "retry-after":
		fault.RetryAfter = value
	case "location":
		fault.Location = value
	case "times":
		fault.Times, err = strconv.Atoi(value)
	case "after":
		fault.After, err = strconv.Atoi(value)
	case "delay":
		fault.Delay, err = time.ParseDuration(value)
	case "edit":
		id, quantity, _ := strings.Cut(value, ":")
		line, numberErr := strconv.Atoi(id)
		count, countErr := decimal.NewFromString(quantity)
		fault.Edit = func(w *cwsim.World) {
			_ = w.EditAddition(line, func(a *cwsim.AdditionRecord) { a.Quantity = count }) // the script looks at what comes of it
		}
		err = errors.Join(numberErr, countErr)
	case "agreement":
		fault.Edit, err = agreementEdit(strings.Split(value, ","))
	default:
		err = fmt.Errorf("unknown part of a fault %q", name)
	}
	return err
}

func (s *simulation) slow(_ *testscript.TestScript, args []string) error {
	if len(args) != 1 {
		return errors.New("usage: cwsim latency D")
	}
	latency, err := time.ParseDuration(args[0])
	s.server.Latency(latency)
	return err
}

func (s *simulation) count(what string) int {
	counts := s.server.Count()
	reads, all := counts["GET"], 0
	for _, n := range counts {
		all += n
	}
	if what == "reads" {
		return reads
	}
	return all - reads
}

func (s *simulation) writes(_ *testscript.TestScript, args []string) error {
	if len(args) != 3 {
		return s.want("writes", args)
	}
	want, err := number(args, 0)
	if err != nil {
		return err
	}
	got := 0
	for _, write := range s.server.Writes() {
		if write.Method == args[1] && write.Path == args[2] {
			got++
		}
	}
	if got != want {
		return fmt.Errorf("%d times %s %s, want %d", got, args[1], args[2], want)
	}
	return nil
}

func (s *simulation) reads(_ *testscript.TestScript, args []string) error {
	return s.want("reads", args)
}

func (s *simulation) want(what string, args []string) error {
	want, err := number(args, 0)
	if err != nil {
		return err
	}
	if got := s.count(what); got != want {
		return fmt.Errorf("%d %s, want %d", got, what, want)
	}
	return nil
}

func (s *simulation) reset(*testscript.TestScript, []string) error {
	s.server.ResetLog()
	s.server.ClearFaults()
	s.server.Latency(0)
	return nil
}

// until waits for requests; that they never come ends the script after a while.
func (s *simulation) until(_ *testscript.TestScript, args []string) error {
	want, err := number(args, 1)
	if err != nil {
		return err
	}
	for range 2000 {
		if s.count(args[0]) >= want {
			return nil
		}
		time.Sleep(5 * time.Millisecond)
	}
	return fmt.Errorf("waited 10 s for %d %s", want, args[0])
}

func (s *simulation) remember(*testscript.TestScript, []string) error {
	s.snapshot = s.server.World().Snapshot()
	return nil
}

func (s *simulation) unchanged(*testscript.TestScript, []string) error {
	now := s.server.World().Snapshot()
	for id, line := range now {
		if s.snapshot[id] != line {
			return fmt.Errorf("addition %d was %s\nand is %s", id, s.snapshot[id], line)
		}
	}
	if len(now) != len(s.snapshot) {
		return fmt.Errorf("%d additions, there were %d", len(now), len(s.snapshot))
	}
	return nil
}

func number(args []string, at int) (int, error) {
	if len(args) <= at {
		return 0, errors.New("a number is missing")
	}
	return strconv.Atoi(args[at])
}
