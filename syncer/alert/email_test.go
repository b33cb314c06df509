package alert

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/source"
)

// mailRoom is a mail server on loopback that says what it is told to say.
type mailRoom struct {
	net.Listener
	answers map[string]string // by command in capitals, instead of 250; "hang" says nothing more
	auth    string            // the ways to sign in, such as PLAIN
	letters chan string
	signed  chan string
}

func newMailRoom(t *testing.T, auth string, answers map[string]string) *mailRoom {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m := &mailRoom{listener, answers, auth, make(chan string, 9), make(chan string, 9)}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			m.serve(conn)
		}
	}()
	t.Cleanup(func() { _ = listener.Close(); <-ended })
	return m
}

func (m *mailRoom) address(user string) string { return "smtp://" + user + m.Addr().String() }

func (m *mailRoom) serve(conn net.Conn) {
	defer conn.Close()
	text := textproto.NewConn(conn)
	say := func(command, fallback string) bool {
		answer, ok := m.answers[command]
		if !ok {
			answer = fallback
		}
		if answer == "hang" {
			_, _ = io.Copy(io.Discard, conn) // until the client leaves
			return false
		}
		return text.PrintfLine("%s", answer) == nil
	}
	for open := say("GREET", "220 here"); open; {
		line, err := text.ReadLine()
		if err != nil {
			return
		}
		command, rest, _ := strings.Cut(strings.ToUpper(line), " ")
		switch command {
		case "EHLO":
			extension := ""
			if m.auth != "" {
				extension = "250-AUTH " + m.auth + "\r\n"
			}
			open = text.PrintfLine("250-here\r\n%s250 8BITMIME", extension) == nil
		case "AUTH":
			m.signed <- m.signIn(text, line)
			open = say("AUTH", "235 welcome")
		case "DATA":
			if open = say("DATA", "354 go on"); open && m.answers["DATA"] == "" {
				letter, _ := io.ReadAll(text.DotReader())
				m.letters <- string(letter)
				open = say("END", "250 taken")
			}
		case "QUIT":
			_ = say("QUIT", "221 bye")
			return
		default:
			open = say(command, "250 "+rest)
		}
	}
}

// signIn gives what the client signed in with.
func (m *mailRoom) signIn(text *textproto.Conn, line string) string {
	decode := func(s string) string {
		plain, _ := base64.StdEncoding.DecodeString(s)
		return string(plain)
	}
	fields := strings.Fields(line)
	if fields[1] == "PLAIN" {
		return decode(fields[2])
	}
	said := "LOGIN"
	for _, prompt := range []string{"Username:", "Password:"} {
		_ = text.PrintfLine("334 %s", base64.StdEncoding.EncodeToString([]byte(prompt)))
		answer, _ := text.ReadLine()
		said += " " + decode(answer)
	}
	return said
}

func mailOptions() map[string]any {
	return map[string]any{"from": "Sync <cwsync@msp.example>", "to": []any{"help@msp.example", "Büro <buero@msp.example>"}}
}

func TestEmail(t *testing.T) {
	for auth, want := range map[string]string{"PLAIN LOGIN": "\x00u@x\x00S3cret/&", "LOGIN": "LOGIN u@x S3cret/&"} {
		m := newMailRoom(t, auth, nil)
		r := heldRun()
		r.Lines[1].Customer = "Müller\r\nBcc: evil@example.com\r\n.\r\nQUIT"
		if failures := told(t, senderOf(t, KindEmail, m.address("u%40x:S3cret%2F%26@"), mailOptions()), r); failures != nil {
			t.Fatal(failures)
		}
		if got := <-m.signed; got != want {
			t.Errorf("signed in with %q", got)
		}
		letter, err := mail.ReadMessage(strings.NewReader(<-m.letters))
		if err != nil {
			t.Fatal(err)
		}
		to, err := letter.Header.AddressList("To")
		subject, _ := new(mime.WordDecoder).DecodeHeader(letter.Header.Get("Subject"))
		if err != nil || len(to) != 2 || to[1].Name != "Büro" || letter.Header.Get("Bcc") != "" || subject != "cwsync default: 1 line is held" || letter.Header.Get("Auto-Submitted") == "" {
			t.Errorf("%v %v", err, letter.Header)
		}
		body, err := io.ReadAll(quotedprintable.NewReader(bufio.NewReader(letter.Body)))
		if err != nil || !strings.Contains(string(body), "- held: Müller Bcc: evil@example.com . QUIT, Basic mailbox") {
			t.Errorf("%v %s", err, body)
		}
	}
}

func TestMailServersThatFail(t *testing.T) {
	for name, c := range map[string]struct {
		answers map[string]string
		want    string
	}{
		"hangs at once":           {map[string]string{"GREET": "hang"}, "no answer in time"},
		"hangs on the way":        {map[string]string{"RCPT": "hang"}, "no answer in time"},
		"hangs after the letter":  {map[string]string{"END": "hang"}, "no answer in time"},
		"refuses the password":    {map[string]string{"AUTH": "535 wrong: S3cret"}, "refused user name or password"},
		"refuses the sender":      {map[string]string{"MAIL": "553 not yours, S3cret"}, "code 553"},
		"refuses whom it is for":  {map[string]string{"RCPT": "550 nobody"}, "code 550"},
		"refuses the letter":      {map[string]string{"END": "554 spam"}, "code 554"},
		"is full":                 {map[string]string{"DATA": "452 full"}, "code 452"},
		"does not want us at all": {map[string]string{"GREET": "421 later"}, "code 421"},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMailRoom(t, "PLAIN", c.answers)
			s := senderOf(t, KindEmail, m.address("u:S3cret@"), mailOptions())
			if strings.HasPrefix(name, "hangs") {
				s.Limit = 300 * time.Millisecond
			}
			wantFailure(t, told(t, s, heldRun()), c.want, "S3cret")
		})
	}
	t.Run("says goodbye badly", func(t *testing.T) {
		m := newMailRoom(t, "", map[string]string{"QUIT": "500 what"})
		if failures := told(t, senderOf(t, KindEmail, m.address(""), mailOptions()), heldRun()); failures != nil {
			t.Error(failures)
		}
	})
}

func TestMailServers(t *testing.T) {
	for address, want := range map[string]string{
		"smtp://u:p@mail.example.com": "587 wrapped=false clear=false", "smtps://mail.example.com": "465 wrapped=true clear=false",
		"smtp://mail.example.com:25": "25 wrapped=false clear=false", "smtp://127.0.0.1:2525": "2525 wrapped=false clear=true",
		"https://mail.example.com": "does not look like", "mail.example.com": "does not look like", "smtp://u:S3c/ret@mail": "does not look like",
	} {
		got := ""
		if server, err := mailServerOf(address, nil); err != nil {
			got = err.Error()
		} else {
			got = fmt.Sprintf("%s wrapped=%v clear=%v", server.port, server.wrapped, server.clear)
		}
		if !strings.Contains(got, want) || strings.Contains(got, "S3c") {
			t.Errorf("%s: %s", address, got)
		}
	}
	none := source.Options{"encryption": "none"}
	if _, err := mailServerOf("smtp://u:p@mail.example.com", none); err == nil {
		t.Error("a password goes in clear")
	}
	if server, err := mailServerOf("smtp://mail.example.com:25", none); err != nil || !server.clear {
		t.Errorf("%+v %v", server, err)
	}
}

// TestMailIsNotSentInClear: a server that offers no encryption gets neither password nor letter.
func TestMailIsNotSentInClear(t *testing.T) {
	m := newMailRoom(t, "PLAIN", nil)
	conn, err := net.Dial("tcp", m.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err := mailServerOf("smtp://u:p@mail.example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	report := heldRun()
	if err := server.handIn(conn, mailOptions(), messageOf(&report)); err == nil || !strings.Contains(err.Error(), "knows no encryption") {
		t.Error(err)
	}
	if len(m.signed) != 0 || len(m.letters) != 0 {
		t.Error("something was sent")
	}
}
