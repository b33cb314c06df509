package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// commonFlags and requestFlags are the flags that help shows in groups of their own, in this order.
var (
	commonFlags  = []string{"profile", "db", "credentials", "json", "verbose", "log-level", "log-format", "no-color", "help"}
	requestFlags = []string{"concurrency", "max-rpm", "timeout", "retry-for", "settle", "lock-wait"}
)

// addHelp makes help and completion refuse what they do not know, as every other command does.
func (a *app) addHelp(root *cobra.Command) {
	root.SetUsageFunc(showUsage)
	root.SetHelpCommand(&cobra.Command{
		Use: "help [COMMAND]", Short: "Show how a command is used",
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			var names []cobra.Completion
			if found, _, err := root.Find(args); err == nil {
				for _, sub := range found.Commands() {
					if sub.IsAvailableCommand() {
						names = append(names, cobra.CompletionWithDesc(sub.Name(), sub.Short))
					}
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(_ *cobra.Command, args []string) error {
			found, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return subcommand(found, append(rest, args...)[:1])
			}
			return found.Help()
		},
	})
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() != "completion" {
			continue
		}
		cmd.Short, cmd.Args, cmd.RunE = "Print the completion script of a shell", subcommand, needsSubcommand
		for _, shell := range cmd.Commands() {
			shell.Args = exactly(0, "")
		}
	}
}

// showUsage writes what help shows below the description.
func showUsage(cmd *cobra.Command) error {
	var text strings.Builder
	text.WriteString("Usage:\n")
	if cmd.Runnable() && (cmd.HasParent() && !cmd.HasAvailableSubCommands() || !cmd.HasParent()) {
		text.WriteString("  " + cmd.UseLine() + "\n")
	}
	if cmd.HasAvailableSubCommands() {
		text.WriteString("  " + cmd.CommandPath() + " COMMAND\n")
	}
	if cmd.HasExample() {
		text.WriteString("\nExamples:\n" + cmd.Example + "\n")
	}
	if cmd.HasAvailableSubCommands() {
		text.WriteString("\nCommands:\n")
		for _, sub := range cmd.Commands() {
			if sub.IsAvailableCommand() {
				fmt.Fprintf(&text, "  %-*s  %s\n", sub.NamePadding(), sub.Name(), sub.Short)
			}
		}
	}
	writeFlags(&text, cmd)
	if cmd.HasAvailableSubCommands() {
		text.WriteString("\n`" + cmd.CommandPath() + " COMMAND --help` says more about a command.\n")
	}
	_, err := fmt.Fprint(cmd.OutOrStdout(), text.String())
	return err
}

// writeFlags writes the flags in groups: the command's own first.
func writeFlags(text *strings.Builder, cmd *cobra.Command) {
	own := new(cobra.Command).Flags()
	own.SortFlags = false
	own.AddFlagSet(cmd.LocalFlags())
	requests, common := new(cobra.Command).Flags(), new(cobra.Command).Flags()
	requests.SortFlags, common.SortFlags = false, false
	named := map[string]bool{}
	for _, name := range requestFlags {
		if flag := cmd.Flags().Lookup(name); flag != nil {
			requests.AddFlag(flag)
			named[name] = true
		}
	}
	for _, name := range commonFlags {
		if flag := cmd.Flag(name); flag != nil {
			common.AddFlag(flag)
			named[name] = true
		}
	}
	for _, group := range []struct{ title, flags string }{
		{"Flags", without(own.FlagUsages(), named)},
		{"Flags of commands that talk to ConnectWise", requests.FlagUsages()},
		{"Flags of every command", common.FlagUsages()},
	} {
		if group.flags != "" {
			text.WriteString("\n" + group.title + ":\n" + group.flags)
		}
	}
}

// without leaves out the lines of named flags.
func without(usages string, named map[string]bool) string {
	var kept strings.Builder
	for line := range strings.Lines(usages) {
		if match := flagNames.FindStringSubmatch(line); match == nil || !named[match[1]] {
			kept.WriteString(line)
		}
	}
	return kept.String()
}
