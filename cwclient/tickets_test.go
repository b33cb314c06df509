package cwclient

import (
	"errors"
	"strings"
	"testing"
)

func TestTicketCreate(t *testing.T) {
	for name, c := range map[string]struct {
		ticket TicketCreate
		want   string
	}{
		"the least": {TicketCreate{Summary: "usage", BoardID: 3}, `{"summary":"usage","board":{"id":3}}`},
		"all": {TicketCreate{Summary: "usage", BoardID: 3, CompanyID: 250, PriorityID: 8, InternalAnalysis: "a\nb"},
			`{"summary":"usage","board":{"id":3},"company":{"id":250},"priority":{"id":8},"initialInternalAnalysis":"a\nb"}`},
	} {
		r, body, err := written(t, func(client *Client) error {
			_, err := client.Tickets.Create(t.Context(), c.ticket)
			return err
		})
		if err != nil || r.Method != "POST" || r.URL.Path != "/v2026_4/apis/3.0/service/tickets" || body != c.want {
			t.Errorf("%s: %v, sent %s", name, err, body)
		}
	}
}

func TestTicketsThatCannotBe(t *testing.T) {
	c := newTest(t, nil)
	for name, ticket := range map[string]TicketCreate{
		"no summary": {BoardID: 1}, "no board": {Summary: "x"}, "too long": {Summary: strings.Repeat("ü", 101), BoardID: 1},
	} {
		if _, err := c.Tickets.Create(t.Context(), ticket); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Customers see what is on the discussion of a ticket: a note of ours never is.
func TestNotesAreInternal(t *testing.T) {
	r, body, err := written(t, func(c *Client) error {
		note, err := c.Tickets.CreateInternalNote(t.Context(), 9, "x")
		if note.ID != 7 {
			t.Errorf("%+v", note)
		}
		return err
	})
	if err != nil || r.URL.Path != "/v2026_4/apis/3.0/service/tickets/9/notes" || body != `{"text":"x","internalAnalysisFlag":true,"detailDescriptionFlag":false}` {
		t.Errorf("%v, sent %s", err, body)
	}
}
