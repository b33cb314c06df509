package ui

import (
	"reflect"

	tea "charm.land/bubbletea/v2"
)

// doneMsg is what a command gave, with what is to be done after it.
type doneMsg struct {
	msg  tea.Msg
	then []tea.Cmd // the rest of a sequence
}

// begin starts commands aside, as the full screen's program would.
func (p *prompts) begin(cmds ...tea.Cmd) error {
	for _, cmd := range cmds {
		p.start(cmd, nil)
	}
	return p.ctx.Err()
}

func (p *prompts) start(cmd tea.Cmd, then []tea.Cmd) {
	if cmd == nil {
		if len(then) > 0 {
			p.start(then[0], then[1:])
		}
		return
	}
	p.busy++
	go func() {
		select {
		case p.done <- doneMsg{cmd(), then}:
		case <-p.over:
		}
	}()
}

// do starts commands and waits until they and all that follows from them are done.
func (p *prompts) do(cmds ...tea.Cmd) error {
	if err := p.begin(cmds...); err != nil {
		return err
	}
	return p.settle()
}

// settle takes messages until nothing is under way any more, and prints what is new. When the program is to end it waits for the end of a sync,
// which stops between two writes, and for nothing else.
func (p *prompts) settle() error {
	ended := p.ctx.Done()
	p.arrived()
	for p.busy > 0 {
		select {
		case done := <-p.done:
			p.busy--
			if err := p.take(done); err != nil {
				return err
			}
			p.arrived()
			p.current().heard()
			if ended == nil && !p.app.desk.writing {
				return p.ctx.Err()
			}
		case <-ended:
			if !p.app.desk.writing {
				return p.ctx.Err()
			}
			ended = nil // its end is still to come
			p.say("Stopping: waiting for the writes in flight, so that nothing is left unknown.")
		}
	}
	return p.ctx.Err()
}

// take routes what a command gave, and asks where the step has a question.
func (p *prompts) take(done doneMsg) error {
	switch cmds, isSequence := inOrder(done.msg); {
	case isSequence:
		if _, isBatch := done.msg.(tea.BatchMsg); !isBatch {
			p.start(nil, cmds)
			break
		}
		for _, cmd := range cmds {
			p.start(cmd, nil)
		}
	case done.msg != nil:
		_, cmd := p.app.Update(done.msg)
		p.start(cmd, nil)
	}
	p.start(nil, done.then)
	p.notice()
	if asked := p.app.question; asked != nil {
		p.app.question = nil
		yes, err := p.confirm(asked.askMsg)
		if err != nil {
			return err
		}
		if yes {
			p.start(asked.then, nil)
		}
	}
	return nil
}

// inOrder are the commands of a sequence, whose type is the library's own.
func inOrder(msg tea.Msg) ([]tea.Cmd, bool) {
	value := reflect.ValueOf(msg)
	if !value.IsValid() || value.Kind() != reflect.Slice || value.Type().Elem() != reflect.TypeFor[tea.Cmd]() {
		return nil, false
	}
	cmds := make([]tea.Cmd, value.Len())
	for i := range cmds {
		cmds[i], _ = reflect.TypeAssert[tea.Cmd](value.Index(i))
	}
	return cmds, true
}
