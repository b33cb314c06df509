package alert

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"

	"github.com/nicholas-fedor/shoutrrr/pkg/router"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/discord"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/chat/rocketchat"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/incident/pagerduty"
	"github.com/nicholas-fedor/shoutrrr/pkg/services/push/pushover"
	"github.com/nicholas-fedor/shoutrrr/pkg/types"
)

// shoutrrrServices are the services that can be kept from following a redirect, and that say when they failed. Left out are those whose way to the
// network nobody can take hold of (gotify, lark, matrix, mattermost, ntfy, signal, wecom) and those that another kind does better (generic, slack, smtp,
// teams), most of which `webhook` and `slack` reach; telegram, which takes an outage for a success; and zulip, which panics then.
func shoutrrrServices() []string {
	return []string{"bark", "discord", "googlechat", "ifttt", "join", "opsgenie", "pagerduty", "pushbullet", "pushover", "rocketchat"}
}

// refuseRedirect is for http.Client.
func refuseRedirect(*http.Request, []*http.Request) error { return errRedirect }

// guardDefault lets the default client follow no redirect, once and for all. Half of the services take no other client, and nothing else of this
// program uses it.
var guardDefault = sync.OnceFunc(func() { http.DefaultClient.CheckRedirect = refuseRedirect })

// guarded is a service that follows no redirect.
func guarded(service types.Service) types.Service {
	guardDefault()
	client := &http.Client{Timeout: DefaultLimit, CheckRedirect: refuseRedirect}
	switch own := service.(type) {
	case *discord.Service:
		own.HTTPClient = client
	case *pagerduty.Service:
		own.SetHTTPClient(client)
	case *pushover.Service:
		own.Client = client
	case *rocketchat.Service:
		own.Client = client
	}
	return service
}

// errPanic is the end of a service that gave up for good.
var errPanic = errors.New("the service panicked")

// careful sends by a service that may panic: no run fails for its alert.
func careful(service types.Service, text string) (err error) {
	defer func() {
		if recover() != nil {
			err = errPanic
		}
	}()
	return service.Send(text, &types.Params{})
}

// sendShoutrrr sends by a service of shoutrrr. It takes no context: one that hangs is left behind, and ends with the program.
func sendShoutrrr(ctx context.Context, address string, m message) error {
	name, err := serviceOf(address)
	if err != nil {
		return err
	}
	service, err := new(router.ServiceRouter).Locate(strings.TrimSpace(address))
	if err != nil {
		return &fault{"its address is not one of " + name, hintAddress}
	}
	sent := make(chan error, 1)
	go func() { sent <- careful(guarded(service), quiet(m.text)) }()
	select {
	case err := <-sent:
		if err != nil && wayFault(err) == unreachable {
			return &fault{name + " did not take it", hintAddress}
		}
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}
