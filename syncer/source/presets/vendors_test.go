package presets

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	nethttp "net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"cwsync/syncer/billing"
	"cwsync/syncer/source"
	"cwsync/syncer/source/http"
)

// The vendors below behave as SOURCES says of them, and as strictly: a request that their description does not have is refused.

type answerer = func(w nethttp.ResponseWriter, r *nethttp.Request) any

// vendor serves answers at paths; what gives nil answered by itself.
func vendor(t *testing.T, paths map[string]answerer) string {
	t.Helper()
	server := httptest.NewServer(nethttp.HandlerFunc(func(w nethttp.ResponseWriter, r *nethttp.Request) {
		answer, ok := paths[r.Method+" "+r.URL.Path]
		if !ok {
			t.Errorf("%s %s is not in the vendor's description", r.Method, r.URL)
			w.WriteHeader(nethttp.StatusNotFound)
			return
		}
		if value := answer(w, r); value != nil {
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(value)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func refuse(w nethttp.ResponseWriter, status int) any {
	w.WriteHeader(status)
	return nil
}

// readPreset reads a preset at a server in the vendor's place.
func readPreset(t *testing.T, name, vendor, server string) billing.Usage {
	t.Helper()
	all, err := All()
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(all, func(p source.Preset) bool { return p.Name == name })
	filled := strings.NewReplacer(vendor, server, "YOUR-RESELLER-ID", "77", "YOUR-TENANT-ID", "root", "YOUR-", "my-")
	options := source.Options{}
	for option, value := range all[at].Options {
		if text, ok := value.(string); ok {
			value = filled.Replace(text)
		}
		options[option] = value
	}
	kind := http.Kind()
	if err := kind.Check(options); err != nil {
		t.Fatal(err)
	}
	opened, err := kind.Open(source.Config{Name: name, Options: options, Now: func() time.Time { return time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC) },
		Secret: func(_ context.Context, field string) (string, error) { return "the-" + field, nil }})
	if err != nil {
		t.Fatal(err)
	}
	usage, err := opened.Read(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return usage
}

// said is a usage line in short.
func said(usage billing.Usage) []string {
	var lines []string
	for _, line := range usage.Lines {
		lines = append(lines, strings.TrimSpace(fmt.Sprint(line.CustomerID, "=", line.CustomerName, " ", line.ServiceID, "=", line.ServiceName, " ", line.Quantity, " ", line.Unit)))
	}
	return lines
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func asked(query url.Values, name string, fallback, most int) int {
	n, err := strconv.Atoi(query.Get(name))
	if err != nil {
		return fallback
	}
	if most > 0 {
		return min(n, most)
	}
	return n
}

func cut(list []any, from, size int) []any {
	from = min(from, len(list))
	return append([]any{}, list[from:min(from+size, len(list))]...)
}

func TestPax8(t *testing.T) {
	for _, envelope := range []string{"page", "pageInfo"} {
		list := func(all []any) answerer {
			return func(w nethttp.ResponseWriter, r *nethttp.Request) any {
				page, size := asked(r.URL.Query(), "page", 0, 0), asked(r.URL.Query(), "size", 10, 200)
				if r.Header.Get("Authorization") != "Bearer t" {
					return refuse(w, nethttp.StatusUnauthorized)
				}
				return map[string]any{"content": cut(all, page*size, size),
					envelope: map[string]any{"size": size, "totalElements": len(all), "totalPages": (len(all) + size - 1) / size, "number": page}}
			}
		}
		var companies, subscriptions []any
		for i := range 230 {
			companies = append(companies, map[string]any{"id": fmt.Sprint("c", i), "name": fmt.Sprint("Company ", i), "externalId": nil, "status": "Active"})
		}
		for i := range 401 {
			subscriptions = append(subscriptions, map[string]any{"id": fmt.Sprint("s", i), "companyId": fmt.Sprint("c", i%230), "productId": "p1", "productName": "Product 1",
				"quantity": 2, "status": "Active", "price": 4.5, "partnerCost": 3.1 + float64(i), "currencyCode": "USD", "billingTerm": "Monthly"})
		}
		server := vendor(t, map[string]answerer{
			"POST /v1/token": func(w nethttp.ResponseWriter, r *nethttp.Request) any {
				var body map[string]string
				if json.NewDecoder(r.Body).Decode(&body) != nil || body["audience"] != "https://api.pax8.com" || body["client_id"] != "my-CLIENT-ID" || body["client_secret"] != "the-secret" || body["grant_type"] != "client_credentials" {
					return refuse(w, nethttp.StatusBadRequest)
				}
				return map[string]any{"access_token": "t", "expires_in": 86400, "token_type": "Bearer"}
			},
			"GET /v1/subscriptions": func(w nethttp.ResponseWriter, r *nethttp.Request) any {
				if r.URL.Query().Get("status") != "Active" {
					return refuse(w, nethttp.StatusBadRequest)
				}
				return list(subscriptions)(w, r)
			},
			"GET /v1/companies": list(companies),
		})
		usage := readPreset(t, "pax8", "https://api.pax8.com/", server+"/")
		if len(usage.Lines) != 230 {
			t.Fatalf("%d lines", len(usage.Lines))
		}
		same(t, said(usage)[169:172], []string{"c169=Company 169 p1=Product 1 4", "c170=Company 170 p1=Product 1 4", "c171=Company 171 p1=Product 1 2"})
	}
}

func TestHuntress(t *testing.T) {
	var all []any
	for i := range 501 {
		all = append(all, map[string]any{"id": 1000 + i, "name": fmt.Sprint("Org ", i), "key": "k", "agents_count": i, "billable_identity_count": 2 * i, "sat_learner_count": 0, "logs_sources_count": nil})
	}
	server := vendor(t, map[string]answerer{"GET /v1/organizations": func(w nethttp.ResponseWriter, r *nethttp.Request) any {
		user, password, _ := r.BasicAuth()
		if user != "my-API-KEY" || password != "the-secret" {
			return refuse(w, nethttp.StatusUnauthorized)
		}
		from, size := asked(r.URL.Query(), "page_token", 0, 0), asked(r.URL.Query(), "limit", 10, 500)
		pagination := map[string]any{}
		if from+size < len(all) {
			pagination = map[string]any{"next_page_url": "https://api.huntress.io/v1/organizations?page_token=x", "next_page_token": fmt.Sprint(from + size)}
		}
		return map[string]any{"organizations": cut(all, from, size), "pagination": pagination}
	}})
	usage := readPreset(t, "huntress", "https://api.huntress.io", server)
	if len(usage.Lines) != 3*501 {
		t.Fatalf("%d lines", len(usage.Lines))
	}
	same(t, said(usage)[1500:], []string{"1500=Org 500 agents=Agents 500", "1500=Org 500 identities=Billable identities 1000", "1500=Org 500 learners=Learners 0"})
}

func TestIngram(t *testing.T) {
	signed := func(answer answerer) answerer {
		return func(w nethttp.ResponseWriter, r *nethttp.Request) any {
			if r.Header.Get("X-Subscription-Key") != "the-key" || r.URL.Path != "/marketplace/us/token" && r.Header.Get("Authorization") != "Bearer t" {
				return refuse(w, nethttp.StatusUnauthorized)
			}
			return answer(w, r)
		}
	}
	list := func(all []any) answerer {
		return signed(func(_ nethttp.ResponseWriter, r *nethttp.Request) any {
			offset, limit := asked(r.URL.Query(), "offset", 0, 0), asked(r.URL.Query(), "limit", 10, 50)
			return map[string]any{"data": cut(all, offset, limit), "pagination": map[string]any{"offset": offset, "limit": limit, "total": len(all)}}
		})
	}
	paths := map[string]answerer{"POST /marketplace/us/token": signed(func(w nethttp.ResponseWriter, r *nethttp.Request) any {
		user, password, _ := r.BasicAuth()
		if body, _ := io.ReadAll(r.Body); user != "my-USER" || password != "the-secret" || len(body) > 0 {
			return refuse(w, nethttp.StatusUnauthorized)
		}
		return map[string]any{"token": "t", "expiresInSeconds": 1800}
	})}
	var customers, subscriptions []any
	for i := range 60 {
		id := strconv.Itoa(i)
		customers = append(customers, map[string]any{"id": "c" + id, "name": "Customer " + id})
		status := []string{"active", "Active", "terminated"}[i%3]
		subscriptions = append(subscriptions, map[string]any{"id": "s" + id, "customerId": "c" + id, "status": status, "renewalDate": "2026-12-01"})
		paths["GET /marketplace/us/subscriptions/s"+id] = signed(func(nethttp.ResponseWriter, *nethttp.Request) any {
			return map[string]any{"id": "s" + id, "products": []any{
				map[string]any{"mpn": "MPN-1", "quantity": 5, "unitPrice": map[string]any{"amount": 1.5, "currency": "USD"}}, map[string]any{"mpn": "MPN-2", "quantity": 1.5},
				map[string]any{"mpn": "MPN-1", "quantity": 2}}, "totalPrice": 9.99}
		})
	}
	paths["GET /marketplace/us/subscriptions"], paths["GET /marketplace/us/customers"] = list(subscriptions), list(customers)
	usage := readPreset(t, "ingram", "https://api.cloud.im", vendor(t, paths))
	if len(usage.Lines) != 80 {
		t.Fatalf("%d lines", len(usage.Lines))
	}
	same(t, said(usage)[76:], []string{"c57=Customer 57 MPN-1=MPN-1 7", "c57=Customer 57 MPN-2=MPN-2 1.5", "c58=Customer 58 MPN-1=MPN-1 7", "c58=Customer 58 MPN-2=MPN-2 1.5"})
}

func TestMailprotector(t *testing.T) {
	list := func(all []any) answerer {
		return func(w nethttp.ResponseWriter, r *nethttp.Request) any {
			if r.Header.Get("Authorization") != "Bearer the-secret" {
				return refuse(w, nethttp.StatusUnauthorized)
			}
			page, size := asked(r.URL.Query(), "page", 1, 0), asked(r.URL.Query(), "per_page", 25, 100)
			w.Header().Set("X-Pagination", fmt.Sprintf(`{"total": %d, "page": %d}`, len(all), page))
			return cut(all, (page-1)*size, size)
		}
	}
	paths := map[string]answerer{}
	var domains []any
	for i := range 60 {
		var parent any
		if i%10 == 9 {
			parent = map[string]any{"id": i - 1} // an alias of the domain before
		}
		domains = append(domains, map[string]any{"id": i, "name": fmt.Sprintf("d%d.example", i), "account": map[string]any{"id": 500 + i/20, "name": fmt.Sprint("Customer ", i/20)}, "domain_status": "active", "parent": parent})
		var groups []any
		for j := range 30 {
			id := 100*i + j
			groups = append(groups, map[string]any{"id": id, "name": "Group", "user_count": 2})
			paths[fmt.Sprintf("GET /api/v1/user_groups/%d/services", id)] = list([]any{map[string]any{"service_type": "CloudFilter Email Security"}})
		}
		paths[fmt.Sprintf("GET /api/v1/domains/%d/user_groups", i)] = list(groups)
	}
	paths["GET /api/v1/resellers/77/domains"] = list(domains)
	usage := readPreset(t, "mailprotector", "https://emailservice.io", vendor(t, paths))
	var want []string
	for i := range 3 { // 18 domains that are no alias, 30 groups of 2 users each
		want = append(want, fmt.Sprintf("%d=Customer %d CloudFilter Email Security=CloudFilter Email Security 1080", 500+i, i))
	}
	same(t, said(usage), want)
}

func TestAcronis(t *testing.T) {
	bearer := func(answer answerer) answerer {
		return func(w nethttp.ResponseWriter, r *nethttp.Request) any {
			if r.Header.Get("Authorization") != "Bearer t" {
				return refuse(w, nethttp.StatusUnauthorized)
			}
			return answer(w, r)
		}
	}
	paths := map[string]answerer{
		"POST /api/2/idp/token": func(w nethttp.ResponseWriter, r *nethttp.Request) any {
			user, password, _ := r.BasicAuth()
			if user != "my-CLIENT-ID" || password != "the-secret" || r.FormValue("grant_type") != "client_credentials" {
				return refuse(w, nethttp.StatusUnauthorized)
			}
			return map[string]any{"access_token": "t", "expires_on": 1, "token_type": "bearer"}
		},
		"GET /api/2/tenants": bearer(func(w nethttp.ResponseWriter, r *nethttp.Request) any {
			switch query := r.URL.Query(); {
			case query.Get("parent_id") != "root":
				return refuse(w, nethttp.StatusForbidden)
			case query.Get("after") == "":
				return map[string]any{"items": []any{map[string]any{"id": "t1", "name": "Contoso", "kind": "customer"}}, "paging": map[string]any{"cursors": map[string]any{"after": "more"}}}
			}
			return map[string]any{"items": []any{map[string]any{"id": "t2", "name": "Fabrikam", "kind": "customer"}}, "paging": map[string]any{"cursors": map[string]any{}}}
		}),
	}
	for _, tenant := range []string{"t1", "t2"} {
		paths["GET /api/2/tenants/"+tenant+"/usages"] = bearer(func(nethttp.ResponseWriter, *nethttp.Request) any {
			return map[string]any{"items": []any{
				map[string]any{"tenant_uuid": tenant, "name": "pw_base_storage", "usage_name": "storage", "measurement_unit": "bytes", "value": 1 << 40, "absolute_value": 1 << 41, "infra_id": "a"},
				map[string]any{"tenant_uuid": tenant, "name": "pw_base_storage", "usage_name": "storage", "measurement_unit": "bytes", "value": 1, "absolute_value": 1, "infra_id": "b"},
				map[string]any{"tenant_uuid": tenant, "name": "pw_base_workstations", "usage_name": "workstations", "measurement_unit": "quantity", "value": 3},
			}}
		})
	}
	usage := readPreset(t, "acronis", "https://YOUR-DATACENTER.acronis.com", vendor(t, paths))
	same(t, said(usage), []string{
		"t1=Contoso pw_base_storage=pw_base_storage 1099511627777 bytes", "t1=Contoso pw_base_workstations=pw_base_workstations 3 quantity",
		"t2=Fabrikam pw_base_storage=pw_base_storage 1099511627777 bytes", "t2=Fabrikam pw_base_workstations=pw_base_workstations 3 quantity",
	})
}
