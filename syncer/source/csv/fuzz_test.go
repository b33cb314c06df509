package csv

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"cwsync/syncer/source"
)

// FuzzCSV feeds any bytes: the answer is whole usage that keeps every promise of a usage line, or an error with a place.
func FuzzCSV(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(usageFolder, "broken", "*.csv"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data), "point", "none", "utf-8")
	}
	f.Add("customer_id;service_id;quantity;as_of\n1;a;1.234,5;2026-11-20\n1;a;1;2026-11-20\n", "comma", "sum", "windows-1252")
	f.Fuzz(func(t *testing.T, text, decimals, merge, encoding string) {
		options := source.Options{"path": "-", "decimal": decimals, "merge": merge, "encoding": encoding}
		if Kind().Check(options) != nil {
			return
		}
		usage, err := read(t.Context(), t, options, text)
		if err != nil {
			var problem *source.ReadError
			if !errors.As(err, &problem) || usage.Lines != nil {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		seen := map[[2]string]bool{}
		for _, line := range usage.Lines {
			key := [2]string{line.CustomerID, line.ServiceID}
			if source.IDProblem(line.CustomerID) != "" || source.IDProblem(line.ServiceID) != "" || seen[key] || line.Quantity.IsNegative() ||
				line.Status == "" || line.Place < 2 || !utf8.ValidString(line.CustomerName) || source.CleanName(line.CustomerName) != line.CustomerName {
				t.Fatalf("%+v", line)
			}
			seen[key] = true
		}
		if usage.AsOf.IsZero() || usage.Digest == "" {
			t.Fatalf("%+v", usage)
		}
	})
}
