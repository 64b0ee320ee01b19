package signature

import (
	"strings"
	"time"
)

// Edit replaces each signature that m carries for the scheme by change(signature),
// and leaves everything around it as it is.
func (s *Scheme) Edit(m *Message, change func(signature string) string) error {
	return s.rewrite(m, func(value string) string {
		var f found
		s.place.parse(value, &f)
		for _, old := range f.signatures {
			value = strings.Replace(value, old, change(old), 1)
		}
		return value
	})
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
	value, _ := s.place.get(m)
	return s.place.put(m, "", change(value))
}

// Remove takes the signature away: its header lines, its query parameter or its
// form field. In a JSON body the member stays and becomes empty.
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
	case s.place.Whole:
		m.Body = nil
		return nil
	}
	return s.place.put(m, "", "")
}

// isPlace says whether a header line holds a signature of the scheme.
func (s *Scheme) isPlace(name string) bool {
	for n := 0; n < 10; n++ {
		if strings.EqualFold(name, s.place.header(n)) {
			return true
		}
	}
	return false
}

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
		if part, text, fits := c.value.match(value); ok && fits && part == "timestamp" {
			changed = true
			if err := c.put(m, c.Header, strings.Replace(value, text, change(text), 1)); err != nil {
				return false, err
			}
		}
	}
	if changed {
		return true, nil
	}
	err = s.rewrite(m, func(value string) string {
		for _, item := range s.place.items {
			if !item.has("timestamp") {
				continue
			}
			for piece := range strings.SplitSeq(value, s.place.join) {
				if part, text, ok := item.match(piece); ok && part == "timestamp" {
					changed = true
					fresh := strings.Replace(piece, text, change(text), 1)
					if text == "" {
						fresh = piece + change(text)
					}
					return strings.Replace(value, piece, fresh, 1)
				}
			}
		}
		return value
	})
	return changed, err
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
		if c.Header != "" {
			m.Header.Del(c.Header)
		} else if err := c.put(m, "", ""); err != nil {
			return false, err
		}
	}
	if changed {
		return true, nil
	}
	err = s.rewrite(m, func(value string) string {
		var kept []string
		for piece := range strings.SplitSeq(value, s.place.join) {
			if s.isTimeItem(piece) {
				changed = true
				continue
			}
			kept = append(kept, piece)
		}
		return strings.Join(kept, s.place.join)
	})
	return changed, err
}

func (s *Scheme) isTimeItem(piece string) bool {
	for _, item := range s.place.items {
		if part, _, ok := item.match(piece); ok && part == "timestamp" {
			return true
		}
	}
	return false
}

// FormatTime writes a time in the scheme's clock unit.
func (s *Scheme) FormatTime(t time.Time) string { return string(s.clock.append(nil, t)) }

// List builds the place's value from these signatures, in this order, with the
// items that hold no signature taken from m as they are.
func (s *Scheme) List(m *Message, signatures []string) error {
	return s.rewrite(m, func(value string) string {
		var out []string
		pieces := strings.Split(value, s.place.join)
		done := false
		for _, piece := range pieces {
			item := s.signatureItem(piece)
			if item == nil {
				out = append(out, piece)
				continue
			}
			if done {
				continue
			}
			done = true
			_, old, _ := item.match(piece)
			for _, text := range signatures {
				out = append(out, strings.Replace(piece, old, text, 1))
			}
		}
		return strings.Join(out, s.place.join)
	})
}

func (s *Scheme) signatureItem(piece string) *template {
	for _, item := range s.place.items {
		if part, _, ok := item.match(piece); ok && part == "signature" {
			return item
		}
	}
	return nil
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
	sg.begin(m, at)
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
		pieces := strings.Split(value, s.place.join)
		for i, piece := range pieces {
			if s.signatureItem(piece) != nil {
				pieces[i] = label + piece
			}
		}
		return strings.Join(pieces, s.place.join)
	})
}

// Time returns the time that m says it was signed at.
func (s *Scheme) Time(m *Message) (time.Time, bool) {
	f, _ := s.read(m)
	at, err := s.clock.parse(or(f.stamp, " "))
	return at, err == nil
}
