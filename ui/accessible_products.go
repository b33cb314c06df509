package ui

import (
	"errors"
	"fmt"

	"cwsync/syncer/billing"
	"cwsync/ui/report"
)

// plainProducts is the step that maps services to products, as lines of text.
type plainProducts struct {
	p    *prompts
	step *products

	listed string // what the list said when it was shown last; empty: it was not
	list   plainList
	told   bool // that the catalog is being read
}

func (c *plainProducts) heard() {
	if c.step.reading && !c.told {
		c.p.say("Reading the catalog of products.")
	}
	c.told = c.step.reading
}

func (c *plainProducts) ask() error {
	state := c.step.state
	if state.source == nil {
		c.p.say("There is no source of usage yet, so there are no services.")
		return c.p.begin(c.p.app.show(placeUsage))
	}
	if failed := c.step.failed; failed != nil {
		text, hint := explain(failed)
		c.p.say("The catalog could not be read: %s. %s", report.Plain(text), report.Plain(hint))
	}
	rows := state.services()
	if c.listed == "" {
		c.all(rows)
	}
	done, all := state.mapped()
	c.p.say("%d of %s mapped or switched off.", done, report.Counted(all, "service", "services"))
	if unbilled := state.unbilled(); unbilled != "" {
		c.p.say("%s.", unbilled)
	}
	options := c.list.option(c.p)
	if len(rows) > 0 {
		options = append(options, option{numbers(len(rows)), "choose the product of that service", c.service})
	}
	if count := len(state.offers()); count > 0 {
		options = append(options, option{"a", "accept " + report.Counted(count, "suggestion", "suggestions"), func(string) error {
			c.listed = ""
			return c.p.do(c.step.askAll())
		}})
	}
	options = append(options,
		option{"enter", "go on", func(string) error { return c.p.do(c.step.goOn()) }},
		option{"l", "list again", func(string) error { c.all(state.services()); return nil }},
		option{"r", "read the catalog again", func(string) error { c.listed = ""; return c.p.do(c.step.load()) }})
	err := c.p.atStep(c.p.choose(options))
	if !c.p.app.at(placeProducts) {
		c.listed = ""
	}
	return err
}

func (c *plainProducts) all(rows []serviceRow) {
	lines := []string{fmt.Sprintf("Services of %s:", report.Plain(c.step.state.source.Name))}
	for i, row := range rows {
		lines = append(lines, fmt.Sprintf("%d. %s", i+1, c.said(row)))
	}
	if len(rows) == 0 {
		lines = append(lines, "none: the usage names no service")
	}
	c.listed = "yes"
	c.list.show(c.p, lines)
}

// said is a service in one line.
func (c *plainProducts) said(row serviceRow) string {
	state := map[serviceMark]string{
		serviceOpen: "not mapped", serviceSuggested: "not mapped", serviceMapped: "mapped", serviceTrouble: "mapped, but ATTENTION", serviceOff: "switched off",
	}[row.mark]
	product := ""
	if row.product != "" {
		product = report.Plain(row.product)
		if row.created != "" {
			product = "new: " + product + ", " + row.created
		}
		if row.description != "" {
			product += " (" + report.Plain(row.description) + ")"
		}
	}
	deprecated := ""
	if row.deprecated {
		deprecated = "deprecated"
	}
	text := spoken(report.Plain(row.name), row.count, deprecated, state, product)
	if row.suggestion != nil {
		return text + fmt.Sprintf(". Suggested: %s (%.2f, %s)", report.Plain(row.suggestion.Identifier), row.suggestion.Score, report.Plain(row.suggestion.Why))
	}
	if row.why != "" {
		text += ". " + report.Plain(row.why)
	}
	return text
}

// service asks what to do about one service until something was done.
func (c *plainProducts) service(answer string) error {
	rows := c.step.state.services()
	at, _ := picked(answer, len(rows))
	row := rows[at]
	c.step.services.mark(row.at)
	c.p.say("%s", c.said(row))
	service := c.step.marked()
	if service == nil {
		return errors.New("the service is not listed any more")
	}
	options := []option{{"/ text", "search a product", func(text string) error { return c.search(text) }}}
	if row.suggestion != nil {
		options = append(options, option{"a", "accept the suggestion", func(string) error { return c.after(c.p.do(c.step.acceptMarked(service))) }})
	}
	onOff := "switch it off"
	if !service.Sync {
		onOff = "switch it on"
	}
	options = append(options,
		option{"o", onOff, func(string) error {
			c.step.state.toggle(service.ID)
			c.p.say("Done.")
			return c.p.do(c.step.desk.save())
		}},
		option{"e", "price, tax, count and rounding", func(string) error { return c.rules(service.ID) }},
		option{"n", "a new product for it, which the next sync creates", func(string) error { return c.create(service.ID) }})
	if !service.Product.IsZero() {
		options = append(options, option{"x", "take its product away", func(string) error { return c.p.do(c.step.unassign(service)) }})
	}
	return c.p.inside(c.p.choose(append(options, option{"enter", "back to the services", func(string) error { return nil }})))
}

// mostHits is how many products a search lists.
const mostHits = 20

// search looks for a product and assigns the one that is chosen.
func (c *plainProducts) search(text string) error {
	catalog := c.step.catalog
	if err := c.p.do(catalog.ask(text)); err != nil {
		return err
	}
	count := min(catalog.listed(), mostHits)
	if count == 0 {
		c.p.say("No product has %q in it.", report.Plain(text))
		return nil
	}
	for i := range count {
		product := &c.step.state.products[catalog.place(i)]
		said := spoken(report.Plain(product.Identifier), report.Plain(product.Description), report.Price(product.Price, ""))
		if why := unfit(product); why != "" {
			said += ". Cannot be taken: " + report.Plain(why)
		} else if taken := c.step.state.owned()[target{product: product.ID}]; len(taken) > 0 {
			said += ". " + report.Plain(c.step.state.nameOf(taken[0])) + " has it"
		}
		c.p.say("%d. %s", i+1, said)
	}
	if all := catalog.listed(); all > count {
		c.p.say("and more; search for more letters to see fewer.")
	}
	answer, err := c.p.line("Which product? Enter: none of them.")
	if err != nil {
		return err
	}
	at, ok := picked(answer, count)
	if !ok {
		c.p.say("Nothing is changed.")
		return nil
	}
	catalog.cursor = at
	return c.after(c.p.do(c.step.choose()))
}

// after asks how to merge where the product is another service's, and says how the service stands.
func (c *plainProducts) after(err error) error {
	if err != nil {
		return err
	}
	if sharing := c.step.sharing; sharing != nil {
		c.step.sharing = nil
		for _, line := range sharing.lines {
			c.p.say("%s", report.Plain(line))
		}
		choices := mergeChoices()
		for i, choice := range choices {
			c.p.say("%d. %s", i+1, choice.shown())
		}
		answer, err := c.p.line("Which? Enter: 1.")
		if err != nil {
			return err
		}
		if at, ok := picked(answer, len(choices)); ok && choices[at].value != "" {
			if err := c.p.do(c.step.assign(sharing.service, sharing.to, billing.Merge(choices[at].value))); err != nil {
				return err
			}
		}
	}
	if row, ok := c.step.markedRow(); ok {
		c.p.say("%s", c.said(row))
	}
	return nil
}

func (c *plainProducts) rules(id string) error {
	_, err := c.p.settings("done", func() []setting { return c.step.state.settings(id) }, func(name, value string) error {
		if err := c.step.state.set(id, name, value); err != nil {
			return err
		}
		return c.p.do(c.step.desk.save())
	})
	return err
}

// create asks for what a new product needs, and maps the service to it; nothing is written to ConnectWise.
func (c *plainProducts) create(id string) error {
	c.p.say("Reading ConnectWise's tables.")
	if err := c.p.do(c.step.readTables(id)); err != nil || c.step.draft == nil {
		return err
	}
	defer func() { c.step.form, c.step.draft = nil, nil }()
	for c.step.draft != nil {
		draft := c.step.draft
		c.p.say("%s", report.Plain(draft.about()))
		done, err := c.p.settings("take it: the set-up is changed, and nothing is written to ConnectWise", draft.settings, func(name, value string) error {
			draft.set(name, value)
			return nil
		})
		if err != nil || !done {
			return err
		}
		if err := c.after(c.p.do(c.step.takeDraft())); err != nil {
			return err
		}
	}
	return nil
}

func newPlainProducts(p *prompts, s step) plainStep { return &plainProducts{p: p, step: s.(*products)} }
