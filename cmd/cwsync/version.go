package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"time"

	"cwsync/ui/report"

	"github.com/spf13/cobra"
)

// version and commit are set by the release build (-ldflags -X).
var (
	version = ""
	commit  = ""
)

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Say which build this is", Args: exactly(0, ""),
		RunE: func(*cobra.Command, []string) error {
			build := buildVersion()
			if a.flags.json {
				return a.print(report.VersionJSON(build))
			}
			_, err := fmt.Fprintf(a.out, "cwsync %s (commit %s, %s, %s)\n", build.Version, build.Commit, build.Go, build.Platform)
			return err
		},
	}
}

// buildVersion is what the release build set, else what Go noted of a build from source.
func buildVersion() report.Version {
	build := report.Version{Version: version, Commit: commit, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	info, ok := debug.ReadBuildInfo()
	if ok && build.Version == "" && info.Main.Version != "" && info.Main.Version != "(devel)" {
		build.Version = info.Main.Version
	}
	if ok {
		for _, setting := range info.Settings {
			switch setting.Key {
			case "vcs.revision":
				if build.Commit == "" {
					build.Commit = setting.Value
				}
			case "vcs.time":
				if built, err := time.Parse(time.RFC3339, setting.Value); err == nil {
					build.Built = built
				}
			}
		}
	}
	if build.Version == "" {
		build.Version = "development"
	}
	if build.Commit == "" {
		build.Commit = "unknown"
	}
	return build
}
