package ui

import (
	"strings"
	"testing"

	"cwsync/syncer/setup"
	"cwsync/ui/report"
)

// FuzzReadSite: what is pasted as a site is refused with a reason, or becomes a site that the set-up takes, by https unless it is this machine,
// that reads as itself; nothing of it harms the screen.
func FuzzReadSite(f *testing.F) {
	for _, seed := range []string{
		"na", "API-EU", "https://na.myconnectwise.net/v4_6_release/services/system_io/Company/Company.rails?company=acme", "cw.example.com:8443", "http://cw.example.com", "a:b@c",
		"http://[::1]:80/login/companyinfo/acme%1b", "//x", "\x1b[2J", "https://x/?company=a%00", "ftp://x", "https://a.b./companyinfo/..", "http://127.1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		read := readSite(text)
		if (read.problem == "") == (read.site == "") || read.problem != "" && (read.company != "" || read.said != "") {
			t.Fatalf("%+v", read)
		}
		for _, shown := range []string{read.site, read.company, read.said, read.problem} {
			if report.Plain(shown) != shown {
				t.Errorf("%q would be shown", shown)
			}
		}
		if read.problem != "" {
			return
		}
		if again := readSite(read.site); setup.SiteProblem(read.site) != "" || again.site != read.site || again.said != "" {
			t.Errorf("%q becomes %+v, and then %+v", text, read, again)
		}
		if read.company != "" && setup.CompanyProblem(read.company) != "" {
			t.Errorf("%q is no company", read.company)
		}
		if strings.HasPrefix(read.site, "http://") && !strings.Contains(read.site, "localhost") && !strings.Contains(read.site, "127.") && !strings.Contains(read.site, ":1") && !strings.Contains(read.site, "7f") {
			t.Errorf("%q sends keys in clear", read.site)
		}
	})
}
