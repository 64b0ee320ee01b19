package signature

import (
	"errors"
	"strings"
	"testing"
)

// reasons are all that Verify may answer.
var reasons = []error{ErrNoSignature, ErrMalformed, ErrBadSignature, ErrNoTimestamp, ErrBadTimestamp, ErrNoID, ErrStale, ErrFuture}

// FuzzVerify: whatever arrives, every scheme of the samples gives one of its
// reasons, none panics, and none accepts what nobody signed.
func FuzzVerify(f *testing.F) {
	type target struct {
		scheme *Scheme
		m      *Message
	}
	var all []target
	for _, s := range samples() {
		if s.spec.Digest == "rsa-sha1" || s.spec.Digest == "rsa-sha512" { // slow, and like rsa-sha256
			continue
		}
		scheme, m := s.signed(f)
		all = append(all, target{scheme: scheme, m: m})
		for _, value := range scheme.place.values(m) {
			f.Add(uint(len(all)-1), value, "1700000000", "msg_1", m.Body)
		}
	}
	for _, value := range []string{"", " ", ",", "v1,", "t=,v1=", "t=1,v1=" + string(make([]byte, 64)), "..", "a.b.c", "e30.e30.", "|&|", "\xff"} {
		f.Add(uint(0), value, "-1", "", []byte(`{"a":`))
	}
	f.Fuzz(func(t *testing.T, n uint, value, stamp, id string, body []byte) {
		one := all[n%uint(len(all))]
		scheme, m := one.scheme, one.m.Clone()
		m.Body = body
		scheme.Overwrite(m, value)
		for i := range scheme.carry {
			switch c := &scheme.carry[i]; {
			case c.value.has("timestamp"):
				c.put(m, c.Header, stamp)
			case c.value.has("id"):
				c.put(m, c.Header, id)
			}
		}
		other := []Key{{ID: "key-7", Secret: "a secret that signed nothing"}}
		if scheme.Asymmetric() {
			other = []Key{StrangerKey(scheme, Key{})}
		}
		_, err := scheme.Verify(m, other, at)
		known := false
		for _, reason := range reasons {
			known = known || errors.Is(err, reason)
		}
		if !known && !(scheme.Engine == "credential" && err == nil && value == other[0].Secret) {
			t.Fatalf("%s: %v is none of the reasons", scheme.place.where(), err)
		}
		scheme.Signatures(m)
		scheme.Time(m)
		upperCase := func(string) string { return "X" }
		scheme.Edit(m, upperCase)
		scheme.EditTime(m, upperCase)
		scheme.List(m, []string{"a", "b"})
		scheme.Relabel(m, "zz")
		scheme.RemoveTime(m)
		scheme.Remove(m)
	})
}

// FuzzTemplate: no template and no value make reading panic; a template that
// cannot be compiled is refused with a hint.
func FuzzTemplate(f *testing.F) {
	for _, text := range []string{"t={timestamp},v1={signature}", "{id}|{signature}", "[a{id}]b", "{{}}", "[[", "{header:x}", "{", "]", "{id}{id}"} {
		f.Add(text, "value")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		tmpl, err := parseTemplate("signed", text)
		if err != nil {
			var wrong *SpecError
			if !errors.As(err, &wrong) || wrong.Hint == "" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		written, _ := tmpl.text(&input{m: &Message{Method: "POST", URL: "https://example.com/", Body: []byte("{}")}, at: at, clock: clocks[0], id: "1", signature: "2", stamp: []byte("3")})
		for _, v := range []string{value, written} {
			all, _ := tmpl.read(v)
			for _, one := range all {
				if one.from > one.to || one.to > len(v) {
					t.Fatalf("%q reads %q as %v", text, v, all)
				}
			}
			if got := tmpl.replace(v, "signature", strings.Clone); got != v {
				t.Fatalf("%q with nothing changed is %q", v, got)
			}
		}
	})
}
