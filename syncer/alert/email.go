package alert

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"net/textproto"
	"net/url"
	"strings"
	"time"

	"cwsync/syncer/source"
)

// mailServer is where mail is handed in.
type mailServer struct {
	host, port string
	user       *url.Userinfo // nil: it wants none
	wrapped    bool          // TLS from the first byte (smtps)
	clear      bool          // no TLS at all
}

func mailServerOf(text string, options source.Options) (*mailServer, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, &fault{"its address does not look like smtp://USER:PASSWORD@HOST:587", "write special characters of user and password as %XX, and set it anew with `cwsync secret set`"}
	}
	server := &mailServer{host: u.Hostname(), port: u.Port(), user: u.User, wrapped: u.Scheme == "smtps"}
	server.clear = !server.wrapped && (options.Text(optionEncryption, encryptionTLS) == encryptionNone || loopback(server.host))
	if server.clear && server.user != nil && !loopback(server.host) {
		return nil, &fault{"without encryption its password would be sent in clear", "leave options.encryption out, or the user and password"}
	}
	if server.port == "" {
		server.port = map[bool]string{true: "465", false: "587"}[server.wrapped]
	}
	return server, nil
}

// sendMail hands one mail in. Everything ends with the context: net/smtp by itself waits for ever.
func sendMail(ctx context.Context, address string, options source.Options, m message) error {
	server, err := mailServerOf(address, options)
	if err != nil {
		return err
	}
	conn, err := server.dial(ctx)
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	err = server.handIn(conn, options, m)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return mailFault(err)
}

func (s *mailServer) dial(ctx context.Context) (net.Conn, error) {
	at := net.JoinHostPort(s.host, s.port)
	if s.wrapped {
		return (&tls.Dialer{Config: s.tls()}).DialContext(ctx, "tcp", at)
	}
	return new(net.Dialer).DialContext(ctx, "tcp", at)
}

func (s *mailServer) tls() *tls.Config {
	return &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
}

// handIn speaks SMTP until the mail is taken.
func (s *mailServer) handIn(conn net.Conn, options source.Options, m message) error {
	client, err := smtp.NewClient(conn, s.host)
	if err != nil {
		_ = conn.Close()
		return err
	}
	defer client.Close()
	if encrypts, _ := client.Extension("STARTTLS"); !s.wrapped && (encrypts && !loopback(s.host) || !s.clear) {
		if !encrypts {
			return &fault{"the mail server knows no encryption", "take another port, such as 587, or smtps://; for a server of your own network options.encryption: none"}
		}
		if err := client.StartTLS(s.tls()); err != nil {
			return err
		}
	}
	if s.user != nil {
		if err := client.Auth(s.auth(client)); err != nil {
			return &fault{"the mail server refused user name or password", hintAddress}
		}
	}
	from, to, err := addresses(options)
	if err != nil {
		return err
	}
	if err := client.Mail(from.Address); err != nil {
		return err
	}
	for _, one := range to {
		if err := client.Rcpt(one.Address); err != nil {
			return err
		}
	}
	body, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := body.Write(letter(from, to, m)); err != nil {
		return err
	}
	if err := body.Close(); err != nil {
		return err
	}
	_ = client.Quit() // the mail is taken: how the server says goodbye changes nothing
	return nil
}

// addresses are those of the options, which were checked when they were stored.
func addresses(options source.Options) (from *mail.Address, to []*mail.Address, err error) {
	wrong := &fault{"options.from or options.to is not a mail address", "put it right in the set-up"}
	if from, err = mail.ParseAddress(options.Text(optionFrom, "")); err != nil {
		return nil, nil, wrong
	}
	for _, one := range options.List(optionTo) {
		address, err := mail.ParseAddress(one)
		if err != nil {
			return nil, nil, wrong
		}
		to = append(to, address)
	}
	if len(to) == 0 {
		return nil, nil, wrong
	}
	return from, to, nil
}

// letter is the mail itself.
func letter(from *mail.Address, to []*mail.Address, m message) []byte {
	var b bytes.Buffer
	all := make([]string, len(to))
	for i, one := range to {
		all[i] = one.String()
	}
	_, host, _ := strings.Cut(from.Address, "@")
	for _, header := range [][2]string{
		{"From", from.String()}, {"To", strings.Join(all, ", ")}, {"Subject", mime.QEncoding.Encode("utf-8", m.title)},
		{"Date", time.Now().Format(time.RFC1123Z)}, {"Message-ID", "<" + rand.Text() + "@" + host + ">"}, {"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"}, {"Content-Transfer-Encoding", "quoted-printable"}, {"Auto-Submitted", "auto-generated"},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", header[0], header[1])
	}
	b.WriteString("\r\n")
	body := quotedprintable.NewWriter(&b)
	_, _ = body.Write([]byte(strings.ReplaceAll(m.text, "\n", "\r\n") + "\r\n")) // a buffer takes everything
	_ = body.Close()
	return b.Bytes()
}

// auth is PLAIN, or LOGIN where a server, as Microsoft's, knows no other.
func (s *mailServer) auth(client *smtp.Client) smtp.Auth {
	password, _ := s.user.Password()
	plain := smtp.PlainAuth("", s.user.Username(), password, s.host)
	if _, ways := client.Extension("AUTH"); !strings.Contains(" "+ways+" ", " PLAIN ") && strings.Contains(" "+ways+" ", " LOGIN ") {
		return &loginAuth{plain, s.user.Username(), password}
	}
	return plain
}

// loginAuth asks for user and password one after the other. Whether it is safe to tell them PLAIN decides.
type loginAuth struct {
	smtp.Auth
	user, password string
}

// Start implements smtp.Auth.
func (l *loginAuth) Start(server *smtp.ServerInfo) (string, []byte, error) {
	if _, _, err := l.Auth.Start(server); err != nil {
		return "", nil, err
	}
	return "LOGIN", nil, nil
}

// Next implements smtp.Auth.
func (l *loginAuth) Next(asked []byte, more bool) ([]byte, error) {
	switch prompt := strings.ToLower(string(asked)); {
	case !more:
		return nil, nil
	case strings.HasPrefix(prompt, "user"):
		return []byte(l.user), nil
	case strings.HasPrefix(prompt, "pass"):
		return []byte(l.password), nil
	}
	return nil, errors.New("the mail server asked for something else")
}

// mailFault leaves of a server's words no more than the code.
func mailFault(err error) error {
	if said, ok := errors.AsType[*textproto.Error](err); ok {
		return &fault{fmt.Sprintf("the mail server refused the mail with code %d", said.Code), "check options.from and options.to, and whether this server lets the user send for them"}
	}
	return err
}
