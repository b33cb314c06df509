package cwsim

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

// FuzzListRequests: whatever is asked for in an address, the simulated ConnectWise answers with a page or refuses as a bad request, the same each
// time, and nothing in it changes.
func FuzzListRequests(f *testing.F) {
	for _, seed := range []string{
		"id=1 and inactiveFlag=false", `name like "a%"`, "id in (1,2,", "not not (id>1)", "((((", "effectiveDate>=[2026-01-01T00:00:00Z]", `identifier = "\"`, "a/b/c = null", "[", "id=1e400",
	} {
		f.Add(seed, "id asc", "1", "1000", "id,name")
	}
	f.Add("", "id sideways", "-1", "99999999999999999999", "a,,/")
	world := DemoOn("2026-11-21")
	server := NewServer(world)
	keys := server.Credentials()
	before := world.Snapshot()
	f.Fuzz(func(t *testing.T, conditions, orderBy, page, size, fields string) {
		ask := func() *httptest.ResponseRecorder {
			query := url.Values{"conditions": {conditions}, "orderBy": {orderBy}, "page": {page}, "pageSize": {size}, "fields": {fields}}
			request := httptest.NewRequest(http.MethodGet, "/v4_6_release/apis/3.0/procurement/catalog?"+query.Encode(), nil)
			request.SetBasicAuth(keys.Company+"+"+keys.PublicKey, keys.PrivateKey)
			request.Header.Set("clientId", keys.ClientID)
			answer := httptest.NewRecorder()
			server.ServeHTTP(answer, request)
			return answer
		}
		first, second := ask(), ask()
		known := first.Code == http.StatusOK || first.Code == http.StatusBadRequest || first.Code == http.StatusRequestURITooLong
		if !known || first.Code != second.Code || first.Code == http.StatusOK && first.Body.String() != second.Body.String() {
			t.Errorf("%d %s, then %d %s", first.Code, first.Body, second.Code, second.Body)
		}
		server.ResetLog()
		if len(world.Snapshot()) != len(before) {
			t.Error("it changed")
		}
	})
}
