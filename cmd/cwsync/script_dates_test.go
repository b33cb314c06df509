package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"cwsync/cwclient/cwsim"

	"github.com/rogpeppe/go-internal/testscript"
)

// agreement changes when an agreement is invoiced, as a person does.
func (s *simulation) agreement(_ *testscript.TestScript, args []string) error {
	edit, err := agreementEdit(args)
	if err == nil {
		edit(s.server.World())
	}
	return err
}

// agreementEdit reads ID NAME=VALUE... Days are counted from today.
func agreementEdit(args []string) (func(*cwsim.World), error) {
	id, err := number(args, 0)
	if err != nil {
		return nil, err
	}
	var edits []func(*cwsim.World)
	for _, arg := range args[1:] {
		name, value, _ := strings.Cut(arg, "=")
		days, notDays := strconv.Atoi(value)
		switch name {
		case "prorate":
			edits = append(edits, func(w *cwsim.World) { _ = w.SetProrate(id, value == "true") }) // the script looks at what comes of it
		case "next":
			edits, err = append(edits, func(w *cwsim.World) { _ = w.SetNextInvoice(id, later(w, days)) }), errors.Join(err, notDays)
		case "start":
			edits, err = append(edits, func(w *cwsim.World) { _ = w.SetBillStart(id, later(w, days)) }), errors.Join(err, notDays)
		default:
			err = fmt.Errorf("agreements have no %q here", name)
		}
	}
	return func(w *cwsim.World) {
		for _, edit := range edits {
			edit(w)
		}
	}, err
}

// day gives the script a day to compare with.
func (s *simulation) day(ts *testscript.TestScript, args []string) error {
	days, err := number(args, 1)
	if err == nil {
		ts.Setenv(args[0], later(s.server.World(), days))
	}
	return err
}

// later is so many days after the world's today.
func later(w *cwsim.World, days int) string {
	today, err := time.Parse(time.DateOnly, w.Today())
	if err != nil {
		return err.Error()
	}
	return today.AddDate(0, 0, days).Format(time.DateOnly)
}
