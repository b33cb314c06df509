package source

import (
	"slices"
	"strings"
	"testing"
)

func TestCurrencies(t *testing.T) {
	codes := strings.Fields(currencies)
	for i, code := range codes {
		if len(code) != 3 || strings.ToUpper(code) != code || slices.Contains(codes[:i], code) || !isCurrency(code) {
			t.Errorf("%s is no code, or there twice", code)
		}
	}
	for code := range strings.FieldsSeq("USD EUR GBP CAD AUD NZD CHF JPY ZAR SEK NOK DKK MXN XCG ZWG SLE VES") {
		if !isCurrency(code) {
			t.Errorf("%s is a currency", code)
		}
	}
	for _, code := range []string{"", "U", "US", "USDE", "XXX", "XTS", "XAU", "USN", "BTC", "DEM", "EUS", "D A", "SD ", " EU", "ED AFN"} {
		if isCurrency(code) {
			t.Errorf("%q is a currency", code)
		}
	}
}
