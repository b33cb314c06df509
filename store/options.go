package store

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
)

// optionsText encodes the options of a source or alert: texts, switches, whole numbers, and lists and maps of them. Anything else would not
// come back as it was and is refused.
func optionsText(options map[string]any) (string, error) {
	for name, value := range options {
		if err := checkOption(value); err != nil {
			return "", fmt.Errorf("option %q: %w", name, err)
		}
	}
	return jsonText(options)
}

func checkOption(value any) error {
	switch v := value.(type) {
	case nil, string, bool, int, int64, []string, map[string]string:
		return nil
	case uint64:
		if v <= math.MaxInt64 {
			return nil
		}
	case []any:
		for _, element := range v {
			if err := checkOption(element); err != nil {
				return err
			}
		}
		return nil
	case map[string]any:
		for _, element := range v {
			if err := checkOption(element); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("a value of type %T %w", value, ErrInvalid)
}

// parseOptions reads what optionsText wrote; whole numbers come back as int, lists as []any and maps as map[string]any.
func parseOptions(text string) (map[string]any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var options map[string]any
	if err := decoder.Decode(&options); err != nil {
		return nil, fmt.Errorf("%w: %w", errStored, err)
	}
	for name, value := range options {
		plain, err := plainOption(value)
		if err != nil {
			return nil, err
		}
		options[name] = plain
	}
	return options, nil
}

func plainOption(value any) (any, error) {
	var err error
	switch v := value.(type) {
	case json.Number:
		n, err := v.Int64()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errStored, err)
		}
		return int(n), nil
	case []any:
		for i, element := range v {
			if v[i], err = plainOption(element); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for name, element := range v {
			if v[name], err = plainOption(element); err != nil {
				return nil, err
			}
		}
	}
	return value, nil
}
