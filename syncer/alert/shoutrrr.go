package alert

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/nicholas-fedor/shoutrrr/pkg/router"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"
)

// shoutrrrServices are the services whose requests go the way that unfollowing closes to redirects. Those with a way of their own (gotify, mattermost,
// ntfy) and those that another kind does better (generic, slack, smtp, teams) are left out: `webhook` and `slack` reach them.
func shoutrrrServices() []string {
	return []string{
		"bark", "discord", "googlechat", "ifttt", "join", "lark", "matrix", "opsgenie", "pagerduty", "pushbullet", "pushover", "rocketchat", "signal",
		"telegram", "wecom", "zulip",
	}
}

// unfollowing lets no request of shoutrrr follow a redirect, once and for all. Its services send by the default transport and take no other, so that the
// only place to stand in is there. Nothing else of this program uses it but to copy it, and a copy has none of this.
var unfollowing = sync.OnceValue(func() bool {
	transport, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return false
	}
	for _, scheme := range []string{"http", "https"} {
		transport.RegisterProtocol(scheme, unfollowed{newTransport()})
	}
	return true
})

// sendShoutrrr sends by a service of shoutrrr. It takes no context: one that hangs is left behind, and ends with the program.
func sendShoutrrr(ctx context.Context, address string, m message) error {
	scheme, _, ok := strings.Cut(strings.TrimSpace(address), "://")
	switch {
	case !ok || !slices.Contains(shoutrrrServices(), strings.ToLower(scheme)):
		return &fault{"its address names none of the services " + strings.Join(shoutrrrServices(), ", "), hintAddress}
	case !unfollowing():
		return &fault{"the program's own way to the network was replaced", ""}
	}
	service, err := new(router.ServiceRouter).Locate(strings.TrimSpace(address))
	if err != nil {
		return &fault{"its address is not one of " + strings.ToLower(scheme), hintAddress}
	}
	sent := make(chan error, 1)
	go func() { sent <- service.Send(quiet(m.text), &types.Params{}) }()
	select {
	case err := <-sent:
		if err != nil && wayFault(err) == unreachable {
			return &fault{strings.ToLower(scheme) + " did not take it", hintAddress}
		}
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
