package sql

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
)

// No SQL Server runs where these tests do. This stands in for one: it speaks as much of its protocol (MS-TDS) as one query takes, and writes down
// what it is asked, so that what really goes over the wire can be looked at.

// tdsServer answers one login and one query.
type tdsServer struct {
	address string
	answer  func(query string) []byte // the tokens that answer a query; nil: none ever
	refuse  []byte                    // the tokens that answer a login; nil: it is taken

	lock  sync.Mutex
	asked []string
}

func newTDS(t *testing.T, s *tdsServer) *tdsServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = "sqlserver://" + url.UserPassword("me", password).String() + "@" + listener.Addr().String() + "?database=name&encrypt=disable"
	var served sync.WaitGroup
	served.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			served.Go(func() { s.serve(conn) })
		}
	})
	t.Cleanup(func() { _ = listener.Close(); served.Wait() })
	return s
}

func (s *tdsServer) note(what string) {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.asked = append(s.asked, what)
}

func (s *tdsServer) list() []string {
	s.lock.Lock()
	defer s.lock.Unlock()
	return slices.Clone(s.asked)
}

// serve answers the messages of one connection until its end.
func (s *tdsServer) serve(conn net.Conn) {
	defer conn.Close()
	for {
		kind, body, err := readTDS(conn)
		if err != nil {
			return
		}
		var reply []byte
		switch kind {
		case 18: // before the login: a version, and that nothing is encrypted
			reply = []byte{0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xff, 16, 0, 0, 0, 0, 0, 2}
		case 16:
			if s.note("login"); s.refuse != nil {
				reply = s.refuse
				break
			}
			reply = append(tdsLoginAck(), tdsDone(0, 0)...)
		case 14: // transactions
			what := binary.LittleEndian.Uint16(body[binary.LittleEndian.Uint32(body):])
			s.note(map[uint16]string{5: "begin", 7: "commit", 8: "rollback"}[what])
			reply = []byte{0xe3, 11, 0, 8, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0}
			if what != 5 {
				reply = []byte{0xe3, 11, 0, byte(what) + 2, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8}
			}
			reply = append(reply, tdsDone(0, 0)...)
		case 1:
			query := fromUTF16(body[binary.LittleEndian.Uint32(body):])
			if s.note(query); s.answer == nil {
				continue
			}
			reply = s.answer(query)
		case 6:
			s.note("cancel")
			reply = tdsDone(0x20, 0)
		}
		if len(reply) == 0 || writeTDS(conn, reply) != nil {
			return
		}
	}
}

// readTDS reads one message of any number of packets.
func readTDS(conn io.Reader) (kind byte, body []byte, err error) {
	for {
		var head [8]byte
		if _, err := io.ReadFull(conn, head[:]); err != nil {
			return 0, nil, err
		}
		part := make([]byte, int(binary.BigEndian.Uint16(head[2:]))-len(head))
		if _, err := io.ReadFull(conn, part); err != nil {
			return 0, nil, err
		}
		if body = append(body, part...); head[1]&1 != 0 {
			return head[0], body, nil
		}
	}
}

func writeTDS(conn io.Writer, body []byte) error {
	head := []byte{4, 1, 0, 0, 0, 0, 1, 0}
	binary.BigEndian.PutUint16(head[2:], uint16(len(head)+len(body)))
	_, err := conn.Write(append(head, body...))
	return err
}

func inUTF16(text string) []byte {
	var b []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return b
}

func fromUTF16(b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

func tdsDone(status uint16, rows uint64) []byte {
	b := binary.LittleEndian.AppendUint16([]byte{0xfd}, status)
	return binary.LittleEndian.AppendUint64(append(b, 0, 0), rows)
}

func tdsLoginAck() []byte {
	name := inUTF16("Stand-in")
	b := binary.LittleEndian.AppendUint16([]byte{0xad}, uint16(1+4+1+len(name)+4))
	b = append(b, 1, 0x74, 0, 0, 4, byte(len(name)/2))
	return append(append(b, name...), 16, 0, 0, 0)
}

func tdsError(number uint32, class byte, message string) []byte {
	var b bytes.Buffer
	_ = binary.Write(&b, binary.LittleEndian, number)
	b.Write([]byte{1, class})
	_ = binary.Write(&b, binary.LittleEndian, uint16(len(utf16.Encode([]rune(message)))))
	b.Write(inUTF16(message))
	b.Write([]byte{0, 0, 1, 0, 0, 0})
	head := binary.LittleEndian.AppendUint16([]byte{0xaa}, uint16(b.Len()))
	return append(append(head, b.Bytes()...), tdsDone(2, 0)...)
}

// tdsRows is a result of text columns.
func tdsRows(names []string, rows ...[]string) []byte {
	b := binary.LittleEndian.AppendUint16([]byte{0x81}, uint16(len(names)))
	for _, name := range names {
		b = append(b, 0, 0, 0, 0, 9, 0, 0xe7, 0x40, 0x1f, 9, 4, 0xd0, 0, 0x34, byte(len(name)))
		b = append(b, inUTF16(name)...)
	}
	for _, row := range rows {
		b = append(b, 0xd1)
		for _, text := range row {
			b = binary.LittleEndian.AppendUint16(b, uint16(2*len(utf16.Encode([]rune(text)))))
			b = append(b, inUTF16(text)...)
		}
	}
	return append(b, tdsDone(0x10, uint64(len(rows)))...)
}

const tdsQuery = "SELECT customer_id, service_id, quantity FROM usage"

var tdsColumns = []string{"customer_id", "service_id", "quantity"}

func readTDSUsage(ctx context.Context, t *testing.T, s *tdsServer, more ...any) (billing.Usage, error) {
	t.Helper()
	options := source.Options{"dialect": sqlServer, "query": tdsQuery, "time_limit": "20s"}
	for i := 0; i+1 < len(more); i += 2 {
		options[more[i].(string)] = more[i+1]
	}
	return newReader(t, options, s.address).Read(ctx)
}

// TestSQLServerIsOnlyRead: one login, one query within a transaction, and that is taken back, whether the query went well or not.
func TestSQLServerIsOnlyRead(t *testing.T) {
	for name, c := range map[string]struct {
		answer []byte
		want   string // of the error
	}{
		"well":                      {tdsRows(tdsColumns, []string{"C1", "mbx", "12.5"}, []string{"Müller", "mbx", "7"}), ""},
		"no rows":                   {tdsRows(tdsColumns), ""},
		"a column is missing":       {tdsRows(tdsColumns[:2], []string{"C1", "mbx"}), `query: gives no column "quantity"; its columns are "customer_id", "service_id"`},
		"a quantity is negative":    {tdsRows(tdsColumns, []string{"C1", "mbx", "1"}, []string{"C2", "mbx", "-1"}), `query: item 2: quantity "-1" is negative`},
		"a customer is there twice": {tdsRows(tdsColumns, []string{"C1", "mbx", "1"}, []string{"C1", "mbx", "1"}), `query: item 2: customer "C1" and service "mbx" are already on item 1`},
		"a currency nobody uses":    {tdsRows(append(slices.Clone(tdsColumns), "currency"), []string{"C1", "mbx", "1", "USX"}), `query: item 1: currency "USX" is used nowhere`},
		"more than one result":      {append(tdsRows(tdsColumns, []string{"C1", "mbx", "1"})[:0:0], tdsTwice()...), "query: gives more than one result"},
		"no such table":             {tdsError(208, 16, "Invalid object name 'usage'."), "database: cannot run the query: mssql: Invalid object name 'usage'."},
		"no right":                  {tdsError(229, 14, "The SELECT permission was denied on the object 'usage'."), "The SELECT permission was denied"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newTDS(t, &tdsServer{answer: func(string) []byte { return c.answer }})
			usage, err := readTDSUsage(t.Context(), t, s)
			switch {
			case c.want == "" && err != nil:
				t.Error(err)
			case c.want != "":
				problem, ok := errors.AsType[*source.ReadError](err)
				if !ok || problem.Source != "cloud" || !strings.Contains(err.Error(), c.want) || usage.Lines != nil {
					t.Errorf("%v, %v, wanted %s", usage, err, c.want)
				}
			case name == "well" && (len(usage.Lines) != 2 || usage.Lines[1].CustomerID != "Müller" || usage.Lines[0].Quantity.String() != "12.5"):
				t.Errorf("%+v", usage.Lines)
			}
			leaks(t, name, err)
			// What is not read to its end may be cancelled before it is taken back, which changes nothing.
			asked := slices.DeleteFunc(s.list(), func(what string) bool { return what == "cancel" })
			if !slices.Equal(asked, []string{"login", "begin", tdsQuery, "rollback"}) {
				t.Errorf("asked %q", asked)
			}
		})
	}
}

// tdsTwice is the answer to a query of two statements.
func tdsTwice() []byte {
	first := tdsRows(tdsColumns, []string{"C1", "mbx", "1"})
	first[len(first)-12] |= 1 // more follows
	return append(first, tdsRows(tdsColumns, []string{"C2", "mbx", "1"})...)
}

func TestSQLServerThatRefuses(t *testing.T) {
	s := newTDS(t, &tdsServer{refuse: tdsError(18456, 14, "Login failed for user 'me' with "+password+".")})
	_, err := readTDSUsage(t.Context(), t, s)
	if billing.ClassOf(err) != billing.ClassAuth || !strings.Contains(err.Error(), "Login failed for user 'me'") {
		t.Error(err)
	}
	leaks(t, "login", err)
}

// TestServersThatAreNoSQLServer: something else listens there.
func TestServersThatAreNoSQLServer(t *testing.T) {
	for name, say := range map[string]string{"closes": "", "a web server": "HTTP/1.1 400 Bad Request\r\n\r\n<html>no</html>", "half an answer": "\x04\x01\x00\x40\x00\x00\x01\x00\x00"} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		var served sync.WaitGroup
		served.Go(func() {
			for {
				conn, err := listener.Accept()
				if err != nil {
					return
				}
				_, _ = io.WriteString(conn, say)
				_ = conn.Close()
			}
		})
		s := &tdsServer{address: "sqlserver://" + url.UserPassword("me", password).String() + "@" + listener.Addr().String() + "?encrypt=disable&dial+timeout=1"}
		usage, err := readTDSUsage(t.Context(), t, s)
		if err == nil || usage.Lines != nil || len(err.Error()) > 600 {
			t.Errorf("%s: %v", name, err)
		}
		leaks(t, name, err)
		_ = listener.Close()
		served.Wait()
	}
}

func TestSQLServerThatHangs(t *testing.T) {
	s := newTDS(t, &tdsServer{})
	_, err := readTDSUsage(t.Context(), t, s, "time_limit", "100ms")
	if billing.ClassOf(err) != billing.ClassUnavailable || !strings.Contains(err.Error(), "took longer than 100ms") {
		t.Error(err)
	}
	leaks(t, "time", err)

	ctx, cancel := context.WithCancel(t.Context())
	s = newTDS(t, &tdsServer{answer: func(string) []byte { cancel(); return nil }})
	if _, err := readTDSUsage(ctx, t, s); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
