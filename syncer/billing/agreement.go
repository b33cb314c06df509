package billing

// Closed says why an agreement takes no billing on a day, as what follows its name: "ended on 2025-06-30". It is empty for one that is running.
// Without a day only what holds on every day counts.
func (a Agreement) Closed(today Date) string {
	switch {
	case a.Cancelled || a.Status == "Cancelled":
		return since("is cancelled", "since", a.CancelledOn)
	case today.IsZero():
	case !a.End.IsZero() && a.End.Before(today):
		return since("ended", "on", a.End)
	case a.Start.After(today):
		return since("starts", "on", a.Start)
	}
	switch a.Status {
	case "Expired":
		return "is expired"
	case "Inactive":
		return "is inactive"
	}
	return ""
}

// Unbillable says why usage cannot be billed on an agreement on a day, as Closed does: it is closed, or does not recur.
func (a Agreement) Unbillable(today Date) string {
	if why := a.Closed(today); why != "" || !a.Cycle.NotRecurring {
		return why
	}
	return "does not recur"
}

func since(said, word string, day Date) string {
	if day.IsZero() {
		return said
	}
	return said + " " + word + " " + day.String()
}
