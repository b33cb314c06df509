package report

import (
	"time"
)

// History is one past run.
type History struct {
	RunID    string
	Started  time.Time
	Duration time.Duration
	ExitCode int // negative: it was cut off
	Summary  RunSummary
	Undoes   string // the run that this one took back; empty for an ordinary run
}

type historyWire struct {
	RunID      string         `json:"run_id"`
	Started    string         `json:"started"`
	DurationMS int64          `json:"duration_ms"`
	ExitCode   int            `json:"exit_code"`
	Finished   bool           `json:"finished"`
	Summary    runSummaryWire `json:"summary"`
	Undoes     string         `json:"undoes"`
}

// HistoryJSON is the document of past runs, in the order given.
func HistoryJSON(profile string, runs []History) ([]byte, error) {
	wires := make([]historyWire, len(runs))
	for i, run := range runs {
		code, finished := ended(run.ExitCode, run.Summary.Unknown)
		wires[i] = historyWire{
			RunID: run.RunID, Started: timeText(run.Started), DurationMS: run.Duration.Milliseconds(),
			ExitCode: code, Finished: finished, Summary: run.Summary.wire(), Undoes: run.Undoes,
		}
	}
	return DocumentJSON(KindHistory, 0, struct {
		Profile string        `json:"profile"`
		Runs    []historyWire `json:"runs"`
	}{profile, wires})
}

// Secret is one secret that the set-up needs or that was set, never its value.
type Secret struct {
	Name string
	From string // which of the four places serves it, in a word; empty: none does
}

// SecretsJSON is the document of the names of secrets, in the order given.
func SecretsJSON(profile string, secrets []Secret) ([]byte, error) {
	type wire struct {
		Name string `json:"name"`
		From string `json:"from"`
		Set  bool   `json:"set"`
	}
	wires := make([]wire, len(secrets))
	for i, secret := range secrets {
		wires[i] = wire{Name: secret.Name, From: secret.From, Set: secret.From != ""}
	}
	return DocumentJSON(KindSecrets, 0, struct {
		Profile string `json:"profile"`
		Secrets []wire `json:"secrets"`
	}{profile, wires})
}

// Version says which build of the program this is.
type Version struct {
	Version  string
	Commit   string
	Built    time.Time // of the commit; zero when the build does not say
	Go       string    // the Go version that built it
	Platform string    // such as linux/amd64
}

// VersionJSON is the document of the program's version.
func VersionJSON(v Version) ([]byte, error) {
	return DocumentJSON(KindVersion, 0, struct {
		Version  string `json:"version"`
		Commit   string `json:"commit"`
		Built    string `json:"built"`
		Go       string `json:"go"`
		Platform string `json:"platform"`
	}{v.Version, v.Commit, timeText(v.Built), v.Go, v.Platform})
}

// Setup is what an import or export of the set-up did.
type Setup struct {
	Profile   string
	File      string // where the document is; empty: standard input or output
	Digest    string // of the set-up, as plans carry it
	Changed   bool   // the profile's set-up was replaced
	Checked   bool   // it was also checked against ConnectWise
	Sources   int
	Services  int
	Customers int
	Document  string // the exported document; empty where it went to File
	Warnings  []string
}

// SetupJSON is the document of an import or export of the set-up.
func SetupJSON(exitCode int, s Setup) ([]byte, error) {
	return DocumentJSON(KindSetup, exitCode, struct {
		Profile     string   `json:"profile"`
		File        string   `json:"file"`
		SetupDigest string   `json:"setup_digest"`
		Changed     bool     `json:"changed"`
		Checked     bool     `json:"checked"`
		Sources     int      `json:"sources"`
		Services    int      `json:"services"`
		Customers   int      `json:"customers"`
		Document    string   `json:"document,omitempty"`
		Warnings    []string `json:"warnings"`
	}{s.Profile, s.File, s.Digest, s.Changed, s.Checked, s.Sources, s.Services, s.Customers, s.Document, joined(s.Warnings, nil)})
}
