package main

import (
	"cmp"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"simhook/fixtures"
	"simhook/simulator"
)

type listFlags struct {
	packDir, output, search string
	variant                 string
	faults, retries, names  bool
	listWays, listScenarios bool
}

func newList(io streams) *cobra.Command {
	f := &listFlags{}
	c := &cobra.Command{
		Use:   "list [PROVIDER]",
		Short: "List providers, events, stories, scenarios, faults",
		Long: `List the providers; of one provider its events, stories, variants and every fact of its wire
with how it is known: captured, run, sdk, documented, reported, inferred or memory.`,
		Example: "  simhook list\n  simhook list stripe\n  simhook list github --search review\n  simhook list shopify --retries\n  simhook list --faults\n  simhook list --ways\n  simhook list --scenarios\n  simhook list gitlab --faults --variant both",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return (&listing{f, io}).run(args)
		},
		ValidArgsFunction: completeProvider,
	}
	flags := c.Flags()
	flags.StringVar(&f.packDir, "pack", "", "list the pack of your own in this `DIR`")
	flags.StringVar(&f.output, "output", "text", "text or json")
	flags.StringVar(&f.variant, "variant", "", "the faults of this manner of the provider, `NAME` (default its first)")
	flags.StringVar(&f.search, "search", "", "only events with this `WORD` in their name")
	flags.BoolVar(&f.faults, "faults", false, "the faults, and what a sound receiver does with each")
	flags.BoolVar(&f.retries, "retries", false, "the provider's retry schedules")
	flags.BoolVar(&f.listWays, "ways", false, "the ways over the wire, and what a sound receiver does with each")
	flags.BoolVar(&f.listScenarios, "scenarios", false, "the scenarios that simhook run tells; of one provider, why it cannot tell some")
	flags.BoolVar(&f.names, "names", false, "only the names of the events, one a line")
	return c
}

type listing struct {
	flags *listFlags
	io    streams
}

func (l *listing) run(args []string) error {
	f := l.flags
	if f.output != "text" && f.output != "json" {
		return &simulator.Mistake{Text: fmt.Sprintf("--output %q", f.output), Hint: "text or json"}
	}
	if f.listWays {
		return l.ways()
	}
	if f.listScenarios && len(args) == 0 && f.packDir == "" {
		return l.scenarios(nil)
	}
	packs, err := l.packs(args)
	if err != nil {
		return err
	}
	one := len(args) == 1 || f.packDir != ""
	switch {
	case f.listScenarios:
		return l.scenarios(packs[0])
	case !one && f.narrows() != "" && (f.output == "text" || f.narrows() != "--search"):
		return &simulator.Mistake{Text: f.narrows() + ": of which provider?", Hint: "such as simhook list github " + f.narrows() + map[bool]string{true: " review"}[f.narrows() == "--search"]}
	case f.variant != "" && !one:
		return &simulator.Mistake{Text: "--variant " + f.variant + ": of which provider?", Hint: "such as simhook list shopify --faults --variant events"}
	case f.output == "json" && f.retries:
		return l.retriesJSON(packs)
	case f.output == "json":
		return l.json(packs)
	case f.faults && !one:
		return l.allFaults()
	case !one:
		return l.providers(packs)
	case f.faults:
		return l.faultsOf(packs[0])
	case f.names:
		return l.names(packs[0])
	case f.retries:
		return l.retries(packs[0])
	}
	return l.provider(packs[0])
}

// narrows is the flag that is about the events or schedules of one provider.
func (f *listFlags) narrows() string {
	switch {
	case f.search != "":
		return "--search"
	case f.names:
		return "--names"
	case f.retries:
		return "--retries"
	}
	return ""
}

func (l *listing) packs(args []string) ([]*fixtures.Pack, error) {
	if l.flags.packDir != "" {
		p, err := (&providerFlags{packDir: l.flags.packDir}).pack(strings.Join(args, ""))
		return []*fixtures.Pack{p}, err
	}
	names := args
	if len(names) == 0 {
		if l.flags.faults && l.flags.output == "text" {
			return nil, nil
		}
		names = fixtures.Names()
	}
	var packs []*fixtures.Pack
	for _, name := range names {
		p, err := fixtures.Load(name)
		if err != nil {
			return nil, err
		}
		packs = append(packs, p)
	}
	return packs, nil
}

// table writes aligned columns.
func (l *listing) table(rows func(row func(cells ...any))) error {
	w := tabwriter.NewWriter(l.io.Out, 0, 4, 2, ' ', 0)
	rows(func(cells ...any) {
		texts := make([]string, len(cells))
		for i, c := range cells {
			texts[i] = fmt.Sprint(c)
		}
		fmt.Fprintln(w, strings.TrimRight(strings.Join(texts, "\t"), "\t"))
	})
	return w.Flush()
}

func (l *listing) providers(packs []*fixtures.Pack) error {
	return l.table(func(row func(...any)) {
		for _, p := range packs {
			row(p.Provider.Name, fmt.Sprintf("%d events", len(p.Events())), fmt.Sprintf("%d stories", len(p.Stories())), p.About)
		}
	})
}

// matches says whether an event has the searched word in its name.
func (l *listing) matches(event string) bool {
	return strings.Contains(strings.ToLower(event), strings.ToLower(l.flags.search))
}

func (l *listing) events(p *fixtures.Pack) []string {
	found := []string{}
	for _, name := range p.Events() {
		if l.matches(name) {
			found = append(found, name)
		}
	}
	if len(found) == 0 {
		fmt.Fprintf(l.io.Err, "simhook: no event of %s has %q in its name\n", p.Provider.Name, l.flags.search)
	}
	return found
}

// groups shows the events by family, with what is to say of each.
func (l *listing) groups(p *fixtures.Pack) error {
	fmt.Fprintf(l.io.Out, "\nevents (%d)\n", len(p.Events()))
	return l.table(func(row func(...any)) {
		for _, g := range p.Groups() {
			row("  " + cmp.Or(g.Name, "others"))
			for _, name := range g.Events {
				row("    "+name, p.AboutEvent(name))
			}
		}
	})
}

func (l *listing) names(p *fixtures.Pack) error {
	for _, name := range l.events(p) {
		fmt.Fprintln(l.io.Out, name)
	}
	return nil
}

func (l *listing) provider(p *fixtures.Pack) error {
	out := l.io.Out
	if l.flags.search != "" {
		return l.names(p)
	}
	fmt.Fprintln(out, strings.TrimSpace(p.Provider.Title+"  "+p.Provider.Docs))
	if secret := testSecret(p); secret != "" {
		fmt.Fprintf(out, "test secret  %s  (public; used where none is given)\n", secret)
	}
	if err := l.groups(p); err != nil {
		return err
	}
	if len(p.Stories()) > 0 {
		fmt.Fprintln(out, "\nstories (simhook run STORY --provider "+p.Provider.Name+" tells one)")
	}
	err := l.table(func(row func(...any)) {
		for _, name := range p.Stories() {
			story, _ := p.StoryNamed(name)
			row("  "+name, story.About)
		}
	})
	fmt.Fprintln(out, "\nvariants")
	l.table(func(row func(...any)) {
		for _, v := range p.Provider.Variants {
			row("  "+v.Name, v.About)
		}
	})
	fmt.Fprintln(out, "\nthe wire, and how it is known")
	l.table(func(row func(...any)) {
		for _, f := range p.Provider.Facts {
			row("  "+f.Name, clip(f.Value, 60), f.Evidence, clip(f.Source, 90))
		}
	})
	return err
}

func (l *listing) allFaults() error {
	return l.table(func(row func(...any)) {
		for _, f := range simulator.Faults {
			row(f.Name, f.Expect, f.About)
		}
	})
}

func (l *listing) faultsOf(p *fixtures.Pack) error {
	v, err := p.Provider.Variant(l.flags.variant)
	if err != nil {
		return err
	}
	return l.table(func(row func(...any)) {
		for i := range simulator.Faults {
			f := &simulator.Faults[i]
			expect, why, notFor := p.Provider.ExpectOf(f, v)
			if notFor != "" {
				row(f.Name, "not here", notFor)
				continue
			}
			row(f.Name, expect, strings.TrimSuffix(f.About+"; "+why, "; "))
		}
	})
}
