package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"time"

	"simhook/simulator"
	"simhook/simulator/signature"
)

// play carries the plan out, shows the timeline and writes the record.
func (t *telling) play(ctx context.Context) error {
	speed, _ := parseSpeed(t.flags.speed)
	p := &played{telling: t, line: simulator.NewTimeline(t.plan.Start)}
	p.line.Named = len(t.endpoints) > 1
	p.waiting = newWaiting(t.io, orDuration(t.flags.timeout, t.endpoints[0].pack.Provider.Patience))
	if err := p.openRecord(); err != nil {
		return err
	}
	if t.flags.output == "text" {
		t.sayBefore()
	}
	err := simulator.Play(ctx, t.plan, simulator.Playing{Speed: speed, Patience: t.flags.timeout, Began: p.began, Ended: p.ended, Waits: p.waits})
	p.waiting.close()
	if closeErr := p.closeRecord(err); err == nil {
		err = closeErr
	}
	p.sum(err)
	if err != nil {
		return err
	}
	return p.verdict()
}

// played is what came of a plan so far.
type played struct {
	*telling
	line     *simulator.Timeline
	recorder *simulator.Recorder // nil: no record
	file     *os.File
	waiting  *waiting
	attempts []toldJSON
	gone     *simulator.Attempt // the last that found nobody there
}

func (p *played) openRecord() (err error) {
	f := p.flags
	if f.record == "" {
		return nil
	}
	if p.file, err = createPrivate(f.record); err != nil {
		return &simulator.Mistake{Text: fmt.Sprintf("--record %s: %s", f.record, plainFileError(err))}
	}
	p.recorder = simulator.NewRecorder(p.file)
	p.recorder.KeepSecrets = f.keepSecrets
	course, err := json.Marshal(p.course)
	if err != nil {
		return err
	}
	speed, _ := parseSpeed(f.speed)
	meta := simulator.Meta{Version: versionText(), Name: p.course.Name, Seed: p.plan.Seed, Run: p.plan.Run, Start: p.plan.Start, Speed: speed, Course: course}
	for i, e := range p.endpoints {
		v, _ := e.pack.Provider.Variant(e.setup.Variant)
		digest, err := e.pack.Digest()
		if err != nil {
			return err
		}
		meta.Endpoints = append(meta.Endpoints, simulator.MetaEndpoint{Pack: digest, Name: p.plan.Endpoints[i].Name, Provider: e.pack.Provider.Name, Variant: v.Name, URL: e.target.Address(), Own: e.own != nil})
	}
	p.recorder.Meta(meta)
	return nil
}

func (p *played) closeRecord(told error) error {
	if p.recorder == nil {
		return nil
	}
	p.recorder.End(told)
	err := p.recorder.Err()
	if closeErr := p.file.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return &failure{exitFault, fmt.Sprintf("the record %s is not whole: %v", p.flags.record, err), ""}
	}
	return nil
}

func (p *played) began(a *simulator.Attempt) {
	p.waiting.begin(0)
	p.line.Began(a)
	if p.recorder != nil {
		p.recorder.Began(a)
	}
}

func (p *played) ended(a *simulator.Attempt) {
	p.waiting.over()
	for _, e := range p.endpoints {
		e.count()
	}
	if p.recorder != nil {
		p.recorder.Ended(a)
	}
	if a.Outcome() == "away" && !a.Missed {
		p.gone = a
	}
	if p.flags.output == "json" {
		p.attempts = append(p.attempts, newToldJSON(a, p.line.Ended(a)))
		return
	}
	fmt.Fprintln(p.io.Out, p.line.Line(a))
}

// shortWait is a wait that goes by without a word.
const shortWait = time.Second

func (p *played) waits(provider, real time.Duration) {
	if p.recorder != nil {
		p.recorder.Waits(provider, real)
	}
	if real >= shortWait && p.flags.output == "text" {
		fmt.Fprintln(p.io.Out, simulator.WaitLine(provider, real))
	}
}

// verdict: told to the end, or nobody was there.
func (p *played) verdict() error {
	c := p.line.Counts
	if p.gone == nil || c.Acknowledged+c.Refused+c.Unknown > 0 {
		return nil
	}
	i := slices.IndexFunc(p.plan.Endpoints, func(e simulator.Endpoint) bool { return e.Name == p.gone.Endpoint })
	return away(p.plan.Endpoints[i].Target.Address(), p.gone.Receipt)
}

// sayBefore says what is told to whom, and under which name it can be told again.
func (t *telling) sayBefore() {
	for i, e := range t.endpoints {
		if e.own == nil && e.keys.source == "test" && slices.ContainsFunc(t.variant(i).Schemes, (*signature.Scheme).Keyed) {
			t.note(fmt.Sprintf("signed with the public test %s of %s; your endpoint must use it too, or give yours", keyWordOf(t.variant(i)), e.pack.Provider.Title))
		}
	}
	fmt.Fprintf(t.io.Out, "%s  run %s, seed %d\n", t.course.Name, t.plan.Run, t.plan.Seed)
	if t.course.About != "" {
		fmt.Fprintf(t.io.Out, "%s\n", printable(t.course.About))
	}
	for i, e := range t.plan.Endpoints {
		fmt.Fprintf(t.io.Out, "to %s: %s\n", e.Name, place(t.endpoints[i].target))
	}
	fmt.Fprintln(t.io.Out)
}

func (t *telling) variant(i int) simulator.Variant {
	v, _ := t.endpoints[i].pack.Provider.Variant(t.endpoints[i].setup.Variant)
	return v
}

func keyWordOf(v simulator.Variant) string {
	if slices.ContainsFunc(v.Schemes, func(s *signature.Scheme) bool { return s.Keyed() && !s.Asymmetric() }) {
		return "secret"
	}
	return "key"
}
