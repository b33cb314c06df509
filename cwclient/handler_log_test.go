package cwclient

import (
	"log/slog"
	"net/http"
	"strings"
	"testing"
)

func TestLogSaysWhatAndNothingSecret(t *testing.T) {
	var log strings.Builder
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	c := newTest(t, api(func(r *http.Request) (*http.Response, error) {
		if r.Method == http.MethodPatch {
			return reply(r, 403, `{"code":"Security","message":"SECRETBODY"}`, "x-cw-request-id", "r\x1b[31m2"), nil
		}
		return reply(r, 200, `[{"id":1,"name":"SECRETNAME"}]`, "x-cw-request-id", "r1"), nil
	}), WithLogger(logger))
	if _, err := c.Agreements.List(t.Context(), ListOptions{Conditions: IDIs("company/id", 4711)}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Additions.Patch(t.Context(), 5, 6, []PatchOp{Replace("description", "SECRETVALUE")}); err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"method=GET path=login/companyinfo/acme try=1", "method=GET path=finance/agreements try=1", "status=200 request_id=r1",
		"method=PATCH path=finance/agreements/5/additions/6", "status=403 request_id=r2", `failure="the security role lacks a right"`,
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("%q is not in\n%s", want, log.String())
		}
	}
	for _, secret := range []string{"SECRET", "KEY", "4711", "conditions", "11111111", "\x1b", "Basic"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("%q is in\n%s", secret, log.String())
		}
	}
}
