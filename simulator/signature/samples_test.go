package signature

import (
	"crypto/hmac"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"hash"
	"slices"
	"strings"
	"testing"
	"time"
)

// A sample is one scheme with one message signed by it. What is wanted was
// computed by the standard library, by openssl, or published: never by this package.
type sample struct {
	name  string
	spec  Spec
	keys  []Key // default: one, with Secret "secret"
	m     Message
	want  []string // "header NAME", "body PATH", "form NAME", "query NAME" or "whole", a space, the value
	spoil string   // "old→new": a change in what is signed of the body; empty where none of it is signed
}

var (
	at    = time.Unix(1700000000, 123456789) // 2023-11-14T22:13:20.123456789Z
	hello = Message{Method: "POST", URL: "https://example.com/hook", Body: []byte("Hello, World!"), ID: "msg_1"}
)

const helloSpoil = "World→world"

func samples() []sample {
	all := slices.Concat(digestSamples(), keySamples(), clockSamples(), partSamples(), placeSamples(),
		hmacSamples(), fieldSamples(), publicSamples(), joseSamples(), credentialSamples())
	slices.SortFunc(all, func(a, b sample) int { return strings.Compare(a.name, b.name) })
	return all
}

func mac(h func() hash.Hash, key, text string) []byte {
	m := hmac.New(h, []byte(key))
	m.Write([]byte(text))
	return m.Sum(nil)
}

func plain(h func() hash.Hash, text string) []byte {
	p := h()
	p.Write([]byte(text))
	return p.Sum(nil)
}

func b64(raw []byte) string   { return base64.StdEncoding.EncodeToString(raw) }
func hexOf(raw []byte) string { return hex.EncodeToString(raw) }

func inHeader(name string) Place { return Place{Slot: Slot{Header: name}} }

func valued(header, value string) Place { return Place{Slot: Slot{Header: header, Value: value}} }

func listed(header, join string, items ...string) Place {
	return Place{Slot: Slot{Header: header}, Items: items, Join: join}
}

func carry(header, value string) Slot { return Slot{Header: header, Value: value} }

func posted(body string, header ...string) Message {
	m := Message{Method: "POST", URL: "https://example.com/hook", Body: []byte(body), ID: "msg_1"}
	for i := 0; i < len(header); i += 2 {
		m.Header.Add(header[i], header[i+1])
	}
	return m
}

func (s sample) keyList() []Key {
	if s.keys == nil {
		return []Key{{Secret: "secret"}}
	}
	return s.keys
}

func compiled(t testing.TB, spec Spec) *Scheme {
	t.Helper()
	spec.Name = or(spec.Name, "v1")
	s, err := Compile(spec)
	if err != nil {
		t.Fatalf("%s: %v", err.(*SpecError).Member, err)
	}
	return s
}

func (s sample) signed(t testing.TB) (*Scheme, *Message) {
	t.Helper()
	scheme := compiled(t, s.spec)
	m := s.m.Clone()
	signer, err := scheme.Signer(s.keyList()...)
	if err == nil {
		err = signer.Sign(m, at)
	}
	if err != nil {
		t.Fatal(err)
	}
	return scheme, m
}

// stands returns what m has at a place such as "header X-Sig", line by line.
func stands(m *Message, kind, name string) []string {
	var all []Field
	switch kind {
	case "header":
		return m.Header.Values(name)
	case "body":
		text, _ := FieldText(m.Body, name)
		return []string{text}
	case "whole":
		return []string{string(m.Body)}
	case "form":
		all = FormFields(string(m.Body))
	case "query":
		_, query, _ := strings.Cut(m.URL, "?")
		all = FormFields(query)
	}
	return Header(all).Values(name)
}

// moment is what of the time of signing the scheme's clock unit keeps.
func (s sample) moment(scheme *Scheme) time.Time {
	if !scheme.Timed() || scheme.Engine == "credential" {
		return time.Time{}
	}
	units := map[string]time.Duration{"unix-ms": time.Millisecond, "rfc3339-ms": time.Millisecond, "rfc3339-nano": 1, "iso8601-local": time.Microsecond}
	unit, ok := units[s.spec.Clock]
	if !ok {
		unit = time.Second
	}
	return at.Truncate(unit)
}

func TestSampleIsSignedAsWanted(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			_, m := s.signed(t)
			seen := map[string]int{}
			for _, want := range s.want {
				kind, rest, _ := strings.Cut(want, " ")
				name, value, _ := strings.Cut(rest, " ")
				if kind == "whole" {
					name, value = "", rest
				}
				place := kind + " " + name
				got := stands(m, kind, name)
				if n := seen[place]; n >= len(got) || got[n] != value {
					t.Errorf("%s line %d is\n%q, want\n%q", place, n, got, value)
				}
				seen[place]++
			}
			for place, n := range seen {
				kind, name, _ := strings.Cut(place, " ")
				if got := len(stands(m, kind, name)); got != n {
					t.Errorf("%s stands there %d times, want %d", place, got, n)
				}
			}
		})
	}
}

func TestSampleVerifies(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			scheme, m := s.signed(t)
			v, err := scheme.Verify(m, s.keyList(), at)
			if err != nil || v.Key != 0 {
				t.Fatalf("genuine: key %d, %v", v.Key, err)
			}
			if want := s.moment(scheme); !v.At.Equal(want) {
				t.Errorf("signed at %v, want %v", v.At, want)
			}
			if scheme.carries("id") && v.ID != "msg_1" {
				t.Errorf("id is %q, want msg_1", v.ID)
			}
			stranger := StrangerKey(scheme, s.keyList()[0])
			if v, err := scheme.Verify(m, append([]Key{stranger}, s.keyList()...), at); err != nil || v.Key != 1 {
				t.Errorf("with another key before its own: key %d, %v; want 1", v.Key, err)
			}
		})
	}
}

func TestSampleIsRefused(t *testing.T) {
	for _, s := range samples() {
		t.Run(s.name, func(t *testing.T) {
			scheme, genuine := s.signed(t)
			keys := s.keyList()
			stranger := []Key{StrangerKey(scheme, keys[0])}
			check := func(what string, keys []Key, spoil func(m *Message) error, reasons ...error) {
				t.Helper()
				m := genuine.Clone()
				if err := spoil(m); err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				_, err := scheme.Verify(m, keys, at)
				if !slices.ContainsFunc(reasons, func(r error) bool { return errors.Is(err, r) }) {
					t.Errorf("%s: %v, want %v", what, err, reasons)
				}
			}
			none := func(*Message) error { return nil }
			check("another key", stranger, none, ErrBadSignature)
			check("no key", nil, none, ErrBadSignature)
			if !scheme.Asymmetric() {
				check("an empty key", []Key{{}}, none, ErrBadSignature)
			}
			check("removed", keys, scheme.Remove, ErrNoSignature)
			check("empty", keys, func(m *Message) error { return scheme.Overwrite(m, "") }, ErrNoSignature)
			check("blank", keys, func(m *Message) error { return scheme.Overwrite(m, "   ") }, ErrNoSignature)
			check("another form", keys, func(m *Message) error { return scheme.Overwrite(m, "?") }, ErrMalformed, ErrBadSignature, ErrNoTimestamp)
			check("cut short", keys, func(m *Message) error {
				return scheme.Edit(m, func(text string) string { return text[:len(text)-2] })
			}, ErrBadSignature)
			if s.spoil != "" {
				old, fresh, _ := strings.Cut(s.spoil, "→")
				check("changed body", keys, func(m *Message) error {
					if !strings.Contains(string(m.Body), old) {
						return errors.New("the body has no " + old)
					}
					m.Body = []byte(strings.Replace(string(m.Body), old, fresh, 1))
					return nil
				}, ErrBadSignature)
			}
			if s.spoil == "" && scheme.CoversContent() {
				t.Error("the scheme covers the body, the sample has no change of it")
			}
		})
	}
}

// TestSamplesLeaveNothingOut: whatever a Spec may name, a sample names.
func TestSamplesLeaveNothingOut(t *testing.T) {
	used := map[string]bool{}
	parts, ways := map[string]bool{"decoy": true}, map[string]bool{} // decoys have a test of their own
	for _, s := range samples() {
		scheme := compiled(t, s.spec)
		for _, template := range scheme.templates() {
			for _, p := range Parts() {
				name, _, _ := strings.Cut(p.Key, ":")
				parts[name] = parts[name] || template.has(name)
			}
		}
		key, _, _ := strings.Cut(or(s.spec.Key, "utf8"), ":")
		for _, word := range []string{s.spec.Digest, or(s.spec.Encoding, "hex"), or(s.spec.Clock, "unix"), key, s.spec.Algorithm} {
			used[word] = true
		}
		ways[scheme.place.many] = true
	}
	for name, is := range parts {
		if !is {
			t.Errorf("no sample has the part %s", name)
		}
	}
	for _, word := range slices.Concat(Digests(), Encodings(), Clocks(), KeyForms(), joseAlgorithms) {
		if name, _, _ := strings.Cut(word, ":"); !used[name] {
			t.Errorf("no sample names %s", name)
		}
	}
	for _, way := range []string{"join", "repeat", "number", "headers"} {
		if !ways[way] {
			t.Errorf("no sample has place.many %s", way)
		}
	}
}
