package main

import (
	"errors"
	"regexp"
	"slices"
	"strings"

	"cwsync/syncer"

	"github.com/adrg/strutil/metrics"
	"github.com/spf13/cobra"
)

// exactly refuses any other number of arguments.
func exactly(n int, names string) cobra.PositionalArgs { return between(n, n, names) }

// between refuses fewer than low and more than high arguments.
func between(low, high int, names string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < low:
			return usageOf(cmd, "%s needs %s", cmd.CommandPath(), names)
		case len(args) > high && high == 0:
			return usageOf(cmd, "%s takes no argument, got %q", cmd.CommandPath(), args[0])
		case len(args) > high:
			return usageOf(cmd, "%s takes only %s, got also %q", cmd.CommandPath(), names, args[high])
		}
		return nil
	}
}

// subcommand refuses every argument of a command that only has subcommands: what is left over is the name of none.
func subcommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	stop := usageOf(cmd, "there is no command %q", strings.TrimPrefix(cmd.CommandPath()+" "+args[0], cmd.Root().Name()+" "))
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	if name := nearest(args[0], names); name != "" {
		stop.Problem.Hint = "did you mean `" + cmd.CommandPath() + " " + name + "`?"
	}
	return stop
}

func needsSubcommand(cmd *cobra.Command, _ []string) error {
	var names []string
	for _, sub := range cmd.Commands() {
		names = append(names, sub.Name())
	}
	return usageOf(cmd, "%s needs one of %s", cmd.CommandPath(), strings.Join(names, ", "))
}

// usageOf is a wrong use of one command.
func usageOf(cmd *cobra.Command, format string, args ...any) *syncer.Stop {
	stop := usageError(format, args...)
	if cmd.HasParent() {
		stop.Problem.Hint = "`" + cmd.CommandPath() + " --help` shows how it is used"
	}
	return stop
}

// flagError puts what the flag parser says into our words.
func flagError(cmd *cobra.Command, err error) error {
	stop := usageOf(cmd, "%s", flagMessage(err.Error()))
	var unknown interface{ GetSpecifiedName() string }
	if errors.As(err, &unknown) {
		if name := nearest(unknown.GetSpecifiedName(), namesOfFlags(cmd)); name != "" {
			stop.Problem.Hint = "did you mean --" + name + "?"
		}
	}
	return stop
}

var (
	flagNames   = regexp.MustCompile(`(?m)^ +(?:-\w, )?--([\w-]+)`)
	badValue    = regexp.MustCompile(`^invalid argument (".*") for "(?:-\w, )?(--[\w-]+)" flag: (.*)$`)
	wantedValue = map[string]string{
		"strconv.ParseInt": "a whole number", "strconv.ParseBool": "true or false", "time": "a time such as 90s, 5m or 1h",
	}
)

// flagMessage says what a value should be instead of which function refused it.
func flagMessage(text string) string {
	match := badValue.FindStringSubmatch(text)
	if match == nil {
		return text
	}
	reason, _, _ := strings.Cut(match[3], ":")
	if wanted := wantedValue[reason]; wanted != "" {
		return match[2] + " " + match[1] + " is not " + wanted
	}
	return match[2] + " " + match[1] + ": " + match[3]
}

// farthest is how many letters may be wrong in what is still taken for a slip of the fingers.
const farthest = 2

// nearest finds the name that was meant; empty when none is near.
func nearest(given string, names []string) string {
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, "-", "")) }
	if at := slices.IndexFunc(names, func(name string) bool { return plain(name) == plain(given) }); at >= 0 {
		return names[at]
	}
	best, distance := "", farthest+1
	for _, name := range names {
		d := metrics.NewLevenshtein().Distance(given, name)
		if strings.HasPrefix(name, given) && len(given) >= 2 {
			d = 1
		}
		if d < distance && d < len(name) {
			best, distance = name, d
		}
	}
	return best
}

// emptyFlag refuses a flag that is given without a value, as a variable of a script that was never set gives it: it would count as not given,
// and the command would do something else than what was meant.
func emptyFlag(cmd *cobra.Command) error {
	for _, name := range namesOfFlags(cmd) {
		flag := cmd.Flags().Lookup(name)
		if flag == nil || !flag.Changed {
			continue
		}
		values := []string{flag.Value.String()}
		if list, several := flag.Value.(interface{ GetSlice() []string }); several {
			values = list.GetSlice()
		}
		if slices.Contains(values, "") {
			return usageOf(cmd, "--%s is given without a value", name)
		}
	}
	return nil
}

func namesOfFlags(cmd *cobra.Command) (names []string) {
	for _, line := range flagNames.FindAllStringSubmatch(cmd.Flags().FlagUsages()+cmd.InheritedFlags().FlagUsages(), -1) {
		names = append(names, line[1])
	}
	return names
}
