package simulator

import (
	"fmt"
	"math/rand/v2"
	"time"

	"simhook/simulator/signature"
)

// A Delivery is one planned sending of one event.
type Delivery struct {
	Event Event
	Fault *Fault // nil: genuine
	// Other is an event of the same provider whose signature [Fault] may take.
	Other *Event
	// URL is the address that schemes sign which sign the URL.
	URL string
	// Keys are the endpoint's: the current one first, then those that still
	// count while the secret rolls. Without keys nothing is signed.
	Keys []signature.Key
	Seed uint64 // chooses what a fault changes
}

// A Signing is a delivery just before it is signed: what a fault may bend so
// that the signature is genuine for something else.
type Signing struct {
	Message *Message
	Schemes []*signature.Scheme
	Keys    []signature.Key
	At      time.Time
	Other   *Event
	Rand    *rand.Rand
}

// A Spoiling is a delivery just after it was signed.
type Spoiling struct {
	Message *Message
	Schemes []*signature.Scheme
	Keys    []signature.Key
	At      time.Time
	Now     time.Time // when it is really sent
	Other   *Message  // the other event, genuinely signed at the same time
	Rand    *rand.Rand
}

// Prepare makes the message of a delivery as it would go out at the time now:
// fault before the signature, signature, fault after it. The same arguments give
// the same bytes.
func Prepare(d Delivery, now time.Time) (*Message, error) {
	m, at, err := d.sign(d.Event, now, d.before())
	if err != nil {
		return nil, err
	}
	if d.Fault == nil || d.Fault.After == nil {
		return m, nil
	}
	s := &Spoiling{Message: m, Schemes: d.Event.Variant.Schemes, Keys: d.Keys, At: at, Now: now, Rand: d.rand()}
	if d.Other != nil {
		if s.Other, _, err = d.sign(*d.Other, now, nil); err != nil {
			return nil, err
		}
	}
	if err := d.Fault.After(s); err != nil {
		return nil, fmt.Errorf("fault %s: %w", d.Fault.Name, err)
	}
	return m, nil
}

func (d Delivery) rand() *rand.Rand { return rand.New(rand.NewPCG(d.Seed, 0x73696d686f6f6b)) }

func (d Delivery) before() func(*Signing) error {
	if d.Fault == nil {
		return nil
	}
	return d.Fault.Before
}

func (d Delivery) sign(ev Event, now time.Time, bend func(*Signing) error) (*Message, time.Time, error) {
	m := &Message{Method: ev.Method, URL: d.URL, Header: append(Header(nil), ev.Header...), Body: append([]byte(nil), ev.Body...), ID: ev.ID}
	s := &Signing{Message: m, Schemes: ev.Variant.Schemes, Keys: d.Keys, At: now, Other: d.Other, Rand: d.rand()}
	if bend != nil {
		if err := bend(s); err != nil {
			return nil, now, fmt.Errorf("fault %s: %w", d.Fault.Name, err)
		}
	}
	for _, scheme := range s.Schemes {
		if len(s.Keys) == 0 && scheme.Keyed() {
			continue
		}
		if err := signOnce(scheme, s.Keys, m, s.At); err != nil {
			return nil, now, err
		}
	}
	m.Header = filled(m.Header)
	return m, s.At, nil
}

func signOnce(scheme *signature.Scheme, keys []signature.Key, m *Message, at time.Time) error {
	if len(keys) == 0 {
		keys = []signature.Key{{}}
	}
	signer, err := scheme.Signer(keys...)
	if err != nil {
		return err
	}
	return signer.Sign(m, at)
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
