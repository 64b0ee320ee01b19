package signature

import "strings"

// A Field is one header line, its name spelt as it stands on the wire.
type Field struct{ Name, Value string }

// A Header is the header lines of one message in their order. Names keep their
// spelling; look-ups ignore case, as HTTP does.
type Header []Field

// Get returns the value of the first line of that name, or "".
func (h Header) Get(name string) string {
	v, _ := h.Lookup(name)
	return v
}

// Lookup returns the value of the first line of that name and whether there is one.
func (h Header) Lookup(name string) (string, bool) {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return f.Value, true
		}
	}
	return "", false
}

// Values returns the values of all lines of that name, in order.
func (h Header) Values(name string) []string {
	var all []string
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			all = append(all, f.Value)
		}
	}
	return all
}

// Set gives the first line of that name a new value, in its place, and removes
// the others. Without such a line it appends one.
func (h *Header) Set(name, value string) {
	for i, f := range *h {
		if strings.EqualFold(f.Name, name) {
			(*h)[i].Value = value
			rest := (*h)[i+1:]
			*h = append((*h)[:i+1], without(rest, name)...)
			return
		}
	}
	h.Add(name, value)
}

// Add appends a line, whether or not the name is there already.
func (h *Header) Add(name, value string) { *h = append(*h, Field{name, value}) }

// Del removes every line of that name.
func (h *Header) Del(name string) { *h = without(*h, name) }

func without(h Header, name string) Header {
	kept := h[:0]
	for _, f := range h {
		if !strings.EqualFold(f.Name, name) {
			kept = append(kept, f)
		}
	}
	return kept
}

// A Message is one webhook request as bytes: what is signed is what is sent.
type Message struct {
	Method string
	// URL is the address as the provider has it configured. Schemes that sign
	// the URL sign this one, even where the message is dialled elsewhere.
	URL    string
	Header Header
	Body   []byte
	// ID is the id that some schemes sign, such as webhook-id.
	ID string
	// Query is what schemes wrote into the query of URL, such as bodySHA256=…
	// It travels with the message, even where that is dialled elsewhere.
	Query string
}

// Clone returns a copy that shares nothing with m.
func (m *Message) Clone() *Message {
	c := *m
	c.Header = append(Header(nil), m.Header...)
	c.Body = append([]byte(nil), m.Body...)
	return &c
}
