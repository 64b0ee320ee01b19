package main

import (
	"github.com/spf13/cobra"

	"simhook/fixtures"
)

// completeProvider completes the first word after list.
func completeProvider(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
	if len(args) > 0 {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return fixtures.Names(), cobra.ShellCompDirectiveNoFileComp
}

// completeSend completes a provider, then one of its events.
func completeSend(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
	if len(args) != 1 {
		return completeProvider(c, args, word)
	}
	p, err := fixtures.Load(args[0])
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	return p.Events(), cobra.ShellCompDirectiveNoFileComp
}
