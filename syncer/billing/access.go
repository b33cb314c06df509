package billing

import "time"

// Reach is what one request without credentials found out about the way to ConnectWise.
type Reach struct {
	Host            string        // that was asked, with its port unless it is the usual one
	Latency         time.Duration // from the request on the wire to the first byte of the answer
	TLS             string        // "TLS 1.3"; empty without TLS
	CertificateEnds time.Time     // last moment of the host's certificate; zero without TLS
	ServerTime      time.Time     // the server's clock, in whole seconds; zero where it does not tell
	At              time.Time     // when the answer came, by this machine's clock
}

// Site is what ConnectWise says of a company before anybody signs in.
type Site struct {
	Company     string // login company id as ConnectWise spells it; may be empty
	CompanyName string // may be empty
	Host        string // that requests are sent to
	Codebase    string // without its slash, such as v2026_4
	Version     string // such as v2026.4; may be empty
	Cloud       bool   // ConnectWise's own cloud, not self-hosted
}

// Member is whom ConnectWise takes us for.
type Member struct {
	Identifier string
	Role       string // name of the security role; may be empty
}

// Level is how far a right of a security role goes.
type Level string

// The levels. LevelMy hides other people's records without an error.
const (
	LevelNone Level = "None"
	LevelMy   Level = "My"
	LevelAll  Level = "All"
)

// Function is a row of a security role: a function of a module, as ConnectWise's screens name them in English.
type Function struct {
	Module string // Finance
	Name   string // Agreements
}

// String is the way to the function in ConnectWise's screens: "Finance > Agreements".
func (f Function) String() string { return f.Module + " > " + f.Name }

// The functions that cwsync may need.
var (
	Agreements         = Function{"Finance", "Agreements"}
	ProductCatalog     = Function{"Procurement", "Product Catalog"}
	CompanyMaintenance = Function{"Companies", "Company Maintenance"}
	TableSetup         = Function{"System", "Table Setup"}
)

// Right is what a security role allows with one function.
type Right struct {
	Function
	Add, Edit, Delete, Inquire Level
}
