package json

import (
	"bytes"
	stdjson "encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"cwsync/syncer/source"
)

// FuzzJSON feeds any text: the answer is whole usage that keeps every promise of a usage line, or an error with a place; and nothing is
// understood that encoding/json does not accept.
func FuzzJSON(f *testing.F) {
	files, err := filepath.Glob(filepath.Join(usageFolder, "broken", "*.json"))
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Add(`[{"customer_id": 1, "service_id": "a", "quantity": "5", "counts": {"x": 1.5}}] {"customer_id": "2"}`)
	f.Fuzz(func(t *testing.T, text string) {
		usage, err := readText(t, text)
		if err != nil {
			var problem *source.ReadError
			if !errors.As(err, &problem) || usage.Lines != nil {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		if len(text) < 2 || (text[0] != 0xfe && text[0] != 0xff) {
			valid(t, bytes.TrimPrefix([]byte(text), []byte("\xef\xbb\xbf")))
		}
		for _, line := range usage.Lines {
			if source.IDProblem(line.CustomerID) != "" || source.IDProblem(line.ServiceID) != "" || line.Quantity.IsNegative() || line.Place < 1 {
				t.Fatalf("%+v", line)
			}
		}
	})
}

func valid(t *testing.T, text []byte) {
	t.Helper()
	values := stdjson.NewDecoder(bytes.NewReader(text))
	for {
		var value stdjson.RawMessage
		err := values.Decode(&value)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("accepted, but %v", err)
		}
	}
}
