package http

import (
	"fmt"
	nethttp "net/http"
	"strings"
	"testing"
)

// BenchmarkRead reads 20,000 records in pages of 500, which are made beforehand.
func BenchmarkRead(b *testing.B) {
	var pages []string
	for page := range 40 {
		var lines []string
		for i := range 500 {
			lines = append(lines, fmt.Sprintf(`{"id": "s%d", "customer_id": "c%d", "customer_name": "Customer %d", "service_id": "p%d", "quantity": %d, "price": 4.5}`, page*500+i, page*50+i/10, page*50+i/10, i%10, i))
		}
		pages = append(pages, "["+strings.Join(lines, ",")+"]")
	}
	trip := &scripted{do: func(_ int, r *nethttp.Request) *nethttp.Response {
		page := number(r, "page") - 1
		if page >= len(pages) {
			return answered(200, "[]")
		}
		return answered(200, pages[page])
	}}
	for b.Loop() {
		usage, err := readWith(b.Context(), b, trip, "https://api.example.com/list", "paging", "page", "unique", "id")
		if err != nil || len(usage.Lines) != 20_000 {
			b.Fatal(len(usage.Lines), err)
		}
	}
}
