package signature

import (
	"slices"
	"strings"
	"time"
)

// Edit replaces each signature that m carries for the scheme by change(signature),
// and leaves everything around it as it is.
func (s *Scheme) Edit(m *Message, change func(signature string) string) error {
	return s.rewrite(m, func(value string) string {
		return s.place.edit(value, func(item *template, piece string) []string {
			for _, part := range []string{"signature", "secret", "secret.base64"} {
				piece = item.replace(piece, part, func(old string) string {
					if old == "" {
						return old
					}
					return change(old)
				})
			}
			return []string{piece}
		})
	})
}

// edit puts what change returns in the place of each item of a value.
func (p *place) edit(value string, change func(item *template, piece string) []string) string {
	var out []string
	pieces := p.pieces(value)
	for i, piece := range pieces {
		if item := p.itemOf(pieces, i); item != nil {
			out = append(out, change(item, piece)...)
		} else {
			out = append(out, piece)
		}
	}
	return strings.Join(out, p.join)
}

// Overwrite replaces the whole value of the scheme's place.
func (s *Scheme) Overwrite(m *Message, value string) error {
	return s.rewrite(m, func(string) string { return value })
}

// rewrite changes the value of every line, member or field that holds signatures.
func (s *Scheme) rewrite(m *Message, change func(value string) string) error {
	if s.place.Header != "" {
		for i, f := range m.Header {
			if s.isPlace(f.Name) {
				m.Header[i].Value = change(f.Value)
			}
		}
		return nil
	}
	value, ok := s.place.get(m)
	fresh := change(value)
	if !ok && fresh == "" {
		return nil
	}
	return s.place.put(m, "", fresh)
}

// Remove takes the signature away: its header lines, its query parameter or its
// form field, or its member of the JSON body.
func (s *Scheme) Remove(m *Message) error {
	switch {
	case s.place.Header != "":
		kept := m.Header[:0]
		for _, f := range m.Header {
			if !s.isPlace(f.Name) {
				kept = append(kept, f)
			}
		}
		m.Header = kept
		return nil
	}
	return s.place.drop(m)
}

// isPlace says whether a header line holds a signature of the scheme.
func (s *Scheme) isPlace(name string) bool {
	for n := 0; n < 100; n++ { // DocuSign counts to 100
		if strings.EqualFold(name, s.place.header(n)) {
			return true
		}
	}
	return false
}

// Holds says whether a header line of that name holds a signature of the scheme.
func (s *Scheme) Holds(name string) bool { return s.place.Header != "" && s.isPlace(name) }

// HeaderNames lists the headers that hold signatures, as the vendor spells them.
func (s *Scheme) HeaderNames() []string {
	switch {
	case s.place.Header == "":
		return nil
	case s.place.many == "headers":
		return s.place.names
	}
	return []string{s.place.header(0)}
}

// Signatures returns the signatures that m carries for the scheme.
func (s *Scheme) Signatures(m *Message) []string {
	f, _ := s.read(m)
	return f.signatures
}

// EditTime replaces the time that m carries for the scheme by change(text).
// It reports whether there was one outside a signed token.
func (s *Scheme) EditTime(m *Message, change func(text string) string) (changed bool, err error) {
	for i := range s.carry {
		c := &s.carry[i]
		value, ok := c.get(m)
		if _, fits := c.value.take(value, "timestamp"); ok && fits {
			changed = true
			if err := c.put(m, c.Header, c.value.replace(value, "timestamp", change)); err != nil {
				return false, err
			}
		}
	}
	if changed {
		return true, nil
	}
	if !s.place.has("timestamp") {
		return false, nil
	}
	err = s.rewrite(m, func(value string) string {
		return s.place.edit(value, func(item *template, piece string) []string {
			return []string{item.replace(piece, "timestamp", func(text string) string {
				changed = true
				return change(text)
			})}
		})
	})
	return changed, err
}

func (p *place) has(part string) bool {
	return slices.ContainsFunc(p.templates(), func(t *template) bool { return t.has(part) })
}

// RemoveTime takes the time away, with its header or its list item.
func (s *Scheme) RemoveTime(m *Message) (changed bool, err error) {
	for i := range s.carry {
		c := &s.carry[i]
		if !c.value.has("timestamp") {
			continue
		}
		if _, ok := c.get(m); !ok {
			continue
		}
		changed = true
		if err := c.drop(m); err != nil {
			return false, err
		}
	}
	if changed {
		return true, nil
	}
	if !s.place.has("timestamp") {
		return false, nil
	}
	err = s.rewrite(m, func(value string) string {
		return s.place.edit(value, func(item *template, piece string) []string {
			if _, ok := item.take(piece, "timestamp"); !ok {
				return []string{piece}
			}
			changed = true
			if item.has("signature") { // one value for both: the time becomes empty
				return []string{item.replace(piece, "timestamp", func(string) string { return "" })}
			}
			return nil
		})
	})
	return changed, err
}

// FormatTime writes a time in the scheme's clock unit.
func (s *Scheme) FormatTime(t time.Time) string { return string(s.clock.append(nil, t)) }

// List builds the place's value from these signatures, in this order, with the
// items that hold no signature taken from m as they are. Where each signature has
// a header of its own, it writes those; a place for one takes the first.
func (s *Scheme) List(m *Message, signatures []string) error {
	p := &s.place
	if p.many != "" && p.many != "join" {
		s.listHeaders(m, signatures)
		return nil
	}
	if len(p.items) == 0 && len(signatures) == 0 {
		return s.Remove(m)
	}
	if len(p.items) == 0 {
		signatures = signatures[:1]
	}
	return s.rewrite(m, func(value string) string {
		done := false
		return p.edit(value, func(item *template, piece string) (out []string) {
			if !item.has("signature") {
				return []string{piece}
			}
			for _, text := range signatures {
				if !done {
					out = append(out, item.replace(piece, "signature", func(string) string { return text }))
				}
			}
			done = true
			return out
		})
	})
}

func (s *Scheme) listHeaders(m *Message, signatures []string) {
	p := &s.place
	first := slices.IndexFunc(m.Header, func(f Field) bool { return s.isPlace(f.Name) })
	if first < 0 {
		return
	}
	pattern := m.Header[first]
	var lines Header
	for n, text := range signatures {
		if p.many == "headers" && n == len(p.names) {
			break
		}
		name := p.header(n)
		if p.many == "repeat" {
			name = pattern.Name
		}
		lines.Add(name, p.value.replace(pattern.Value, "signature", func(string) string { return text }))
	}
	rest := slices.Clone(m.Header[first:])
	rest = slices.DeleteFunc(rest, func(f Field) bool { return s.isPlace(f.Name) })
	m.Header = slices.Concat(m.Header[:first], lines, rest)
}

// Unkeyed returns the signature text that the scheme would have without a key:
// the plain hash of the signed bytes. ok is false for schemes without a hash.
func (s *Scheme) Unkeyed(m *Message, at time.Time) (text string, ok bool) {
	if s.Engine != "digest" || s.digest.kind != hmacDigest {
		return "", false
	}
	plain := *s
	plain.digest.kind = plainDigest
	sg := &Signer{scheme: &plain, keys: []signingKey{{mac: s.digest.new()}}}
	sg.begin(s.identified(m), at)
	raw, err := sg.signature(nil, &sg.keys[0])
	return string(raw), err == nil
}

// Decoys says whether the scheme sends a second signature that fits no key.
func (s *Scheme) Decoys() bool { return s.uses("decoy") }

// Relabel puts label before every line or list item that holds a signature, so
// that a scheme of that name is claimed which does not exist.
func (s *Scheme) Relabel(m *Message, label string) error {
	return s.rewrite(m, func(value string) string {
		if len(s.place.items) == 0 {
			return label + value
		}
		return s.place.edit(value, func(item *template, piece string) []string {
			if item.has("signature") {
				piece = label + piece
			}
			return []string{piece}
		})
	})
}

// Time returns the time that m says it was signed at.
func (s *Scheme) Time(m *Message) (time.Time, bool) {
	f, _ := s.read(m)
	at, err := s.clock.parse(or(f.stamp, " "))
	return at, err == nil
}
