package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"simhook/fixtures/describe"
	"simhook/simulator"
)

// importFlags are the flags of import.
type importFlags struct {
	name, out, mapFile string
	maps               []string
	force              bool
}

func newImport(io streams) *cobra.Command {
	f := &importFlags{}
	c := &cobra.Command{
		Use:   "import FILE|DIR --name NAME",
		Short: "Write a pack from a provider's own description",
		Long: `Write a pack from a provider's own description, and say what it does not tell.

Read are OpenAPI 3.0 and 3.1, as JSON or YAML: webhooks, x-webhooks and callbacks, or schemas that
--map gives to events; a JSON Schema; and a folder of JSON Schemas named after the events, such as
order.paid.json. A $ref leads into the same file or to one below the same folder: nothing is fetched.

The pack works at once with simhook send --pack, unsigned: a description seldom tells how deliveries
are signed. No signature is invented; what is missing is printed, and marked in the pack.`,
		Example: `  simhook import openapi.yaml --name acme
  simhook import openapi.json --name acme --map order.paid=OrderPaidEvent --map order.refunded=OrderRefundedEvent
  simhook import schemas/ --name acme --out testdata/acme
  simhook send acme order.paid --pack acme`,
		Args: func(_ *cobra.Command, args []string) error {
			switch len(args) {
			case 1:
				return nil
			case 0:
				return &simulator.Mistake{Text: "import what? a file or a folder is missing", Hint: "such as simhook import openapi.yaml --name acme"}
			}
			return &simulator.Mistake{Text: fmt.Sprintf("%q is one word too many", args[1]), Hint: "simhook import FILE|DIR --name NAME"}
		},
		RunE: func(c *cobra.Command, args []string) error { return f.run(io, args[0]) },
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.name, "name", "", "what the provider is called, `NAME`: small letters, digits, - and _")
	flags.StringVar(&f.out, "out", "", "write the pack into this `DIR` (default the name)")
	flags.StringArrayVar(&f.maps, "map", nil, "this event carries that schema, `EVENT=SCHEMA`; once for each event, and these events alone are made")
	flags.StringVar(&f.mapFile, "map-file", "", "the same from a YAML `FILE` with lines such as order.paid: OrderPaidEvent; - reads standard input")
	flags.BoolVar(&f.force, "force", false, "replace provider.yaml, shapes.txt and values.yaml of a pack that is there")
	return c
}

func (f *importFlags) run(io streams, path string) error {
	if f.name == "" {
		return &simulator.Mistake{Text: "what is the provider called?", Hint: "add --name, such as --name acme"}
	}
	if err := describe.CheckName(f.name); err != nil {
		return err
	}
	if path == "-" && f.mapFile == "-" {
		return &simulator.Mistake{Text: "standard input can be read once only"}
	}
	source := describe.Source{Path: path}
	var err error
	if source.Map, err = f.choices(io); err != nil {
		return err
	}
	if path == "-" {
		if source.Stdin, err = readInput(io.In, "", path); err != nil {
			return err
		}
	}
	d, err := describe.Read(source)
	if err != nil {
		return err
	}
	dir := orHint(f.out, f.name)
	if err := d.Write(dir, f.name, f.force); err != nil {
		return err
	}
	f.say(io.Out, d, dir)
	return nil
}

// choices reads --map and --map-file.
func (f *importFlags) choices(io streams) (all []describe.Choice, err error) {
	if f.mapFile != "" {
		data, err := readInput(io.In, "--map-file ", f.mapFile)
		if err != nil {
			return nil, err
		}
		if all, err = describe.ReadMap(f.mapFile, data); err != nil {
			return nil, err
		}
	}
	for _, text := range f.maps {
		event, schema, ok := strings.Cut(text, "=")
		if !ok || event == "" || schema == "" {
			return nil, &simulator.Mistake{Text: fmt.Sprintf("--map %s is no EVENT=SCHEMA", text), Hint: "such as --map order.paid=OrderPaidEvent"}
		}
		if slices.ContainsFunc(all, func(c describe.Choice) bool { return c.Event == event }) {
			return nil, &simulator.Mistake{Text: fmt.Sprintf("the event %q is mapped twice", event), Hint: "an event carries one schema"}
		}
		all = append(all, describe.Choice{Event: event, Schema: schema})
	}
	return all, nil
}

// say tells what was written, what is missing, and what to do next.
func (f *importFlags) say(out io.Writer, d *describe.Description, dir string) {
	events := d.Events()
	const most = 8
	shown := strings.Join(events[:min(most, len(events))], ", ")
	if len(events) > most {
		shown += fmt.Sprintf(" and %d more", len(events)-most)
	}
	plural := "s"
	if len(events) == 1 {
		plural = ""
	}
	fmt.Fprintf(out, "%s: %d event%s: %s\n", printable(dir), len(events), plural, printable(shown))
	for _, text := range d.Missing() {
		fmt.Fprintf(out, "missing  %s\n", printable(text))
	}
	const mostNotes = 20
	for _, text := range d.Notes[:min(mostNotes, len(d.Notes))] {
		fmt.Fprintf(out, "note     %s\n", printable(text))
	}
	if more := len(d.Notes) - mostNotes; more > 0 {
		fmt.Fprintf(out, "note     and %d more like these\n", more)
	}
	fmt.Fprintf(out, "next     simhook send %s %s --pack %s\n", f.name, shellWord(events[0]), shellWord(dir))
}

// shellWord is a word of a command line, quoted where it must be.
func shellWord(s string) string {
	if strings.ContainsFunc(s, func(c rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@%+=,-", c)
	}) {
		return quoted(s)
	}
	return s
}
