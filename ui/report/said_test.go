package report

import (
	"strings"
	"testing"
	"time"

	"cwsync/syncer"
	"cwsync/syncer/billing"
	"cwsync/syncer/plan"

	"github.com/shopspring/decimal"
)

func TestUnbilledUsageIsShown(t *testing.T) {
	line := func(code plan.Code, usage string) plan.Plan {
		skipped := change("Contoso", "1001", "plus", plan.Skip, code, "the service is not mapped to a product")
		if usage != "" {
			skipped.Usage = decimal.NewNullDecimal(decimal.RequireFromString(usage))
		}
		return plan.Plan{Changes: []plan.Change{skipped}}
	}
	for _, c := range []struct {
		name  string
		plan  plan.Plan
		shown bool
	}{
		{"service not mapped", line(plan.UnmappedService, "12"), true},
		{"nothing used", line(plan.UnmappedService, "0"), false},
		{"no usage line", line(plan.UnlinkedCustomer, ""), false},
		{"switched off", line(plan.SyncOff, "12"), false},
		{"status not billed", line(plan.StatusNotBilled, "12"), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := planText(t, &c.plan, TextOptions{Width: 120})
			if said := strings.Contains(got, "12 not billed: the service is not mapped to a product"); said != c.shown {
				t.Errorf("shown: %v, want %v:\n%s", said, c.shown, got)
			}
			if folded := strings.Contains(got, "· 1 skipped"); folded == c.shown {
				t.Errorf("folded: %v, want %v:\n%s", folded, !c.shown, got)
			}
		})
	}
}

func TestTheDateOfALineIsSaidOnce(t *testing.T) {
	date := billing.NewDate(2026, time.November, 21)
	opened := change("Contoso", "1001", "arc", plan.Create, plan.NewLine, "no addition yet: created, effective 2026-11-21")
	opened.After.Effective = date
	ended := change("Contoso", "1001", "bus", plan.Cancel, plan.UsageEnded, "the usage ended: the addition ends on 2026-11-21")
	ended.After.Cancelled = date
	for _, row := range []plan.Change{opened, ended} {
		if got := planText(t, &plan.Plan{Changes: []plan.Change{row}}, TextOptions{}); strings.Count(got, "2026-11-21") != 1 {
			t.Errorf("%s says its date %d times:\n%s", row.Action, strings.Count(got, "2026-11-21"), got)
		}
	}
	ended.Before.Cancelled = date.AddDays(30)
	if got := planText(t, &plan.Plan{Changes: []plan.Change{ended}}, TextOptions{Width: 200}); !strings.Contains(got, "ends 2026-12-21 → 2026-11-21") {
		t.Errorf("the end that the line had is lost:\n%s", got)
	}
}

func TestARunWithoutAPlanIsNotSaidToBeUpToDate(t *testing.T) {
	stopped := &syncer.Run{ID: "r-1", Plan: &plan.Plan{}, Problem: &syncer.Problem{Code: "credentials", Message: "Unauthorized"}}
	got := runText(t, stopped, TextOptions{})
	if !strings.Contains(got, "run r-1: stopped before there was a plan, nothing was changed") || strings.Contains(got, "nothing to change") {
		t.Errorf("a run that stopped early reads as one that had nothing to do:\n%s", got)
	}
}

func TestALineThatIsTakenOverAsItIsIsShown(t *testing.T) {
	adopted := change("Contoso", "1001", "adv", plan.None, plan.Unchanged, "unchanged")
	adopted.Adopts, adopted.Quantity, adopted.Addition.ID = true, num("134"), 30014
	same := change("Contoso", "1001", "bus", plan.None, plan.Unchanged, "unchanged")
	p := &plan.Plan{Changes: []plan.Change{adopted, same}}
	got := planText(t, p, TextOptions{Width: 140})
	for _, want := range []string{
		"  = adopts  adv mailbox  134  PPE-adv  Cloud 2026  takes over addition 30014 as it is\n", "  = 1 unchanged\n", "nothing to change: 1 adopted, 1 unchanged\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing:\n%s", want, got)
		}
	}
	ran := runText(t, &syncer.Run{ID: "r-1", Plan: p, Outcomes: []syncer.Outcome{{Status: syncer.Unchanged}, {Status: syncer.Unchanged}}}, TextOptions{Width: 140})
	if !strings.Contains(ran, "= adopted  adv mailbox  134") || !strings.Contains(ran, "took over addition 30014 as it is") {
		t.Errorf("a run that took a line over does not say so:\n%s", ran)
	}
	p.Changes = p.Changes[:1]
	if got := planText(t, p, TextOptions{}); strings.Contains(got, "as it should be") {
		t.Errorf("the only line is taken over, and the plan says that nothing happens:\n%s", got)
	}
}

func TestWhatIsToBeCopiedIsNeverBroken(t *testing.T) {
	for _, customer := range []string{"4711", "a customer with many words in its id that no terminal shows in one line of text", strings.Repeat("0123456789", 12)} {
		held := change("Contoso", customer, "adv", plan.Hold, plan.GuardDrop, "the quantity would fall from 100 to 0, by 100 %: less than the guard lets through")
		want := quoted(held.Key.String())
		for _, width := range []int{60, 100, 140} {
			got := planText(t, &plan.Plan{Changes: []plan.Change{held}}, TextOptions{Width: width})
			if !strings.Contains(got, "--accept "+want+"\n") {
				t.Errorf("at %d cells the key cannot be copied:\n%s", width, got)
			}
		}
	}
}

func TestARunThatWasCutOff(t *testing.T) {
	run := finished()
	run.ExitCode, run.Problem = -1, nil
	for _, c := range []struct {
		name   string
		status syncer.Status
		want   float64
	}{{"with an unknown write", syncer.Unknown, 6}, {"with every write known", syncer.Applied, 1}} {
		run.Outcomes[5].Status = c.status
		data, err := RunJSON(run)
		if err != nil {
			t.Fatal(err)
		}
		if document := decoded(t, data); document["exit_code"] != c.want || document["finished"] != false {
			t.Errorf("%s: exit code %v, finished %v", c.name, document["exit_code"], document["finished"])
		}
	}
	if got := runText(t, run, TextOptions{}); !strings.Contains(got, ", never finished\n") || strings.Contains(got, "took") {
		t.Errorf("not said to be cut off:\n%s", got)
	}
}

func TestAPlanSaysWhatWasAccepted(t *testing.T) {
	p := everything()
	p.Accepted, p.Unused = []string{"mail/1001/mbx-pro", "mail:max_monthly_delta", "mail:missing_share", "mailbox:usage_stale"}, []string{"mail:usage_stale"}
	text := planText(t, p, TextOptions{Width: 200})
	for _, want := range []string{"(2 minutes old), max monthly delta accepted, missing share accepted\n", "--accept mail:usage_stale: nothing that may be accepted is held under this name"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	document := decoded(t, planBytes(t, p))
	if got := document["accepted"].([]any); len(got) != 4 || got[1] != "mail:max_monthly_delta" {
		t.Errorf("accepted %v", got)
	}
	if got := document["warnings"].([]any); len(got) != 2 {
		t.Errorf("warnings %v", got)
	}
}

// Flags help where a command was typed; the problem itself, which the wizard shows too, names none.
func TestHintsNameFlagsOnTheCommandLineAlone(t *testing.T) {
	for code, want := range map[string]string{"busy": "wait, or give --lock-wait to wait here", "throttled": "wait; --max-rpm lowers what this program asks of it", "rejected": "wait"} {
		problem := &syncer.Problem{Code: code, Message: "no", Hint: "wait"}
		if got := CommandHint(problem); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
		run := finished()
		run.Outcomes[4].Problem = problem
		if text := runText(t, run, TextOptions{Width: 200}); !strings.Contains(text, want) {
			t.Errorf("%s: no %q in\n%s", code, want, text)
		}
		if got := RunRow(&run.Plan.Changes[4], run.Outcomes[4]).Hint(); got != "wait" {
			t.Errorf("%s: the wizard says %q", code, got)
		}
	}
	if got := CommandHint(&syncer.Problem{Code: "busy"}); got != "" {
		t.Errorf("a hint of nothing: %q", got)
	}
}
