package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"simhook/simulator"
	"simhook/simulator/nearest"
)

// plainArgs says in simhook's words what cobra finds wrong with arguments.
func plainArgs(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			err := check(c, args)
			var m *simulator.Mistake
			if err == nil || errors.As(err, &m) {
				return err
			}
			for n := range args {
				if check(c, args[:n]) == nil && check(c, args[:n+1]) != nil {
					return &simulator.Mistake{Text: fmt.Sprintf("%q is one word too many", args[n]), Hint: c.UseLine()}
				}
			}
			return &simulator.Mistake{Text: err.Error(), Hint: c.CommandPath() + " --help shows what it takes"}
		}
	}
	for _, sub := range c.Commands() {
		plainArgs(sub)
	}
}

// knownTopics makes help and completion refuse what they do not know.
func knownTopics(root *cobra.Command) {
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Args = func(c *cobra.Command, args []string) error {
				at := c.Root()
				for _, word := range args {
					next := subcommand(at, word)
					if next == nil {
						return noCommand(at, word)
					}
					at = next
				}
				return nil
			}
		case "completion":
			c.Args = nil
			c.RunE = func(c *cobra.Command, args []string) error {
				if len(args) == 0 {
					return c.Help()
				}
				var shells []string
				for _, sub := range c.Commands() {
					shells = append(shells, sub.Name())
				}
				return &simulator.Mistake{Text: fmt.Sprintf("no completion for %q", args[0]), Hint: orHint(nearest.Hint(args[0], shells), "there are "+strings.Join(shells, ", "))}
			}
		}
	}
}

func subcommand(c *cobra.Command, name string) *cobra.Command {
	for _, sub := range c.Commands() {
		if sub.Name() == name {
			return sub
		}
	}
	return nil
}

func noCommand(c *cobra.Command, word string) error {
	var known []string
	for _, sub := range c.Commands() {
		known = append(known, sub.Name())
	}
	return &simulator.Mistake{Text: fmt.Sprintf("no command %q", word), Hint: orHint(nearest.Hint(word, known), c.CommandPath()+" --help lists them")}
}

// flagMistake says in simhook's words what is wrong with a flag.
func flagMistake(c *cobra.Command, err error) error {
	var (
		unknown *pflag.NotExistError
		missing *pflag.ValueRequiredError
		invalid *pflag.InvalidValueError
	)
	hint := c.CommandPath() + " --help lists the flags"
	switch {
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "":
		var known []string
		c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, "--"+f.Name) })
		flag := "--" + unknown.GetSpecifiedName()
		return &simulator.Mistake{Text: "unknown flag: " + flag, Hint: orHint(nearest.Hint(flag, known), hint)}
	case errors.As(err, &missing):
		name, _ := pflag.UnquoteUsage(missing.GetFlag())
		return &simulator.Mistake{Text: fmt.Sprintf("--%s has no value", missing.GetFlag().Name), Hint: fmt.Sprintf("write --%s %s", missing.GetFlag().Name, strings.ToUpper(name))}
	case errors.As(err, &invalid):
		return invalidValue(invalid.GetFlag(), invalid.GetValue())
	}
	return &simulator.Mistake{Text: err.Error(), Hint: hint}
}

func invalidValue(f *pflag.Flag, value string) error {
	wanted, hint := "value for it", ""
	switch f.Value.Type() {
	case "int", "uint64":
		wanted, hint = "whole number", fmt.Sprintf("such as --%s 3", f.Name)
	case "bool":
		wanted, hint = "yes or no", fmt.Sprintf("write --%s alone", f.Name)
	case "duration":
		wanted, hint = "length of time", fmt.Sprintf("such as --%s 5s", f.Name)
		if _, err := strconv.ParseFloat(value, 64); err == nil {
			hint = fmt.Sprintf("with its unit: --%s %ss", f.Name, value)
		}
	}
	return &simulator.Mistake{Text: fmt.Sprintf("--%s: %q is no %s", f.Name, value, wanted), Hint: hint}
}
