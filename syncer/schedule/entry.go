package schedule

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
)

// Entry is what a scheduler is to run, and when.
type Entry struct {
	System    System
	Profile   string // 1 to 64 letters, digits, - and _
	Timing    Timing
	Program   string   // the absolute path of cwsync
	Arguments []string // of --sync, beside --profile: --db FILE and the like
	Folder    string   // where the files of the entry lie; "" for a scheduler without, and for Windows the present folder
	User      string   // who runs it: Windows always; systemd where a whole machine's unit runs as somebody else than root; else ""
	Machine   bool     // of the whole machine rather than of one user (systemd, launchd)
	UserID    int      // launchd, of one user: whose domain it is
	Log       string   // launchd: the file that takes what a run says
	// Credentials are the encrypted secrets that systemd hands over; their files exist or are to be made by Prepare's commands.
	Credentials []Credential
	Writable    []string       // systemd, whole machine: the folders that a run writes to; the first must exist
	PrivateTmp  bool           // systemd, whole machine: nothing that a run reads lies in /tmp or /var/tmp
	Zone        *time.Location // of the machine; nil is UTC
	Now         time.Time      // when the entry is made; the times of Windows and of cron's UTC depend on it
}

// Credential is one encrypted file that systemd decrypts for the run.
type Credential struct {
	ID   string // the name under which the run sees it: cwsync.<profile>.<secret>
	Path string // the encrypted file
}

// CredentialID is the name of the file of a secret in $CREDENTIALS_DIRECTORY.
func CredentialID(profile, secret string) string { return "cwsync." + profile + "." + secret }

// File is one file of an entry, or the block of lines that belongs into the crontab.
type File struct {
	Path  string // "" for the crontab
	Text  string
	UTF16 bool // it is stored in UTF-16 with a byte order mark
}

// Bytes are what the file holds.
func (f File) Bytes() []byte {
	if !f.UTF16 {
		return []byte(f.Text)
	}
	units := utf16.Encode([]rune("\ufeff" + strings.ReplaceAll(f.Text, "\n", "\r\n")))
	data := make([]byte, 0, 2*len(units))
	for _, unit := range units {
		data = append(data, byte(unit&0xff), byte(unit>>8))
	}
	return data
}

// Text is an entry as a person would put it in place.
type Text struct {
	Files    []File
	Prepare  []string // commands that put the secrets where the scheduler hands them over
	Commands []string // commands that make the scheduler take the files
	Notes    []string // what to know about this scheduler
	Warnings []string // what is odd about this entry
}

// Name is the entry's name in its scheduler.
func (e *Entry) Name() string { return Name(e.Profile) }

// Text writes the entry. It fails where a scheduler cannot express a path or an argument.
func (e *Entry) Text() (Text, error) {
	if err := e.check(); err != nil {
		return Text{}, err
	}
	var text Text
	var err error
	switch e.System {
	case Systemd:
		text = e.systemd()
	case Cron:
		text = e.cron()
	case Launchd:
		text = e.launchd()
	case Windows:
		text, err = e.windows()
	default:
		_, err = ParseSystem(string(e.System))
	}
	text.Warnings = append(text.Warnings, e.Timing.Warnings(e.Now, e.zone())...)
	return text, err
}

func (e *Entry) zone() *time.Location {
	if e.Zone == nil {
		return time.UTC
	}
	return e.Zone
}

// command is what the scheduler runs: the program and its arguments.
func (e *Entry) command() []string {
	return append([]string{e.Program, "--sync", "--profile", e.Profile}, e.Arguments...)
}

func (e *Entry) check() error {
	if err := e.Timing.Check(); err != nil {
		return fmt.Errorf("run every: %w", err)
	}
	texts := append(e.command(), e.Folder, e.User, e.Log)
	texts = append(texts, e.Writable...)
	for _, credential := range e.Credentials {
		texts = append(texts, credential.Path)
	}
	for _, text := range texts {
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || r >= unicode.ReplacementChar && r <= '\uffff' }) {
			return fmt.Errorf("%.200q holds a character that no scheduler's entry can hold: give the file another name", text)
		}
	}
	if command := strings.Join(e.command(), " "); e.System == Cron && strings.Contains(command, `\%`) { // cron reads it as a percent sign, or ends the command there
		return fmt.Errorf("cron takes no path with a backslash before a percent sign: %.200q; give the file another name", command)
	}
	if e.System == Systemd && strings.ContainsAny(e.Program, `'"\`) {
		return fmt.Errorf("systemd runs no program whose path holds a quote or a backslash: %.200q; move cwsync to another folder", e.Program)
	}
	return nil
}

// shellWord quotes a word for a POSIX shell.
func shellWord(text string) string {
	if text != "" && !strings.ContainsFunc(text, special) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

func shellWords(words []string) string {
	quoted := make([]string, len(words))
	for i, word := range words {
		quoted[i] = shellWord(word)
	}
	return strings.Join(quoted, " ")
}

// special tells whether a character has a meaning in some shell or unit file.
func special(r rune) bool {
	return r >= unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-./:=@,+", r)
}
