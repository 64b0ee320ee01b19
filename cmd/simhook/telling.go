package main

import (
	"context"
	"fmt"
	"strings"

	"simhook/fixtures"
	"simhook/scenarios"
	"simhook/simulator"
)

// telling is one run of run.
type telling struct {
	flags     *tellFlags
	io        streams
	args      []string
	recorded  []string // NAME=URL, from the record of --plan
	course    *scenarios.Course
	endpoints []*endpoint
	told      scenarios.Telling
	plan      *simulator.Plan
}

// endpoint is one that the course is told to.
type endpoint struct {
	name   string // "": the first
	pack   *fixtures.Pack
	keys   keySet
	own    *embedded // nil where --to is given
	made   tally     // what own made of deliveries so far
	pages  *keyPages // nil: the provider serves nothing
	target simulator.Target
	setup  scenarios.Setup
}

func (t *telling) run(ctx context.Context) error {
	defer t.close()
	for _, step := range []func() error{t.check, t.find, t.aim, t.makePlan} {
		if err := step(); err != nil {
			return err
		}
	}
	if t.flags.dryRun {
		return t.show()
	}
	return t.play(ctx)
}

func (t *telling) close() {
	for _, e := range t.endpoints {
		if e.pages != nil {
			e.pages.close()
		}
	}
}

func (t *telling) note(text string) { fmt.Fprintln(t.io.Err, "simhook: "+text) }

// check refuses flags that contradict each other before anything is done.
func (t *telling) check() error {
	f := t.flags
	switch {
	case f.output != "text" && f.output != "json":
		return &simulator.Mistake{Text: fmt.Sprintf("--output %q", f.output), Hint: "text or json"}
	case f.timeout < 0:
		return &simulator.Mistake{Text: "--timeout is negative", Hint: "such as --timeout 5s"}
	case f.keepSecrets && f.record == "":
		t.note("--keep-secrets has no effect without --record")
	}
	for _, one := range f.signedURLs {
		_, address := namedValue(one, nil)
		if err := checkSignedURL(address); err != nil {
			return err
		}
	}
	var err error
	if t.told.Start, err = parseNow(f.now); err != nil {
		return err
	}
	t.told.Run = orHint(f.run, fixtures.FreshRun())
	t.told.Speed, err = parseSpeed(f.speed)
	return err
}

// packOf loads a provider's pack: that of --pack where it is the one.
func (t *telling) packOf(name string) (*fixtures.Pack, error) {
	if t.flags.packDir != "" && (name == "" || name == t.flags.provider) {
		p, err := fixtures.LoadDir(t.flags.packDir)
		if err == nil && name != "" && name != p.Provider.Name {
			return nil, &simulator.Mistake{Text: fmt.Sprintf("the pack in %s is %q, not %q", t.flags.packDir, p.Provider.Name, name)}
		}
		return p, err
	}
	return fixtures.Load(name)
}

// makePlan plans the course.
func (t *telling) makePlan() (err error) {
	f := t.flags
	switch p := t.endpoints[0].pack.Provider; {
	case f.retry && !p.Retry.Retries():
		t.note(fmt.Sprintf("--retry has no effect: %s does not try again", p.Title))
	case f.retry:
		t.course.Retry = true
	}
	t.told.Others = map[string]scenarios.Setup{}
	for i, e := range t.endpoints {
		if i == 0 {
			t.told.To = e.setup
		} else {
			t.told.Others[e.name] = e.setup
		}
	}
	t.plan, err = t.course.Plan(t.told)
	return err
}

// namedValue splits NAME=VALUE, where the name is one of names, or where names is
// nil looks like one.
func namedValue(text string, names []string) (name, value string) {
	before, after, ok := strings.Cut(text, "=")
	if !ok {
		return "", text
	}
	if names == nil && !strings.ContainsAny(before, ":/?") {
		return before, after
	}
	for _, n := range names {
		if n == before {
			return before, after
		}
	}
	return "", text
}
