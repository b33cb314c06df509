//go:build man

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// TestManPages writes a man page for each command into the folder that CWSYNC_MAN names; .ci/extras asks for them. They are dated by
// SOURCE_DATE_EPOCH, so that the same commit gives the same pages.
func TestManPages(t *testing.T) {
	folder := os.Getenv("CWSYNC_MAN")
	if folder == "" {
		t.Fatal("CWSYNC_MAN names no folder: run .ci/extras")
	}
	a := &app{}
	root := a.rootCommand()
	root.DisableAutoGenTag = true
	err := doc.GenManTree(root, &doc.GenManHeader{Section: "1", Source: "cwsync " + buildVersion().Version, Manual: "cwsync"}, folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, cmd := range everyCommand(root) {
		page, err := os.ReadFile(filepath.Join(folder, strings.ReplaceAll(cmd.CommandPath(), " ", "-")+".1"))
		if err != nil {
			t.Error(err)
			continue
		}
		for _, part := range []string{".SH NAME", ".SH SYNOPSIS"} {
			if !strings.Contains(string(page), part) {
				t.Errorf("the page of %s has no %s", cmd.CommandPath(), part)
			}
		}
	}
}

// everyCommand is cmd and all commands below it that help shows.
func everyCommand(cmd *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{cmd}
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			all = append(all, everyCommand(sub)...)
		}
	}
	return all
}
