package exec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	stdexec "os/exec"
	"strings"
	"time"
	"unicode/utf8"

	"cwsync/syncer/source"
)

// grace is how long a program may take to end when it is told to, and how long after its end its output may still be held open.
const grace = 2 * time.Second

// Why a program is stopped.
var (
	errTimeLimit   = errors.New("time limit")
	errOutputLimit = errors.New("output limit")
)

// run starts the program and gives its output to use, while it runs. Whatever happens, the program and all that it started in its own process group
// have ended when run returns.
func (r *reader) run(ctx context.Context, use func(context.Context, io.Reader) error) error {
	env, secrets, err := r.environment(ctx)
	if err != nil {
		return err
	}
	caller := ctx
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ctx, cancel := context.WithTimeoutCause(ctx, r.timeLimit(), errTimeLimit)
	defer cancel()

	command := r.config.Options.List("command")
	cmd := stdexec.CommandContext(ctx, command[0], command[1:]...) // #nosec G204 -- the program that the set-up names, run with the rights of who wrote it; no shell reads its arguments
	cmd.Env, cmd.Dir, cmd.WaitDelay = env, r.config.Options.Text("folder", ""), grace
	grouped(cmd)
	out, in := io.Pipe()
	said := &tail{}
	printed := &limited{to: in, left: int64(r.config.Options.Number("output_limit", defaultOutput)) << 20, stop: func() { stop(errOutputLimit) }}
	cmd.Stdout, cmd.Stderr = printed, said
	if err := cmd.Start(); err != nil {
		if caller.Err() != nil {
			return caller.Err()
		}
		return r.fail(startReason(err), "check options.command and options.folder; a program without a folder in its name is looked for in PATH")
	}
	used := make(chan error, 1)
	go func() {
		err := use(ctx, out)
		if err != nil {
			stop(err)
		}
		_ = out.CloseWithError(io.ErrClosedPipe) // always nil; the program need not be heard further
		used <- err
	}()
	ended := cmd.Wait()
	stopped := context.Cause(ctx)
	endGroup(cmd)
	_ = in.CloseWithError(endOfOutput(ended)) // always nil
	useErr := <-used
	if caller.Err() != nil {
		return caller.Err()
	}
	o := outcome{stopped: stopped, ended: ended, used: useErr, printed: printed.any, said: said.text(secrets)}
	return without(secrets, r.judge(o))
}

func (r *reader) timeLimit() time.Duration {
	return r.config.Options.Duration("time_limit", defaultTime)
}

// errFailed is what the reader of the output of a program gets that failed: it may be half.
var errFailed = errors.New("the program failed")

func endOfOutput(ended error) error {
	if ended != nil {
		return errFailed
	}
	return io.EOF
}

// outcome is what came of a run.
type outcome struct {
	stopped error // why we ended it; nil: it ended by itself
	ended   error // of the program
	used    error // of the reading of its output
	printed bool
	said    string // the harmless end of its standard error
}

// judge says why a run failed, the first cause first: what stopped the program, how it ended, what is wrong with its output.
func (r *reader) judge(o outcome) error {
	switch {
	case errors.Is(o.stopped, errTimeLimit):
		return r.fail(fmt.Sprintf("was ended because it ran longer than %s", r.timeLimit())+o.said, "make it faster, or raise options.time_limit")
	case errors.Is(o.stopped, errOutputLimit):
		return r.fail(fmt.Sprintf("was ended because it printed more than %d MiB", r.config.Options.Number("output_limit", defaultOutput))+o.said, "print less, or raise options.output_limit")
	case o.stopped != nil:
		return o.stopped // what is wrong with the output, before its end
	case errors.Is(o.ended, stdexec.ErrWaitDelay):
		return r.fail("ended, but a process that it started still held its output, which may be cut short", "let the program wait for what it starts")
	case o.ended != nil:
		return r.fail("failed: "+endReason(o.ended)+o.said, "")
	case !o.printed:
		return r.fail("printed nothing"+o.said, "print at least the header row, or an empty list")
	}
	return o.used
}

// environment is all that the program gets to see, and the secrets in it.
func (r *reader) environment(ctx context.Context) (env, secrets []string, err error) {
	for _, name := range inherited {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	for name, value := range r.config.Options.Map("env") {
		env = append(env, name+"="+value)
	}
	for field, name := range r.config.Options.Map("secret_env") {
		value, err := r.config.Secret(ctx, field)
		if err != nil {
			return nil, nil, err
		}
		env, secrets = append(env, name+"="+value), append(secrets, value)
	}
	return env, secrets, nil
}

func startReason(err error) string {
	if start, ok := errors.AsType[*stdexec.Error](err); ok {
		err = start.Err
	}
	if path, ok := errors.AsType[*os.PathError](err); ok {
		err = path.Err
	}
	return "cannot be started: " + err.Error()
}

// endReason is how a program ended: "exit status 3", "signal: killed".
func endReason(err error) string {
	if exit, ok := errors.AsType[*stdexec.ExitError](err); ok {
		return exit.String()
	}
	return err.Error()
}

// limited stops the program when it prints too much.
type limited struct {
	to   io.Writer
	left int64
	any  bool
	stop func()
}

func (l *limited) Write(p []byte) (int, error) {
	l.any = l.any || len(p) > 0
	if l.left -= int64(len(p)); l.left < 0 {
		l.stop()
		return 0, errOutputLimit
	}
	return l.to.Write(p)
}

// tail keeps the end of what was written.
type tail struct{ kept []byte }

const mostTail = 16 << 10 // bytes: a secret that is shown in what follows is whole

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	if over := len(t.kept) - mostTail; over > 0 {
		t.kept = append(t.kept[:0], t.kept[over:]...)
	}
	return len(p), nil
}

// text is the last lines for a message: harmless, short, and without secrets.
func (t *tail) text(secrets []string) string {
	const most = 300
	said := hide(secrets, strings.ToValidUTF8(string(t.kept), "\uFFFD"))
	said = strings.Join(strings.Fields(said), " ")
	if over := utf8.RuneCountInString(said) - most; over > 0 {
		said = "…" + string([]rune(said)[over:])
	}
	if said == "" {
		return ""
	}
	return "; it said: " + source.CleanName(said)
}

// hide replaces secrets.
func hide(secrets []string, text string) string {
	for _, secret := range secrets {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "***")
		}
	}
	return text
}

// without hides secrets in the problems of what a program printed: it may have printed them.
func without(secrets []string, err error) error {
	if one, ok := errors.AsType[*source.ReadError](err); ok {
		one.Message, one.Hint = hide(secrets, one.Message), hide(secrets, one.Hint)
	}
	if many, ok := errors.AsType[*source.ReadErrors](err); ok {
		for _, one := range many.Problems {
			one.Message, one.Hint = hide(secrets, one.Message), hide(secrets, one.Hint)
		}
	}
	return err
}
