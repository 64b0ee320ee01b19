package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// version is set by the release build.
var version = "dev"

func newVersion(io streams) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintln(io.Out, versionText())
			return nil
		},
	}
}

// versionText names the release or, where there is none, the commit.
func versionText() string {
	v := version
	if info, ok := debug.ReadBuildInfo(); ok && v == "dev" {
		v += revision(info.Settings)
	}
	return fmt.Sprintf("simhook %s %s %s/%s", v, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func revision(settings []debug.BuildSetting) (text string) {
	for _, s := range settings {
		switch {
		case s.Key == "vcs.revision":
			text = " " + s.Value[:min(12, len(s.Value))] + text
		case s.Key == "vcs.modified" && s.Value == "true":
			text += "+changed"
		}
	}
	return text
}
