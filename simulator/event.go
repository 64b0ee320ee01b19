package simulator

import (
	"time"

	"simhook/simulator/signature"
)

// Message, Header and Field are the request as bytes; see package signature.
type (
	Message = signature.Message
	Header  = signature.Header
	Field   = signature.Field
)

// An Event is one thing that happened at the provider. Body is final: the bytes
// that are signed are the bytes that are sent.
type Event struct {
	Provider *Provider
	Variant  Variant
	Type     string // "payment_intent.succeeded"
	ID       string // what a receiver deduplicates on
	Object   string // the id of the thing it is about; may be empty
	Created  time.Time
	Method   string
	Header   Header // names as on the wire; an empty value marks where a signature goes
	Body     []byte
	Query    string // joins the address's own; empty but where a handshake asks in it
	Unsigned bool   // the provider signs this one with no key
	// OffSchema lists changes that the provider would not make itself.
	OffSchema []string
}

// schemes are what the event is signed by.
func (e *Event) schemes() []*signature.Scheme {
	if e.Unsigned {
		return nil
	}
	return e.Variant.Schemes
}
