package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"simhook/fixtures"
	"simhook/simulator"
	"simhook/simulator/nearest"
	"simhook/simulator/signature"
)

// Exit codes. They are for ever; the README has the table.
const (
	exitOK      = 0
	exitFailed  = 1 // a check or an expectation failed
	exitUsage   = 2 // usage or configuration
	exitAway    = 3 // target or probe away, or nothing judged
	exitFault   = 5 // simhook's own fault
	exitStopped = 130
)

// streams are what a command may read and write.
type streams struct {
	In       io.Reader
	Out, Err io.Writer
	Env      func(name string) (string, bool)
	Terminal bool // somebody looks at Err
}

// failure is an outcome with an exit code of its own. Without text it was said already.
type failure struct {
	code       int
	text, hint string
}

func (f *failure) Error() string { return f.text }

// run is the whole command: arguments in, exit code out.
func run(ctx context.Context, args []string, io streams) (code int) {
	defer func() {
		if p := recover(); p != nil {
			fmt.Fprintf(io.Err, "simhook: this is simhook's own fault: %v\n", p)
			if _, wanted := io.Env("SIMHOOK_DEBUG"); wanted {
				io.Err.Write(debug.Stack())
			} else {
				fmt.Fprintln(io.Err, "hint: SIMHOOK_DEBUG=1 shows where")
			}
			code = exitFault
		}
	}()
	root := newRoot(io)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if ctx.Err() != nil {
		fmt.Fprintln(io.Err, "simhook: interrupted")
		return exitStopped
	}
	return report(io, err)
}

func newRoot(io streams) *cobra.Command {
	root := &cobra.Command{
		Use:           "simhook",
		Short:         "Sends your webhook endpoint what the provider will send it one day",
		SilenceErrors: true,
		SilenceUsage:  true,
		Long: `simhook is the webhook provider: it makes the deliveries of Stripe, GitHub, Shopify,
Razorpay, Slack, Zoom and others exactly as they come over the wire, correctly signed
or spoiled on purpose, and sends them at your endpoint.

Exit codes: 0 done, nothing failed · 1 an expectation failed · 2 usage or configuration ·
3 target away · 5 simhook's own fault · 130 interrupted`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			known := []string{"send", "list", "verify", "demo", "version", "completion", "help"}
			return &simulator.Mistake{Text: fmt.Sprintf("no command %q", args[0]), Hint: orHint(nearest.Hint(args[0], known), "simhook --help lists them")}
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetIn(io.In)
	root.SetOut(io.Out)
	root.SetErr(io.Err)
	root.SetFlagErrorFunc(flagMistake)
	root.AddCommand(newSend(io), newList(io), newVerify(io), newDemo(io), newVersion(io))
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	plainArgs(root)
	return root
}

// plainArgs makes a mistake of what cobra says of a command's arguments.
func plainArgs(c *cobra.Command) {
	if check := c.Args; check != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			err := check(c, args)
			var m *simulator.Mistake
			if err != nil && !errors.As(err, &m) {
				return &simulator.Mistake{Text: err.Error(), Hint: c.CommandPath() + " --help shows what it takes"}
			}
			return err
		}
	}
	for _, sub := range c.Commands() {
		plainArgs(sub)
	}
}

// flagMistake gives a wrong flag the nearest right one.
func flagMistake(c *cobra.Command, err error) error {
	var known []string
	c.Flags().VisitAll(func(f *pflagFlag) { known = append(known, "--"+f.Name) })
	hint := c.CommandPath() + " --help lists the flags"
	if _, flag, found := strings.Cut(err.Error(), "unknown flag: "); found {
		hint = orHint(nearest.Hint(flag, known), hint)
	}
	return &simulator.Mistake{Text: err.Error(), Hint: hint}
}

// report says an error in one line, with its hint, and chooses the exit code.
func report(io streams, err error) int {
	if err == nil {
		return exitOK
	}
	code, hint := exitFault, ""
	var (
		f  *failure
		m  *simulator.Mistake
		fe *fixtures.FileError
		na *simulator.NoAnswerError
	)
	switch {
	case errors.As(err, &f):
		code, hint = f.code, f.hint
		if f.text == "" {
			return code
		}
	case errors.As(err, &m):
		code, hint = exitUsage, m.Hint
	case errors.As(err, &fe):
		code, hint = exitUsage, fe.Hint
	case errors.Is(err, signature.ErrNoPlace):
		code, hint = exitUsage, "the signature travels in the body; give one that has a place for it"
	case errors.As(err, &na):
		code = exitAway
	}
	fmt.Fprintf(io.Err, "simhook: %s\n", oneLine(err.Error()))
	if hint != "" {
		fmt.Fprintf(io.Err, "hint: %s\n", oneLine(hint))
	}
	return code
}

func oneLine(s string) string { return printable(strings.Join(strings.Fields(s), " ")) }

func orHint(hint, otherwise string) string {
	if hint != "" {
		return hint
	}
	return otherwise
}
