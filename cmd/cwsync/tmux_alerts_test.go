package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// channelOfTests is the other side of an alert; it keeps what arrived.
type channelOfTests struct {
	lock sync.Mutex
	got  []string // method, path and body
}

func (c *channelOfTests) ServeHTTP(_ http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body) // what is cut short is missed by the test
	c.lock.Lock()
	defer c.lock.Unlock()
	c.got = append(c.got, request.Method+" "+request.URL.Path+" "+string(body))
}

// seen are the requests so far.
func (c *channelOfTests) seen() []string {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.got
}

// arrived waits until so many requests are there, and gives the last of them.
func (c *channelOfTests) arrived(t *testing.T, count int) string {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if got := c.seen(); len(got) == count {
			return got[count-1]
		}
	}
	t.Fatalf("%d requests did not arrive: %q", count, c.seen())
	return ""
}

// A technician makes an alert, tests it, and hears of the next run that nobody watches and that holds a line.
func TestAlertsInATerminal(t *testing.T) {
	channel := &channelOfTests{}
	listener := httptest.NewServer(channel)
	t.Cleanup(listener.Close)
	server, site, environ := connectWise(t)
	w := newTerminal(t, 100, 30, append(environ, "CWSYNC_ALERT_OPS="+listener.URL+"/hook/CANARY")...)
	folder := t.TempDir()
	writeDemo(t, folder, site, server.Credentials())
	w.run("cd " + folder + " && clear && cwsync setup import setup.yaml && cwsync")
	w.waitFor(`Nothing was ever synced`)
	w.keys("a")
	w.waitFor(`There are no alerts`)
	w.keys("n", "Down", "Enter", "C-u")
	w.text("ops")
	w.keys("Down", "Enter")
	screen := w.waitFor(`in the environment`)
	w.keys("End", "Enter")
	w.waitFor(`ops +webhook +all but done +environment +not tested`)
	w.keys("t")
	w.waitFor(`It goes to  127\.0\.0\.1:\d+`)
	screen += w.waitFor(`Nothing is sent before you press enter`)
	if early := channel.seen(); len(early) != 0 {
		t.Errorf("sent before anybody agreed: %q", early)
	}
	w.keys("Enter")
	screen += w.waitFor(`✓ It was taken`)
	if test := channel.arrived(t, 1); !strings.HasPrefix(test, "POST /hook/CANARY ") || !strings.Contains(test, `"test":true`) {
		t.Errorf("the test is %q", test)
	}
	w.keys("Escape")
	screen += w.waitFor(`the test of \d\d:\d\d today was sent`)
	w.keys("Escape")
	w.waitFor(`Nothing was ever synced`)
	w.keys("q")
	w.isAsItWas()
	w.run("clear; cwsync --sync; echo exit $?")
	screen += w.waitFor(`exit 5`)
	if told := channel.arrived(t, 2); !strings.Contains(told, `"exit_code":5`) || !strings.Contains(told, `"held"`) || !strings.Contains(told, "This needs a person") {
		t.Errorf("the run told %q", told)
	}
	if strings.Contains(screen, "CANARY") {
		t.Errorf("the address is on a screen:\n%s", screen)
	}
}
