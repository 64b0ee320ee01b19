package main

import "github.com/spf13/cobra"

func newVerify(io streams) *cobra.Command {
	return &cobra.Command{Use: "verify [FILE]", Short: "Say why a captured request does or does not verify"}
}
