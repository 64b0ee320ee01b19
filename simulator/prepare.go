package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"time"

	"simhook/simulator/signature"
)

// A Delivery is one planned sending of one event.
type Delivery struct {
	Event Event
	Fault *Fault // nil: genuine
	Way   *Way   // how it goes over the wire; nil: plainly
	// Other is an event of the same provider whose signature [Fault] may take.
	Other *Event
	// URL is the address that schemes sign which sign the URL.
	URL string
	// Keys are the endpoint's: the current one first, then those that still
	// count while the secret rolls. Without keys nothing is signed.
	Keys []signature.Key
	Seed uint64 // spreads the waits between attempts
}

// A Signing is a delivery just before it is signed: what a fault may bend so
// that the signature is genuine for something else.
type Signing struct {
	Message *Message
	Schemes []*signature.Scheme
	Keys    []signature.Key
	At      time.Time
	// Stamp is signed and carried as the time instead of At; nil: At is.
	Stamp *string
}

// A Spoiling is a delivery just after it was signed.
type Spoiling struct {
	Message *Message
	Schemes []*signature.Scheme
	Keys    []signature.Key
	At      time.Time
	Now     time.Time // when it is really sent
	URL     string    // the address that a genuine delivery is signed for
	Other   *Message  // the other event, genuinely signed at the same time
}

// Prepare makes the message of a delivery as it would go out at the time now:
// fault before the signature, signature, fault after it. The same arguments give
// the same bytes. A fault that leaves a genuine delivery is an error, as is one
// that has nothing to hold on to; see [IsCannot].
func Prepare(d Delivery, now time.Time) (*Message, error) {
	if d.Fault == nil {
		m, _, err := d.sign(d.Event, now, nil)
		return m, err
	}
	m, err := d.spoilt(now)
	if err != nil {
		var own *cannotError
		if errors.As(err, &own) {
			err = fmt.Errorf("fault %s: %w", d.Fault.Name, err)
		}
		return nil, err
	}
	if genuine, _, err := d.sign(d.Event, now, nil); err == nil && sentAlike(m, genuine) {
		return nil, fmt.Errorf("fault %s: %w", d.Fault.Name, errCannot("the delivery stays genuine"))
	}
	return m, nil
}

func (d Delivery) spoilt(now time.Time) (*Message, error) {
	if len(d.Keys) == 0 {
		return nil, errCannot("without a key nothing is signed")
	}
	m, at, err := d.sign(d.Event, now, d.Fault.Before)
	if err != nil || d.Fault.After == nil {
		return m, err
	}
	s := &Spoiling{Message: m, Schemes: d.Event.Variant.Schemes, Keys: d.Keys, At: at, Now: now, URL: d.URL}
	if d.Other != nil {
		if s.Other, _, err = d.sign(*d.Other, now, nil); err != nil {
			return nil, err
		}
	}
	err = d.Fault.After(s)
	if errors.Is(err, signature.ErrNoPlace) {
		err = errCannot(err.Error())
	}
	return m, err
}

// sentAlike says whether two messages go over the wire as the same bytes.
func sentAlike(a, b *Message) bool {
	return a.Method == b.Method && a.Query == b.Query && slices.Equal(a.Header, b.Header) && bytes.Equal(a.Body, b.Body)
}

func (d Delivery) sign(ev Event, now time.Time, bend func(*Signing) error) (*Message, time.Time, error) {
	m := &Message{Method: ev.Method, URL: d.URL, Header: append(Header(nil), ev.Header...), Body: append([]byte(nil), ev.Body...), ID: ev.ID}
	for _, f := range signature.FormFields(ev.Query) {
		m.URL = signature.WithQuery(m.URL, f.Name, f.Value)
	}
	m.Query = ev.Query
	s := &Signing{Message: m, Schemes: ev.schemes(), Keys: d.Keys, At: now}
	if bend != nil {
		if err := bend(s); err != nil {
			return nil, now, err
		}
	}
	for _, scheme := range s.Schemes {
		if len(s.Keys) == 0 && scheme.Keyed() {
			continue
		}
		if err := s.signOnce(scheme); err != nil {
			return nil, now, err
		}
	}
	m.Header = filled(m.Header)
	return m, s.At, nil
}

func (s *Signing) signOnce(scheme *signature.Scheme) error {
	keys := s.Keys
	if len(keys) == 0 {
		keys = []signature.Key{{}}
	}
	signer, err := scheme.Signer(keys...)
	if err != nil {
		return err
	}
	if s.Stamp != nil {
		signer.SetTime(*s.Stamp)
	}
	return signer.Sign(s.Message, s.At)
}

// filled drops header lines without a value: the marks of signatures that this
// variant or endpoint does not send.
func filled(h Header) Header {
	kept := h[:0]
	for _, f := range h {
		if f.Value != "" {
			kept = append(kept, f)
		}
	}
	return kept
}
