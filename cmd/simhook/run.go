package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"simhook/fixtures"
	"simhook/simulator"
	"simhook/simulator/signature"
)

// Exit codes. They are for ever; the README has the table.
const (
	exitOK      = 0
	exitFailed  = 1 // a check or an expectation failed
	exitUsage   = 2 // usage or configuration
	exitAway    = 3 // target or probe away, or nothing judged
	exitFault   = 5 // simhook's own fault, or its output is lost
	exitStopped = 130
)

// streams are what a command may read and write.
type streams struct {
	In       io.Reader
	Out, Err io.Writer
	Env      func(name string) (string, bool)
	Terminal bool // somebody looks at Err

	OutTerminal bool // somebody looks at Out
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
	out := &keeper{w: io.Out}
	io.Out, io.In = out, &patientReader{ctx, io.In}
	root := newRoot(io)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if ctx.Err() != nil {
		fmt.Fprintln(io.Err, "simhook: interrupted")
		return exitStopped
	}
	return report(io, out.outcome(err))
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
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return noCommand(c, args[0])
		},
		PersistentPreRunE: noEmptyFlags,
		RunE:              func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetIn(io.In)
	root.SetOut(io.Out)
	root.SetErr(io.Err)
	root.SetFlagErrorFunc(flagMistake)
	root.AddCommand(newSend(io), newRun(io), newList(io), newVerify(io), newDemo(io), newImport(io), newShow(io), newVersion(io))
	for _, c := range root.Commands() {
		completeFlags(c)
	}
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	root.Version = versionText()
	root.SetVersionTemplate("{{.Version}}\n")
	knownTopics(root)
	plainArgs(root)
	return root
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
	fmt.Fprintf(io.Err, "simhook: %s\n", oneLine(shortened(err.Error())))
	if hint != "" {
		fmt.Fprintf(io.Err, "hint: %s\n", oneLine(shortened(hint)))
	}
	return code
}

// shortened clips long words of the user's that an error repeats.
func shortened(text string) string {
	return longWords.ReplaceAllStringFunc(text, func(word string) string {
		if quoted, ok := strings.CutPrefix(word, `"`); ok {
			return `"` + clip(strings.TrimSuffix(quoted, `"`), 60) + `"`
		}
		return clip(word, 300)
	})
}

var longWords = regexp.MustCompile(`"(?:[^"\\]|\\.){61,}"|\S{301,}`)

func oneLine(s string) string { return printable(strings.Join(strings.Fields(s), " ")) }

func orHint(hint, otherwise string) string {
	if hint != "" {
		return hint
	}
	return otherwise
}
