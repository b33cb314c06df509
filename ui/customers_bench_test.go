package ui

import (
	"fmt"
	"testing"

	"cwsync/syncer/billing"

	tea "charm.land/bubbletea/v2"
)

func manyUsage(customers, services int) billing.Usage {
	var usage billing.Usage
	for i := range customers {
		for service := range services {
			usage.Lines = append(usage.Lines, useLine(fmt.Sprintf("c%04d", i), fmt.Sprintf("Customer number %d of the Reseller", i), fmt.Sprintf("s%d", service), int64(i+service)))
		}
	}
	return usage
}

func manyWorld(companies int) fakeDirectory {
	world := fakeDirectory{types: []billing.AgreementType{{ID: cloudType, Name: "Cloud Services"}}}
	for i := range companies {
		name := fmt.Sprintf("Customer number %d of the Reseller", i)
		if i%3 == 0 {
			name += " Ltd"
		}
		world.companies = append(world.companies, billing.Company{ID: i + 1, Identifier: fmt.Sprintf("cust%d", i), Name: name, Hidden: i%50 == 49})
		world.agreements = append(world.agreements, linkAgreement(100000+i, i+1, cloudType, "Cloud 2026"))
	}
	return world
}

// manyCustomers is a rig of 2,000 customers with 7 services each, 10,000 companies and 10,000 agreements, all read and matched.
func manyCustomers(b *testing.B) *linkRig {
	b.Helper()
	var r *linkRig
	b.StopTimer()
	r = newLinkRig(b, manyUsage(2000, 7), manyWorld(10000))
	r.profile.notes.values = map[string]string{noteAgreementType + "mail": "1"}
	r.open()
	if !r.step.refined || len(r.step.shown) != 2003 {
		b.Fatalf("%d customers, refined %v", len(r.step.shown), r.step.refined)
	}
	driveApp(b, r.app, send(tea.WindowSizeMsg{Width: 120, Height: 40}))
	b.StartTimer()
	return r
}

func BenchmarkCustomersView2000(b *testing.B) {
	r := manyCustomers(b)
	for b.Loop() {
		_ = r.content()
	}
}

func BenchmarkCustomersArrow2000(b *testing.B) {
	r := manyCustomers(b)
	down := tea.KeyPressMsg{Code: tea.KeyDown}
	for b.Loop() {
		_, _ = r.Update(down)
		_ = r.content()
	}
}

// BenchmarkCustomersToggle2000 is a change with everything that follows from it on the screen; storing it is a command.
func BenchmarkCustomersToggle2000(b *testing.B) {
	r := manyCustomers(b)
	space := tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	for b.Loop() {
		_, _ = r.Update(space)
		_ = r.content()
	}
}

func BenchmarkCustomersFilter2000(b *testing.B) {
	r := manyCustomers(b)
	for b.Loop() {
		_, _ = r.Update(tea.KeyPressMsg{Code: 'f', Text: "f"})
		_ = r.content()
	}
}

// BenchmarkCustomersEnter2000 is coming to the step when all is known.
func BenchmarkCustomersEnter2000(b *testing.B) {
	r := manyCustomers(b)
	for b.Loop() {
		_ = r.step.enter()
		_ = r.content()
	}
}

// BenchmarkCompanySearch10000 is a letter of a search for a company until its result is on the screen.
func BenchmarkCompanySearch10000(b *testing.B) {
	r := manyCustomers(b)
	press(b, r.app, "enter")
	press(b, r.app, "c", "u", "s")
	for b.Loop() {
		press(b, r.app, "t", "backspace")
		_ = r.content()
	}
}

// BenchmarkCustomersTaken10000 is what Update does when companies and proposals arrive.
func BenchmarkCustomersTaken10000(b *testing.B) {
	r := manyCustomers(b)
	index, proposals := r.step.state.companies, r.step.state.Question().answer(b.Context())
	for b.Loop() {
		r.step.state.SetCompanies(index)
		_ = r.step.offer()
		r.step.state.SetProposals(proposals)
		r.step.state.Arrange()
		_ = r.step.list()
	}
}
