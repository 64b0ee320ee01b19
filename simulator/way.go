package simulator

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
)

// A Way is how one delivery goes over the wire, where that is not the plain way:
// cut off, dripping, framed otherwise, spelt otherwise. What is sent stays genuine,
// or what the delivery's [Fault] made of it.
type Way struct {
	Name   string // with a value: NAME=VALUE
	About  string // one sentence: what is done
	Takes  string // what a value behind NAME= means, and its default; "" takes none
	Expect Expect // of a genuine delivery that goes this way
	Why    string // where Expect is either: how sound receivers differ
	Source string // the RFC and its section
	// Cut says that the connection is cut before an answer is read. What the
	// receiver did is then unknown, and no answer can tell. It happens to the first
	// attempt only: a retry goes the plain way.
	Cut bool
	// Socket says that the way is one of connections, which a handler in this
	// process has none of.
	Socket bool

	lasts    time.Duration // how long the sender itself takes, beside the waiting
	missing  int           // bytes of the body that are not sent
	partial  bool          // the request is never whole
	reset    bool          // it is cut by RST, not by FIN
	covered  bool          // it is refused because the signature covers the body
	keeps    bool          // the connection is kept for the next delivery
	badFirst bool          // another request, which is refused, goes before it
	http2    bool
	with     func(w *Way, value string) error
	change   func(p *passage) error
	cast     func(w *Way, head, body []byte) ([]step, error)
}

// Ways lists every way, family by family. Names are for ever.
var Ways = slices.Concat(cutWays, slowWays, framingWays, spellingWays, connectionWays)

// WayNamed returns the way of that name, or of NAME=VALUE where it takes a value.
func WayNamed(name string) (*Way, error) {
	name, value, valued := strings.Cut(name, "=")
	var known []string
	for _, w := range Ways {
		known = append(known, w.Name)
		if w.Name != name {
			continue
		}
		switch {
		case !valued:
			return &w, nil
		case w.with == nil:
			return nil, &Mistake{fmt.Sprintf("way %s takes no value", name), "write --way " + name}
		}
		if err := w.with(&w, value); err != nil {
			return nil, &Mistake{fmt.Sprintf("way %s=%s: %v", name, value, err), "it takes " + w.Takes}
		}
		w.Name = name + "=" + value
		return &w, nil
	}
	return nil, &Mistake{fmt.Sprintf("no way %q", name), nearestOr(name, known, "simhook list --ways shows them all")}
}

// Expected returns what a sound receiver does with a delivery that goes this way,
// where it would do of with it the plain way, and how sound receivers differ.
// Without a way that is of.
func (w *Way) Expected(of Expect, v Variant) (expect Expect, why string) {
	switch {
	case w == nil || w.Expect == Accept || of == Refuse:
		return of, ""
	case w.covered && !coversBody.holds(v):
		return Either, "the signature does not cover the body, so that only the body's own form shows that it is another"
	case w.Expect == Refuse:
		return Refuse, ""
	}
	return Either, w.Why
}

// Judge says why a receipt is not what a sound receiver gives to a delivery that
// went this way; "" where it is. f and expect are those of the delivery, as for
// the function [Judge]. An answer that was cut off is no failure: it is unknown.
// To what no server need read, hanging up is a refusal, as are 501 and 505; to
// what is incomplete, so is silence.
func (w *Way) Judge(f *Fault, expect Expect, v Variant, r Receipt) string {
	if r.Unknown {
		return ""
	}
	if w == nil || r.Way == "" {
		return Judge(f, expect, r)
	}
	expect, _ = w.Expected(expect, v)
	var none *NoAnswerError
	switch {
	case w.Expect == Accept:
	case errors.As(r.Err, &none) && none.HungUp():
		return ""
	case none != nil && none.Connected && none.Timeout() && expect == Refuse:
		return ""
	case r.Err == nil && (r.Status == 501 || r.Status == 505):
		return ""
	case r.Satisfied && expect == Refuse && f == nil:
		return fmt.Sprintf("expected no effect, since %s; but it was accepted with %d", w.About, r.Status)
	}
	return Judge(f, expect, r)
}

// Wire returns the bytes that go over the wire: of the plain way without one. A
// way that has no such form, as HTTP/2, is an error; see [IsCannot].
func (w *Way) Wire(m *Message, target *url.URL, v Variant) ([]byte, error) {
	if w != nil && w.http2 {
		return nil, w.cannot("HTTP/2 is binary and has no text form")
	}
	return w.wire(m, target, v.signedLines())
}

func (w *Way) wire(m *Message, target *url.URL, signed []string) (all []byte, err error) {
	steps, err := w.steps(m, target, signed)
	for _, s := range steps {
		all = append(all, s.data...)
	}
	return all, err
}

// steps plans what is done on the connection. It is pure.
func (w *Way) steps(m *Message, target *url.URL, signed []string) ([]step, error) {
	if w == nil {
		return []step{send(Wire(m, target))}, nil
	}
	p := passageOf(m, target)
	p.signed = signed
	if w.change != nil {
		if err := w.change(p); err != nil {
			return nil, w.cannot(err.Error())
		}
	}
	if w.cast == nil {
		return []step{send(append(p.head(), p.body...))}, nil
	}
	steps, err := w.cast(w, p.head(), p.body)
	if err != nil {
		return nil, w.cannot(err.Error())
	}
	return steps, nil
}

func (w *Way) cannot(why string) error {
	return fmt.Errorf("way %s: %w", w.Name, &cannotError{Mistake{"cannot be gone here: " + why, "another way will do; simhook list --ways lists them"}})
}

// signedLines names the header lines that carry signatures.
func (v Variant) signedLines() (names []string) {
	for _, s := range v.Schemes {
		names = append(names, s.HeaderNames()...)
	}
	return names
}

// A wayTarget can send a message another way than the plain one.
type wayTarget interface {
	Target
	by(w *Way, signed []string) (Target, error)
}

// onWay sends by the way of a delivery.
func (s Sending) onWay(d Delivery) (Sending, error) {
	s.way, s.plain = d.Way, s.Target
	if d.Way == nil {
		return s, nil
	}
	t, ok := s.Target.(wayTarget)
	if !ok {
		return s, d.Way.cannot("this target sends as it does; a URL target goes it")
	}
	var err error
	s.Target, err = t.by(d.Way, d.Event.Variant.signedLines())
	return s, err
}

// afterCut sends plainly what a cut wire did not bring across.
func (s Sending) afterCut() Sending {
	if s.way != nil && s.way.Cut {
		s.Target, s.way = s.plain, nil
	}
	return s
}

func (t *handlerTarget) by(w *Way, signed []string) (Target, error) {
	if w.Socket {
		return nil, w.cannot("a handler in this process has no connection; a URL target goes it")
	}
	return &handlerTarget{t.address, t.handler, w, signed}, nil
}
