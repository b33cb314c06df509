package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"

	"cwsync/cwclient/cwsim"
	"cwsync/store"
	"cwsync/syncer/setup"

	"github.com/spf13/cobra"
)

//go:embed demo/setup.yaml
var demoSetup string

//go:embed demo/usage.csv
var demoUsage []byte

func (a *app) demoCommand() *cobra.Command {
	var ask syncFlags
	var serve string
	var prompts bool
	cmd := &cobra.Command{
		Use: "demo", Short: "Try it: sample usage against a simulated ConnectWise, nothing to install or configure",
		Long: "The guided wizard against a simulated ConnectWise with sample usage, in a throw-away profile that is gone afterwards. Without a terminal,\n" +
			"or with --sync, it syncs the sample usage and reports; with --dry-run it only shows what would change. With --serve ADDR only the\n" +
			"simulated ConnectWise runs, for other programs to try themselves on.",
		Args: exactly(0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if serve != "" {
				if ask.sync || ask.dryRun || prompts || cmd.Flags().Changed("out") {
					return usageError("--serve runs alone")
				}
				return a.serveDemo(cmd.Context(), serve)
			}
			if cmd.Flags().Changed("out") {
				stop := usageError("--out saves a plan to apply later, and the demo's profile is gone when it ends")
				stop.Problem.Hint = "`cwsync demo --dry-run --json` prints the plan"
				return stop
			}
			headless := ask.sync || len(ask.given(cmd)) > 0
			if prompts && headless {
				return usageError("--accessible is the wizard; it does not go with what --sync takes")
			}
			if !headless && (wantsPrompts(prompts) || !a.flags.json && a.noTerminal() == nil) {
				return a.wizardDemo(cmd.Context(), wantsPrompts(prompts))
			}
			if err := ask.check(); err != nil {
				return err
			}
			return a.runDemo(cmd.Context(), ask)
		},
	}
	cmd.Flags().SortFlags = false
	cmd.Flags().BoolVar(&ask.sync, "sync", false, "headless: read usage, plan, apply and report")
	cmd.Flags().BoolVar(&prompts, "accessible", false, accessibleUsage)
	ask.add(cmd)
	a.addClientFlags(cmd)
	cmd.Flags().StringVar(&serve, "serve", "", "only run the simulated ConnectWise on `ADDR`, such as 127.0.0.1:8080")
	return cmd
}

// demoServer is the simulated ConnectWise. Company and client id are always the same, so that a set-up for it can be kept; the keys are new each time.
func demoServer() *cwsim.Server {
	return cwsim.NewServer(cwsim.Demo(), cwsim.WithCredentials(cwsim.Credentials{
		Company: "demo", ClientID: "5b0c1d3e-7a52-4c1f-9a3e-2f6d8c4b1a90",
	}))
}

// serveDemo runs the simulated ConnectWise until it is interrupted.
func (a *app) serveDemo(ctx context.Context, addr string) error {
	server := demoServer()
	keys := server.Credentials()
	var printed error
	err := cwsim.ListenAndServe(ctx, addr, server, func(site string) {
		site = reachable(site)
		printed = json.NewEncoder(a.out).Encode(struct { // #nosec G117 -- the keys of the simulated ConnectWise, made for this moment
			Site       string `json:"site"`
			Company    string `json:"company"`
			ClientID   string `json:"client_id"`
			PublicKey  string `json:"public_key"`
			PrivateKey string `json:"private_key"`
		}{site, keys.Company, keys.ClientID, keys.PublicKey, keys.PrivateKey})
	})
	if err != nil {
		return usageError("--serve: %s", err)
	}
	return printed
}

// demoRoom is the throw-away place of a demo.
type demoRoom struct {
	store    *store.Store
	document *setup.Document // with everything in it; not stored yet
	keys     map[string]string
}

// reachable is the site as this machine reaches it: an address that stands for all of the machine's own becomes the loopback one, the only one that
// a set-up takes without encryption.
func reachable(site string) string {
	address, err := url.Parse(site)
	if err != nil {
		return site
	}
	if ip, err := netip.ParseAddr(address.Hostname()); err == nil && ip.IsUnspecified() {
		address.Host = net.JoinHostPort("127.0.0.1", address.Port())
	}
	return address.String()
}

// runDemo syncs the sample usage in a throw-away profile.
func (a *app) runDemo(ctx context.Context, ask syncFlags) error {
	room, err := a.openDemo(ctx)
	if err != nil {
		return err
	}
	a.keys = room.keys
	if err := room.store.Profile(a.flags.profile).ReplaceSetup(ctx, room.document); err != nil {
		return err
	}
	return a.syncProfile(ctx, ask)
}

// openDemo starts a simulated ConnectWise and opens a throw-away database.
func (a *app) openDemo(ctx context.Context) (*demoRoom, error) {
	folder, err := os.MkdirTemp("", "cwsync-demo-")
	if err != nil {
		return nil, fmt.Errorf("make a throw-away folder: %w", err)
	}
	// The folder goes last, after the database in it is closed.
	a.closers = append(a.closers, func() error { return os.RemoveAll(folder) })
	server := demoServer()
	site, err := a.startDemo(ctx, server)
	if err != nil {
		return nil, err
	}
	a.demo = true
	a.flags.db = filepath.Join(folder, "demo.db")
	a.flags.credentials = ""
	keys := server.Credentials()
	document, err := demoDocument(folder, site, keys)
	if err != nil {
		return nil, err
	}
	opened, err := a.openStore(ctx)
	if err != nil {
		return nil, err
	}
	return &demoRoom{opened, document, map[string]string{"connection.public_key": keys.PublicKey, "connection.private_key": keys.PrivateKey}}, nil
}

// startDemo runs the simulated ConnectWise beside the command and gives its site.
func (a *app) startDemo(ctx context.Context, server *cwsim.Server) (string, error) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ready, ended := make(chan string, 1), make(chan error, 1)
	go func() { ended <- cwsim.ListenAndServe(ctx, "127.0.0.1:0", server, func(site string) { ready <- site }) }()
	select {
	case err := <-ended:
		cancel()
		return "", fmt.Errorf("start the simulated ConnectWise: %w", err)
	case site := <-ready:
		a.closers = append(a.closers, func() error { cancel(); return <-ended })
		return site, nil
	}
}

// demoDocument is the demo's set-up for the simulated ConnectWise at site, with the sample usage in folder.
func demoDocument(folder, site string, keys cwsim.Credentials) (*setup.Document, error) {
	if err := os.WriteFile(filepath.Join(folder, "usage.csv"), demoUsage, 0o600); err != nil {
		return nil, fmt.Errorf("write the sample usage: %w", err)
	}
	kinds, err := catalogue()
	if err != nil {
		return nil, err
	}
	document, err := setup.Parse([]byte(demoSetup), filepath.Join(folder, "setup.yaml"), kinds)
	if err != nil {
		return nil, errors.Join(errors.New("the demo's own set-up is not valid"), err)
	}
	document.Connection.Site, document.Connection.Company, document.Connection.ClientID = site, keys.Company, keys.ClientID
	return document, nil
}
