package cwsim

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.s.Limit(3)
		statuses := func(n int) (out []int) {
			for range n {
				out = append(out, r.get("/system/info").status)
			}
			return out
		}
		if got := statuses(2); !slices.Equal(got, []int{200, 200}) {
			t.Errorf("%v", got)
		}
		time.Sleep(30 * time.Second)
		if got := statuses(2); !slices.Equal(got, []int{200, 429}) {
			t.Errorf("%v", got)
		}
		got := r.get("/system/info")
		if got.status != 429 || got.header.Get("Retry-After") != "31" ||
			got.body != `{"error":"ConnectWiseAPI","message":"Too many requests. Please try again in 31 seconds."}` {
			t.Errorf("%d %v %s", got.status, got.header, got.body)
		}
		time.Sleep(30 * time.Second) // the first two are out of the window
		if got := statuses(3); !slices.Equal(got, []int{200, 200, 429}) {
			t.Errorf("%v", got)
		}
		r.s.Limit(0)
		if got := statuses(3); !slices.Equal(got, []int{200, 200, 200}) {
			t.Errorf("without a limit: %v", got)
		}
	})
}

func TestLog(t *testing.T) {
	r := newRig(t, WithLogSize(3))
	r.want(200, "PATCH", r.addition(r.line), setNine)
	for i := range 3 {
		r.get(fmt.Sprintf("/finance/agreements?page=%d", i+1))
	}
	log := r.s.Log()
	if len(log) != 3 || log[0].Query != "page=1" || log[2].Query != "page=3" || log[0].Path != "/finance/agreements" || log[0].Status != 200 {
		t.Errorf("%+v", log)
	}
	writes := r.s.Writes()
	if len(writes) != 1 || writes[0].Body != setNine || writes[0].Status != 200 || !writes[0].IsWrite() || writes[0].Time.IsZero() {
		t.Errorf("%+v", writes)
	}
	for _, e := range append(log, writes...) {
		if e.Header.Get("Authorization") != "" || e.Header.Get("clientId") != "" {
			t.Error("the log keeps credentials")
		}
	}
	if got := r.s.Count(); got["GET"] != 3 || got["PATCH"] != 1 || len(got) != 2 {
		t.Errorf("%v", got)
	}
	if r.s.MostInFlight() != 1 {
		t.Errorf("%d in flight", r.s.MostInFlight())
	}
	r.s.ResetLog()
	if len(r.s.Log())+len(r.s.Writes())+len(r.s.Count()) != 0 {
		t.Error("not reset")
	}
}
