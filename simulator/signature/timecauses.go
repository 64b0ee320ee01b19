package signature

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// late says by how much, counted as Verify does.
func (t *trial) late(v Verdict, err error) Cause {
	for _, unit := range []struct {
		name string
		at   time.Time
	}{{"milliseconds", time.UnixMilli(v.At.Unix())}, {"seconds", time.Unix(v.At.UnixMilli(), 0)}} {
		if off := t.now.Sub(unit.at).Abs(); off < 366*24*time.Hour {
			return Cause{"time-unit", fmt.Sprintf("the signature is right, but its time is in %s, and %s is what is read", unit.name, t.s.clock.name), "send and read the time in the unit that is documented"}
		}
	}
	if t.s.fresh(v.At, t.now) == nil {
		return Cause{"stale", "the signature is right, but its token has expired: " + strings.TrimPrefix(err.Error(), ErrStale.Error()+": "), "verify when the delivery arrives, not later; a capture is verified with --now at its own time"}
	}
	now := t.now
	if v.At.Nanosecond() == 0 {
		now = now.Truncate(time.Second)
	}
	age := now.Sub(v.At).Round(time.Second)
	if errors.Is(err, ErrFuture) {
		return Cause{"future", fmt.Sprintf("the signature is right, but %v ahead of the clock here: %v more than the %v that are allowed", -age, -age-t.s.tolerance, t.s.tolerance), "compare the two clocks; a capture is verified with --now at its own time"}
	}
	return Cause{"stale", fmt.Sprintf("the signature is right, but %v old: %v more than the %v that are allowed", age, age-t.s.tolerance, t.s.tolerance), "verify when the delivery arrives, not later; a capture is verified with --now at its own time"}
}

// timeCauses looks for the time that was signed: in another form, or within a
// day of the one that is carried, as far as the budget goes.
func (t *trial) timeCauses() []Cause {
	f, err := t.s.read(t.m)
	if err != nil || !t.s.signed.has("timestamp") {
		return nil
	}
	try := t.timeTrial(f)
	for _, at := range times(f.stamp) {
		for _, c := range clocks {
			if text := string(c.append(nil, at)); text != f.stamp && try(at, text) {
				return []Cause{{"time-unit", fmt.Sprintf("the time was signed as %s and sent as %q", c.name, clip(f.stamp)), "sign the text that is sent"}}
			}
		}
	}
	at, err := t.s.clock.parse(f.stamp)
	if err != nil {
		return nil
	}
	for off := 1; off <= 24*60*60; off++ {
		for _, seconds := range []int{off, -off} {
			if !t.spend() {
				return nil
			}
			if signed := at.Add(time.Duration(seconds) * time.Second); try(signed, t.s.FormatTime(signed)) {
				return []Cause{{"time-replaced", fmt.Sprintf("it was signed at %s, %v away from the time that it carries", t.s.FormatTime(signed), time.Duration(off)*time.Second), "the time must arrive as it was signed; a fresh time under an old signature is a replay"}}
			}
		}
	}
	return nil
}

// timeTrial returns a function that says whether the message was signed at a time.
func (t *trial) timeTrial(f found) func(at time.Time, stamp string) bool {
	if t.s.Asymmetric() {
		return func(at time.Time, stamp string) bool {
			in := &input{m: t.m, at: at, clock: t.s.clock, stamp: []byte(stamp), id: f.id, nonce: f.nonce}
			_, err := t.s.match(in, f, t.keys)
			return err == nil
		}
	}
	var signers []*Signer
	for _, key := range t.keys {
		if sg, err := t.signer(f, key); err == nil && key.Secret != "" {
			signers = append(signers, sg)
		}
	}
	return func(at time.Time, stamp string) bool {
		return slices.ContainsFunc(signers, func(sg *Signer) bool {
			text, err := t.at(sg, at, stamp)
			return err == nil && slices.Contains(f.signatures, string(text))
		})
	}
}

// times reads a time in every form that it fits.
func times(text string) (all []time.Time) {
	for _, c := range clocks {
		if at, err := c.parse(or(text, " ")); err == nil {
			all = append(all, at)
		}
	}
	return all
}

// pairCauses tries two mistakes together.
func (t *trial) pairCauses() []Cause {
	t.left = max(t.left, budget/2)
	urls := t.urls()
	for _, url := range urls {
		m := t.withURL(url)
		for suspect := range t.suspects() {
			if t.spend() && t.fits(m, []Key{suspect.Key}) {
				return []Cause{suspect.Cause, t.urlCause(url)}
			}
		}
	}
	for form := range t.bodies() {
		if t.left <= 0 {
			return nil
		}
		m := t.withBody(form.body)
		for suspect := range t.suspects() {
			if t.spend() && t.fits(m, []Key{suspect.Key}) {
				return []Cause{suspect.Cause, form.Cause}
			}
		}
		for _, url := range urls {
			m.URL = url
			if t.spend() && t.fits(m, t.keys) {
				return []Cause{form.Cause, t.urlCause(url)}
			}
		}
	}
	return nil
}
