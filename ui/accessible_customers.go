package ui

import (
	"fmt"
	"strings"

	"cwsync/ui/report"
)

// plainCustomers is the step that links customers, as lines of text.
type plainCustomers struct {
	p    *prompts
	step *customersStep

	listed bool
	told   bool // that ConnectWise is being read
	list   plainList
}

func newPlainCustomers(p *prompts, s step) plainStep {
	return &plainCustomers{p: p, step: s.(*customersStep)}
}

func (c *plainCustomers) heard() {
	if c.step.waiting() && !c.told {
		c.p.say("Reading companies and agreements of ConnectWise.")
	}
	c.told = c.step.waiting()
}

func (c *plainCustomers) ask() error {
	switch {
	case c.step.desk.site == nil:
		c.p.say("There is no connection to look for companies with.")
		return c.p.begin(c.p.app.show(placeConnect))
	case c.step.desk.current() == nil:
		c.p.say("There is no source of usage yet, so there are no customers.")
		return c.p.begin(c.p.app.show(placeUsage))
	case c.step.mode == modeTypes:
		return c.p.atStep(c.types())
	}
	for _, problem := range c.step.problems() {
		c.p.say("Failed: %s", report.Plain(problem))
	}
	if !c.listed {
		c.all()
	}
	c.counts()
	options := c.list.option(c.p)
	if n := len(c.step.shown); n > 0 {
		options = append(options, option{numbers(n), "choose that customer", c.customer})
	}
	if exact := c.step.state.Groups()[groupExact]; exact > 0 {
		options = append(options, option{"a", "link the " + report.Counted(exact, "exact one", "exact ones"), func(string) error {
			err := c.p.do(c.step.acceptExact())
			if err == nil {
				c.listed = false
			}
			return err
		}})
	}
	options = append(options,
		option{"enter", "go on", func(string) error { return c.p.do(send(nextMsg{})) }},
		option{"f", "show " + ((c.step.filter + 1) % customersFilters).String(), func(string) error {
			c.step.filter = (c.step.filter + 1) % customersFilters
			c.listed = false
			return nil
		}},
		option{"l", "list again", func(string) error { c.listed = false; return nil }},
		option{"t", "another agreement type", func(string) error { return c.types() }},
		option{"h", "hidden companies", func(string) error { c.hidden(); return nil }},
		option{"e", "export companies and agreements", func(string) error { return c.export() }},
		option{"r", "read ConnectWise again", func(string) error { c.listed = false; return c.p.do(c.step.again()) }})
	err := c.p.atStep(c.p.choose(options))
	if !c.p.app.at(placeCustomers) {
		c.listed = false
	}
	return err
}

// all lists the customers that the filter lets through, arranged anew.
func (c *plainCustomers) all() {
	c.step.state.Arrange()
	c.p.start(c.step.list(), nil)
	c.listed = true
	said := "Customers"
	if c.step.filter != customersAll {
		said += ", only " + c.step.filter.String()
	}
	lines := []string{said + ":"}
	for i, at := range c.step.shown {
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, c.said(&c.step.state.list[at])))
	}
	if len(c.step.shown) == 0 {
		lines = append(lines, c.step.emptyList())
	}
	c.list.show(c.p, lines)
}

// counts says how many customers there are in each group, and what is left unbilled.
func (c *plainCustomers) counts() {
	var parts []string
	for _, group := range groupsInOrder {
		if n := c.step.state.Groups()[group]; n > 0 {
			parts = append(parts, report.Count(n)+" "+groupLooks[group].word)
		}
	}
	of := "No agreement type is chosen yet"
	if c.step.state.typeID != 0 {
		of = "Agreement type " + report.Plain(c.step.typeName(c.step.state.typeID))
	}
	c.p.say("%s: %s.", of, strings.Join(parts, ", "))
	if left := c.step.state.Unbilled(); left != "" {
		c.p.say("%s.", left)
	}
}

// said is a customer in one line.
func (c *plainCustomers) said(one *customer) string {
	if one.group == groupUnmatched { // there is no more to say
		return spoken(one.label(), c.step.state.Reason(one))
	}
	return spoken(one.label(), groupLooks[one.group].word) + ". " + c.step.state.Reason(one)
}

// types asks for the agreement type that is matched with.
func (c *plainCustomers) types() error {
	c.step.mode = modeCustomers
	c.p.say("Which type of agreement is this usage billed on? A customer is linked by itself only where its company has exactly one running agreement of the type.")
	for i := range c.step.types {
		likely := ""
		if c.step.state.typeID == 0 && i == c.step.likelyType() {
			likely = "likely the one"
		}
		c.p.say("%d. %s", i+1, spoken(report.Plain(c.step.types[i].Name), c.step.typeCount(c.step.types[i].ID), likely))
	}
	return c.p.choose([]option{
		{numbers(len(c.step.types)), "match with that type", func(answer string) error {
			at, _ := picked(answer, len(c.step.types))
			c.listed = false
			return c.p.do(c.step.chooseType(c.step.types[at].ID))
		}},
		{"enter", "leave it as it is", func(string) error { return nil }},
	})
}

// customer asks what to do about one customer.
func (c *plainCustomers) customer(answer string) error {
	at, ok := picked(answer, len(c.step.shown))
	if !ok {
		return nil
	}
	one := &c.step.state.list[c.step.shown[at]]
	c.p.say("%s", c.said(one))
	if uses := c.step.usesText(one); uses != "" {
		c.p.say("Uses %s.", uses)
	}
	options := []option{{"/ text", "search a company, 3 letters or more", func(text string) error { return c.company(one, text) }}}
	if one.proposal.Agreement != 0 && (one.group == groupExact || one.group == groupChoice) {
		options = append(options, option{"a", "link it as proposed", func(string) error { return c.p.do(c.step.accept(one)) }})
	}
	likely := c.step.state.Likely(one.id)
	for i, company := range likely {
		c.p.say("%d. %s: %s", i+1, c.companyName(company.id), company.why)
	}
	if len(likely) > 0 {
		options = append(options, option{numbers(len(likely)), "agreements of that company", func(answer string) error {
			at, _ := picked(answer, len(likely))
			return c.agreement(one, likely[at].id)
		}})
	}
	if entry := c.step.state.linkOf(one.id); entry != nil && entry.Linked() {
		options = append(options, option{"u", "update this one now", func(string) error { return c.p.do(c.step.syncOne(one)) }},
			option{"x", "unlink it", func(string) error { return c.p.do(c.step.unlink(one)) }})
	}
	if c.step.state.gone(one) {
		options = append(options, option{"d", "forget it", func(string) error { return c.p.do(c.step.forget(one)) }})
	}
	onOff := "switch it off"
	if one.group == groupOff {
		onOff = "switch it on"
	}
	options = append(options, option{"o", onOff, func(string) error { return c.p.do(c.step.toggle(one)) }},
		option{"s", "its services on or off", func(string) error { return c.services(one) }},
		option{"enter", "back to the customers", func(string) error { return nil }})
	return c.p.inside(c.p.choose(options))
}

func (c *plainCustomers) companyName(id int) string {
	if company := c.step.state.company(id); company != nil {
		return report.Plain(company.Name)
	}
	return fmt.Sprintf("company %d", id)
}

// company searches a company by a part of its name, hidden ones too, and goes on to its agreements.
func (c *plainCustomers) company(one *customer, text string) error {
	search := c.step.link.every
	if err := c.p.do(search.ask(text)); err != nil {
		return err
	}
	count := min(search.listed(), mostHits)
	if count == 0 {
		c.p.say("%s", search.said())
		return nil
	}
	for i := range count {
		company := c.step.state.company(search.rows[search.place(i)].key)
		said := report.Plain(company.Name)
		if why := hiddenWhy(company); why != "" {
			said += ", hidden: " + why
		}
		c.p.say("%d. %s", i+1, said)
	}
	if search.listed() > count {
		c.p.say("and more; search for more letters to see fewer.")
	}
	answer, err := c.p.line("Which company? Enter: none of them.")
	if err != nil {
		return err
	}
	at, ok := picked(answer, count)
	if !ok {
		c.p.say("Nothing is changed.")
		return nil
	}
	return c.agreement(one, search.rows[search.place(at)].key)
}

// agreement asks for an agreement of a company and links the customer to it.
func (c *plainCustomers) agreement(one *customer, company int) error {
	if record := c.step.state.company(company); record == nil || record.Deleted {
		c.p.say("%s is in ConnectWise's recycle bin: restore it there first.", c.companyName(company))
		return nil
	}
	page := &c.step.link
	page.customer, page.company, page.cursor, page.err = one.id, company, 0, nil
	if err := c.p.do(c.step.readCompanyAgreements()); err != nil {
		return err
	}
	switch {
	case page.err != nil:
		text, hint := explain(page.err)
		c.p.say("Its agreements could not be read: %s. %s", report.Plain(text), report.Plain(hint))
		return nil
	case len(page.agreements) == 0:
		c.p.say("%s has no agreement.", c.companyName(company))
		return nil
	}
	for i := range page.agreements {
		c.p.say("%d. %s", i+1, c.agreementSaid(i))
	}
	answer, err := c.p.line("Which agreement? Enter: none of them.")
	if err != nil {
		return err
	}
	at, ok := picked(answer, len(page.agreements))
	if !ok {
		c.p.say("Nothing is changed.")
		return nil
	}
	return c.p.do(c.step.linkTo(&page.agreements[at]))
}

// agreementSaid is an agreement in one line: type, cycle, dates, next invoice, and why it cannot be billed.
func (c *plainCustomers) agreementSaid(at int) string {
	agreement := &c.step.link.agreements[at]
	said := spoken(report.Plain(agreement.Name), report.Plain(agreement.TypeName), when("from", agreement.Start), when("to", agreement.End), rhythm(agreement))
	if why := c.step.state.unfit(agreement); why != "" {
		said += ". Cannot be taken: " + why
	}
	if remark := c.step.state.Remark(c.step.link.customer, agreement); remark != "" {
		said += ". " + remark
	}
	return said
}

// services switches services for one customer.
func (c *plainCustomers) services(one *customer) error {
	c.step.services = servicesPage{customer: one.id}
	list := c.step.state.Services(one.id)
	for i := range list {
		state := "on"
		switch {
		case !list[i].known:
			state = "not in the set-up yet"
		case !list[i].on:
			state = "off for this customer"
		case list[i].allOff:
			state = "off for all customers, in Products"
		}
		c.p.say("%d. %s", i+1, spoken(list[i].name, state, list[i].used))
	}
	if len(list) == 0 {
		c.p.say("There is no service yet.")
		return nil
	}
	return c.p.inside(c.p.choose([]option{
		{numbers(len(list)), "switch that one", func(answer string) error {
			c.step.services.cursor, _ = picked(answer, len(list))
			return c.p.do(c.step.servicesKey("space"))
		}},
		{"enter", "back", func(string) error { return nil }},
	}))
}

// hidden lists the companies that are not offered, and why.
func (c *plainCustomers) hidden() {
	if c.step.state.companies == nil || len(c.step.state.companies.hidden) == 0 {
		c.p.say("No company is hidden.")
		return
	}
	known := c.step.state.companies
	lines := []string{report.Counted(len(known.hidden), "company is", "companies are") + " never matched by name:"}
	for _, at := range known.hidden {
		lines = append(lines, report.Plain(known.all[at].Name)+": "+hiddenWhy(&known.all[at]))
	}
	c.list.show(c.p, lines)
}

// export asks for the names of files and writes them.
func (c *plainCustomers) export() error {
	if err := c.p.do(c.step.openExport()); err != nil || c.step.mode != modeExport {
		return err
	}
	c.step.mode = modeCustomers
	var files []exportFile
	for _, kind := range exportKinds {
		path, err := c.p.line(kind.label + ", such as " + kind.name + ". Enter: it is not written.")
		if err != nil {
			return err
		}
		if path != "" {
			files = append(files, exportFile{kind, path})
		}
	}
	if len(files) == 0 {
		c.p.say("No file has a name, so nothing was written.")
		return nil
	}
	return c.p.do(c.step.write(files, false))
}
