package signature

import (
	"fmt"
	"slices"
	"strings"
)

// found is what a message carries.
type found struct {
	signatures []string
	stamp      string
	stamped    bool
	id         string
	hasID      bool
	nonce      string
}

// read collects signatures, time and id.
func (s *Scheme) read(m *Message) (f found, err error) {
	for _, value := range s.place.values(m) {
		s.place.parse(value, &f)
	}
	for i := range s.carry {
		if value, ok := s.carry[i].get(m); ok {
			f.take(s.carry[i].value, value)
		}
	}
	if len(f.signatures) == 0 {
		if values := s.place.values(m); len(values) > 0 && strings.TrimSpace(strings.Join(values, "")) != "" {
			return f, fmt.Errorf("%w: %s has no %s", ErrMalformed, s.place.where(), s.place.form())
		}
		return f, fmt.Errorf("%w: %s is missing or empty", ErrNoSignature, s.place.where())
	}
	if s.signed.has("id") && !f.hasID {
		return f, ErrNoID
	}
	return f, nil
}

// take keeps what the parts of a template stand for in a value.
func (f *found) take(t *template, value string) {
	all, ok := t.read(value)
	for _, one := range all {
		if ok {
			f.set(one.part, value[one.from:one.to])
		}
	}
}

func (f *found) set(part, text string) {
	switch part {
	case "signature", "secret", "secret.base64": // a credential is its own signature
		if strings.TrimSpace(text) != "" {
			f.signatures = append(f.signatures, text)
		}
	case "timestamp":
		f.stamp, f.stamped = text, true
	case "id":
		f.id, f.hasID = text, text != ""
	case "nonce":
		f.nonce = text
	}
}

// values returns the text of every line that may hold signatures.
func (p *place) values(m *Message) []string {
	var all []string
	switch {
	case p.many == "number":
		for n := 0; ; n++ {
			v, ok := m.Header.Lookup(p.header(n))
			if !ok {
				return all
			}
			all = append(all, v)
		}
	case p.many == "headers":
		for n := range p.names {
			all = append(all, m.Header.Values(p.header(n))...)
		}
	case p.many == "repeat":
		all = m.Header.Values(p.Header)
	default:
		// Only the first line counts: receivers that let a proxy join two lines
		// would accept what a stranger put first (RFC 9110 section 5.3).
		if v, ok := p.get(m); ok {
			all = append(all, v)
		}
	}
	return all
}

func (p *place) parse(value string, f *found) {
	pieces := p.pieces(value)
	for i, piece := range pieces {
		if item := p.itemOf(pieces, i); item != nil {
			f.take(item, piece)
		}
	}
}

// pieces splits a value of the place into its items.
func (p *place) pieces(value string) []string {
	if len(p.items) == 0 {
		return []string{value}
	}
	return strings.Split(value, p.join)
}

// itemOf returns the template that a piece was written from: by its form, or,
// where an item without literals would fit anything, by its place in the list.
func (p *place) itemOf(pieces []string, i int) *template {
	if len(p.items) == 0 {
		return p.value
	}
	if slices.ContainsFunc(p.items, (*template).bare) {
		return p.itemAt(i, len(pieces))
	}
	for _, item := range p.items {
		if _, ok := item.read(pieces[i]); ok {
			return item
		}
	}
	return nil
}

// itemAt returns the item at place i of n, where the item with the signature
// stands as often as it must to make n.
func (p *place) itemAt(i, n int) *template {
	signs := slices.IndexFunc(p.items, func(t *template) bool { return t.has("signature") })
	if more := n - len(p.items); more > 0 && i > signs {
		i = max(signs, i-more)
	}
	if i >= len(p.items) {
		return nil
	}
	return p.items[i]
}

// where names the place for people.
func (p *place) where() string {
	if p.Header != "" {
		return p.header(0)
	}
	return p.slot.where()
}

func (s *slot) where() string {
	switch {
	case s.Header != "":
		return s.Header
	case s.Body != "":
		return "body member " + s.Body
	case s.Form != "":
		return "form field " + s.Form
	case s.Query != "":
		return "query parameter " + s.Query
	}
	return "the body"
}

// form shows what the place's value looks like.
func (p *place) form() string {
	if len(p.items) > 0 {
		return `"` + strings.Join(p.texts, p.join) + `"`
	}
	return `"` + or(p.Value, "{signature}") + `"`
}

// Where names the place of the scheme's signature for people: the header as the
// vendor spells it, or what else holds it.
func (s *Scheme) Where() string { return s.place.where() }
