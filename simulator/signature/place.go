package signature

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// slot is a compiled Slot.
type slot struct {
	Slot
	value *template
}

// place is a compiled Place.
type place struct {
	slot
	items []*template
	texts []string // the items as they were written
	join  string
	many  string
	names []string
}

// ErrNoPlace means that the body lacks the member or field a scheme writes to.
var ErrNoPlace = errors.New("the body has no place for it")

func (s *Scheme) compilePlaces() (err error) {
	if s.place, err = compilePlace(s.Place, s.Engine); err != nil {
		return err
	}
	for i, c := range s.Carry {
		compiled, err := compileSlot(fmt.Sprintf("carry[%d]", i), c, "")
		if err != nil {
			return err
		}
		s.carry = append(s.carry, compiled)
	}
	if s.signed.has("id") && !s.carries("id") {
		return &SpecError{"carry", "{id} is signed but nothing carries it", "add a carry slot with value {id}"}
	}
	if s.signed.has("timestamp") && !s.carries("timestamp") {
		return &SpecError{"carry", "{timestamp} is signed but nothing carries it", "add a carry slot with value {timestamp}"}
	}
	if s.signed.has("nonce") && !s.carries("nonce") {
		return &SpecError{"carry", "{nonce} is signed but nothing carries it", "add a carry slot with value {nonce}"}
	}
	if s.tolerance > 0 && !s.Timed() {
		return &SpecError{"tolerance", "no {timestamp} is signed or carried", "remove the tolerance, or sign a {timestamp}"}
	}
	return nil
}

// carries says whether a receiver can read the part back from the message.
func (s *Scheme) carries(part string) bool {
	for _, t := range s.place.templates() {
		if t.has(part) {
			return true
		}
	}
	for _, c := range s.carry {
		if c.value.has(part) {
			return true
		}
	}
	for _, c := range s.claims {
		if c.value.has(part) {
			return true
		}
	}
	return false
}

func compileSlot(member string, s Slot, otherwise string) (slot, error) {
	set := 0
	for _, is := range []bool{s.Header != "", s.Body != "", s.Form != "", s.Query != "", s.Whole} {
		if is {
			set++
		}
	}
	if set != 1 {
		return slot{}, &SpecError{member, fmt.Sprintf("names %d places", set), "give exactly one of header, body, form, query, whole"}
	}
	text := or(s.Value, otherwise)
	if text == "" {
		return slot{}, &SpecError{member + ".value", "the value is missing", `such as "{timestamp}"`}
	}
	value, err := parseTemplate(member+".value", text)
	return slot{s, value}, err
}

func compilePlace(p Place, engine string) (place, error) {
	if p.Many == "headers" && p.Header == "" && len(p.Headers) > 0 {
		p.Header = p.Headers[0]
	}
	base, err := compileSlot("place", p.Slot, "{signature}")
	if err != nil {
		return place{}, err
	}
	c := place{slot: base, texts: p.Items, join: p.Join, many: p.Many, names: p.Headers}
	if len(p.Items) > 0 {
		if c.join == "" {
			return place{}, &SpecError{"place.join", "items need a join", `such as ","`}
		}
		c.many = or(c.many, "join")
		for i, item := range p.Items {
			t, err := parseTemplate(fmt.Sprintf("place.items[%d]", i), item)
			if err != nil {
				return place{}, err
			}
			c.items = append(c.items, t)
		}
	}
	if err := c.check(engine); err != nil {
		return place{}, err
	}
	return c, nil
}

func (p *place) check(engine string) error {
	ways := []string{"", "join", "repeat", "number", "headers"}
	known := false
	for _, w := range ways {
		known = known || w == p.many
	}
	switch {
	case !known:
		return unknown("place.many", "way", p.many, ways[1:])
	case p.many == "join" && len(p.items) == 0:
		return &SpecError{"place.many", "join needs items", `give items and join, such as ["v1,{signature}"] and " "`}
	case (p.many == "repeat" || p.many == "number" || p.many == "headers") && p.Header == "":
		return &SpecError{"place.many", p.many + " needs a header", "name it in place.header"}
	case p.many == "headers" && len(p.names) == 0:
		return &SpecError{"place.headers", "headers needs their names", "list a header for each key"}
	case p.many != "headers" && len(p.names) > 0:
		return &SpecError{"place.headers", "nothing uses them", "remove them, or write many: headers"}
	case p.many != "join" && p.join != "":
		return &SpecError{"place.join", "nothing is joined", "remove it, or give items"}
	case len(p.items) > 0 && p.Value != "":
		return &SpecError{"place.value", "items stand instead of a value", "remove the value, or the items"}
	case engine == "credential" && len(p.items) > 0:
		return &SpecError{"place.items", "the credential engine does not use it", "write a value"}
	case p.many == "number" && !strings.Contains(p.Header, "{n}"):
		return &SpecError{"place.header", "number needs {n} in the header name", "such as X-DocuSign-Signature-{n}"}
	}
	for _, t := range p.templates() {
		if t.has("signature") || engine == "credential" {
			return nil
		}
	}
	return &SpecError{"place", "nothing holds {signature}", "put {signature} into value or into one of the items"}
}

func (p *place) templates() []*template {
	if len(p.items) > 0 {
		return p.items
	}
	return []*template{p.value}
}

// header names the header of the n-th signature, counted from 0.
func (p *place) header(n int) string {
	switch {
	case p.many == "number":
		return strings.ReplaceAll(p.Header, "{n}", strconv.Itoa(n+1))
	case p.many == "headers" && n < len(p.names):
		return p.names[n]
	}
	return p.Header
}

// put writes a value into the slot of m; header names the line.
func (s *slot) put(m *Message, header, value string) error {
	switch {
	case s.Header != "":
		m.Header.Set(header, value)
	case s.Whole:
		m.Body = []byte(value)
	case s.Query != "":
		m.URL = WithQuery(m.URL, s.Query, value)
		m.Query = string(withForm([]byte(m.Query), s.Query, value))
	case s.Form != "":
		m.Body = withForm(m.Body, s.Form, value)
	default:
		body, ok := SetField(m.Body, s.Body, value)
		if !ok {
			return fmt.Errorf("%w: no member %q", ErrNoPlace, s.Body)
		}
		m.Body = body
	}
	return nil
}

// drop takes the slot's line, member, parameter or field away.
func (s *slot) drop(m *Message) error {
	switch {
	case s.Header != "":
		m.Header.Del(s.Header)
	case s.Whole:
		m.Body = nil
	case s.Query != "":
		m.URL, m.Query = withoutQuery(m.URL, s.Query), string(withoutForm([]byte(m.Query), s.Query))
	case s.Form != "":
		m.Body = withoutForm(m.Body, s.Form)
	default:
		m.Body = withoutField(m.Body, s.Body)
	}
	return nil
}

// get reads the slot's value from m.
func (s *slot) get(m *Message) (string, bool) {
	switch {
	case s.Header != "":
		return m.Header.Lookup(s.Header)
	case s.Whole:
		return string(m.Body), len(m.Body) > 0
	case s.Query != "":
		_, query, _ := strings.Cut(m.URL, "?")
		return formValue(query, s.Query)
	case s.Form != "":
		return formValue(string(m.Body), s.Form)
	}
	return FieldText(m.Body, s.Body)
}

func formValue(form, name string) (string, bool) {
	for _, f := range FormFields(form) {
		if f.Name == name {
			return f.Value, true
		}
	}
	return "", false
}

func withForm(body []byte, name, value string) []byte {
	pair := url.QueryEscape(name) + "=" + url.QueryEscape(value)
	var kept []string
	found := false
	for old := range strings.SplitSeq(string(body), "&") {
		if key, _, _ := strings.Cut(old, "="); unescapeForm(key) == name {
			old, found = pair, true
		}
		if old != "" {
			kept = append(kept, old)
		}
	}
	if !found {
		kept = append(kept, pair)
	}
	return []byte(strings.Join(kept, "&"))
}

func withoutForm(body []byte, name string) []byte {
	fields := slices.DeleteFunc(strings.Split(string(body), "&"), func(field string) bool {
		key, _, _ := strings.Cut(field, "=")
		return unescapeForm(key) == name
	})
	return []byte(strings.Join(fields, "&"))
}

func withoutQuery(address, name string) string {
	bare, query, _ := strings.Cut(address, "?")
	if query = string(withoutForm([]byte(query), name)); query == "" {
		return bare
	}
	return bare + "?" + query
}

// WithQuery gives a parameter of the address's query a value; all else stays as
// it is written.
func WithQuery(address, name, value string) string {
	bare, query, _ := strings.Cut(address, "?")
	return bare + "?" + string(withForm([]byte(query), name, value))
}
