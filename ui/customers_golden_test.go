package ui

import (
	"errors"
	"testing"

	"cwsync/syncer/billing"
)

func TestCustomersScreens(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(t *testing.T) *linkRig
	}{
		{"matched", func(t *testing.T) *linkRig { return openedLinkRig(t).to("fab") }},
		{"an exact one", func(t *testing.T) *linkRig { return openedLinkRig(t).to("tail") }},
		{"a linked one", func(t *testing.T) *linkRig { return openedLinkRig(t).to("adv") }},
		{"what needs you", func(t *testing.T) *linkRig {
			r := openedLinkRig(t)
			press(t, r.app, "f")
			return r.to("nor")
		}},
		{"agreement types", func(t *testing.T) *linkRig {
			r := openedLinkRig(t)
			press(t, r.app, "t")
			return r
		}},
		{"choosing an agreement type", func(t *testing.T) *linkRig { return newLinkRig(t, linkUsage(), linkWorld()).open() }},
		{"counting agreements", func(t *testing.T) *linkRig {
			r := newLinkRig(t, linkUsage(), linkWorld())
			r.directory.waits["type2"] = make(chan struct{})
			r.start(r.step.enter())
			r.pump(func() bool { return len(r.step.pending) == 1 && r.step.state.byType[cloudType] != nil })
			return r
		}},
		{"exporting", func(t *testing.T) *linkRig {
			r := openedLinkRig(t)
			r.directory.waits["contacts"] = make(chan struct{})
			press(t, r.app, "e")
			r.hit("enter")
			return r
		}},
		{"all linked", func(t *testing.T) *linkRig {
			r := openedLinkRig(t)
			for _, id := range []string{"tail", "サンプル", "pro", "con", "fab", "nor", "lit"} {
				r.to(id)
				press(t, r.app, "space")
			}
			r.notice = noticeMsg{}
			return r.to("adv")
		}},
		{"accepting all", func(t *testing.T) *linkRig {
			r := openedLinkRig(t)
			press(t, r.app, "A")
			return r
		}},
		{"likely companies", func(t *testing.T) *linkRig {
			r := openedLinkRig(t).to("fab")
			press(t, r.app, "enter")
			return r
		}},
		{"company search", func(t *testing.T) *linkRig {
			r := openedLinkRig(t).to("lit")
			press(t, r.app, "enter")
			typeText(t, r.app, "wor")
			return r
		}},
		{"agreements of a company", func(t *testing.T) *linkRig {
			r := openedLinkRig(t).to("con")
			press(t, r.app, "enter", "enter")
			return r
		}},
		{"an agreement that cannot be chosen", func(t *testing.T) *linkRig {
			r := openedLinkRig(t).to("con")
			press(t, r.app, "enter", "enter", "end")
			return r
		}},
		{"unlinking", func(t *testing.T) *linkRig {
			r := openedLinkRig(t).to("adv")
			press(t, r.app, "x")
			return r
		}},
		{"services", func(t *testing.T) *linkRig {
			r := openedLinkRig(t).to("adv")
			press(t, r.app, "s", "down", "space")
			return r
		}},
		{"hidden companies", func(t *testing.T) *linkRig {
			r := openedLinkRig(t)
			press(t, r.app, "h")
			return r
		}},
		{"export", func(t *testing.T) *linkRig {
			r := openedLinkRig(t)
			press(t, r.app, "e")
			return r
		}},
		{"companies cannot be read", func(t *testing.T) *linkRig {
			r := newLinkRig(t, linkUsage(), linkWorld())
			r.profile.notes.values = map[string]string{noteAgreementType + "mail": "1"}
			r.directory.fails["companies"] = &billing.Failure{Class: billing.ClassPermission, Op: "list companies", Message: "the right is missing",
				Right: "Companies > Company Maintenance: Inquire All", Hint: "set Companies > Company Maintenance to Inquire All"}
			return r.open()
		}},
		{"agreements of a company cannot be read", func(t *testing.T) *linkRig {
			r := openedLinkRig(t).to("con")
			r.directory.fails["company"] = errors.New("the connection was reset")
			press(t, r.app, "enter", "enter")
			return r
		}},
		{"no connection", func(t *testing.T) *linkRig {
			r := newLinkRig(t, linkUsage(), linkWorld())
			r.desk.site = nil
			return r.open()
		}},
	} {
		t.Run(c.name, func(t *testing.T) { requireScreens(t, c.make(t).app) })
	}
}
