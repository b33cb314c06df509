package psa

import (
	"context"

	"cwsync/cwclient"
	"cwsync/syncer/billing"
)

// PSA is one ConnectWise as one API member. It is safe for concurrent use.
type PSA struct {
	client *cwclient.Client
	server *once[billing.Server]
	cycles *once[map[int]billing.Cycle]
}

// New makes a PSA that talks through client; it sends nothing.
func New(client *cwclient.Client) *PSA {
	p := &PSA{client: client}
	p.server = newOnce(p.readServer)
	p.cycles = newOnce(p.readCycles)
	return p
}

// Server is what ConnectWise says of itself, asked for once. Errors are *billing.Failure.
func (p *PSA) Server(ctx context.Context) (billing.Server, error) {
	server, err := p.server.get(ctx)
	if err != nil {
		return billing.Server{}, serverTask.failure(err)
	}
	return server, nil
}

func (p *PSA) readServer(ctx context.Context) (billing.Server, error) {
	info, err := p.client.System.Info(ctx)
	if err != nil {
		return billing.Server{}, err
	}
	return billing.Server{Version: info.Version, TimeZone: info.ServerTimeZone}, nil
}

// once is a value that is read when it is first needed. Those who need it meanwhile wait for that reading; one that failed is not kept.
type once[T any] struct {
	turn  chan struct{} // holds a token while somebody reads
	read  func(context.Context) (T, error)
	known bool
	value T
}

func newOnce[T any](read func(context.Context) (T, error)) *once[T] {
	return &once[T]{turn: make(chan struct{}, 1), read: read}
}

// get gives the value. Its errors are those of the reading, or of a context that ends while waiting for it.
func (o *once[T]) get(ctx context.Context) (T, error) {
	select {
	case o.turn <- struct{}{}:
	case <-ctx.Done():
		var none T
		return none, ctx.Err()
	}
	defer func() { <-o.turn }()
	if !o.known {
		value, err := o.read(ctx)
		if err != nil {
			return value, err
		}
		o.value, o.known = value, true
	}
	return o.value, nil
}
