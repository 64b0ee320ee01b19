package main

import (
	"github.com/spf13/cobra"

	"simhook/fixtures"
	"simhook/fixtures/receiver"
	"simhook/simulator"
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

// completeFlags completes the values of those flags of a command that take a
// name out of a list.
func completeFlags(c *cobra.Command) {
	for flag, names := range map[string]func(c *cobra.Command, args []string) []string{
		"fault":    faultNames,
		"variant":  variantNames,
		"way":      func(*cobra.Command, []string) []string { return wayNames() },
		"bug":      func(*cobra.Command, []string) []string { return bugNames() },
		"provider": func(*cobra.Command, []string) []string { return fixtures.Names() },
		"output":   func(*cobra.Command, []string) []string { return []string{"text", "json"} },
		"mode":     func(*cobra.Command, []string) []string { return fixtures.Modes },
		"language": func(*cobra.Command, []string) []string { return fixtures.Languages() },
		"speed":    func(*cobra.Command, []string) []string { return []string{"max", "60", "3600"} },
	} {
		if c.Flags().Lookup(flag) != nil {
			c.RegisterFlagCompletionFunc(flag, func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
				return names(c, args), cobra.ShellCompDirectiveNoFileComp
			})
		}
	}
}

// faultNames are those that the provider can commit, or all.
func faultNames(c *cobra.Command, args []string) (names []string) {
	p := packOf(c, args)
	for i := range simulator.Faults {
		f := &simulator.Faults[i]
		if p != nil {
			variant, _ := c.Flags().GetString("variant")
			v, err := p.Provider.Variant(variant)
			if _, _, notFor := p.Provider.ExpectOf(f, v); err == nil && notFor != "" {
				continue
			}
		}
		names = append(names, f.Name)
	}
	return names
}

func variantNames(c *cobra.Command, args []string) (names []string) {
	if p := packOf(c, args); p != nil {
		for _, v := range p.Provider.Variants {
			names = append(names, v.Name)
		}
	}
	return names
}

// packOf is the pack that a command line names, or nil.
func packOf(c *cobra.Command, args []string) *fixtures.Pack {
	name := ""
	if len(args) > 0 {
		name = args[0]
	}
	if flag := c.Flags().Lookup("provider"); flag != nil {
		name = flag.Value.String()
	}
	if p, err := fixtures.Load(name); err == nil {
		return p
	}
	return nil
}

func bugNames() (names []string) {
	for _, b := range receiver.Bugs {
		names = append(names, b.Name)
	}
	return names
}
