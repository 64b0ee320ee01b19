package signature

import (
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// edits are places of every kind, with what stands around a signature.
var edits = []struct {
	name    string
	spec    Spec
	m       Message
	carried string // the message's place before, S for the signature and T for the time
	whole   string // "form", "query" or "": where carried stands, else in the header Sig
}{
	{"bare header", Spec{Place: inHeader("Sig"), Carry: []Slot{carry("Time", "t{timestamp}")}}, Message{}, "S", ""},
	{"prefix", Spec{Place: valued("Sig", "v0={signature}"), Carry: []Slot{carry("Time", "t{timestamp}")}}, Message{}, "v0=S", ""},
	{"list", Spec{Place: listed("Sig", ",", "t={timestamp}", "v1={signature}")}, Message{}, "t=T,v1=S", ""},
	{"positional", Spec{Place: listed("Sig", ",", "{timestamp}", "{signature}")}, Message{}, "T,S", ""},
	{"one value", Spec{Place: valued("Sig", "t={timestamp};s={signature};")}, Message{}, "t=T;s=S;", ""},
	{"body", Spec{Place: Place{Slot: Slot{Body: "sig"}, Items: []string{"t={timestamp}", "v1={signature}"}, Join: ","}}, posted(`{"a":1, "sig":""}`), `{"a":1, "sig":"t=T,v1=S"}`, "body"},
	{"form", Spec{Place: Place{Slot: Slot{Form: "sig"}, Items: []string{"t={timestamp}", "v1={signature}"}, Join: ","}}, posted("a=1&sig=&b=2"), "a=1&sig=t%3DT%2Cv1%3DS&b=2", "body"},
	{"query", Spec{Place: Place{Slot: Slot{Query: "sig", Value: "{timestamp}-{signature}"}}}, Message{URL: "https://example.com/?a=1"}, "https://example.com/?a=1&sig=T-S", "query"},
}

// edited signs a sample, changes it, and writes its place with S and T again.
func edited(t *testing.T, i int, change func(s *Scheme, m *Message) error) (place, timeLine string) {
	t.Helper()
	e := edits[i]
	e.spec.Signed, e.spec.Digest = "{timestamp}", "hmac-sha256"
	scheme, m := sample{spec: e.spec, m: e.m}.signed(t)
	if err := change(scheme, m); err != nil {
		t.Errorf("%s: %v", e.name, err)
	}
	place = m.Header.Get("Sig")
	switch e.whole {
	case "body":
		place = string(m.Body)
	case "query":
		place = m.URL
	}
	short := strings.NewReplacer(hexOf(mac(sha256.New, "secret", "1700000000")), "S", "1700000000", "T")
	return short.Replace(place), short.Replace(m.Header.Get("Time"))
}

func TestEdits(t *testing.T) {
	constant := func(text string) func(string) string { return func(string) string { return text } }
	for i, e := range edits {
		timed := "" // the header that carries the time, where the place does not
		if len(e.spec.Carry) > 0 {
			timed = "tT"
		}
		in := func(old, fresh string) string { return strings.Replace(e.carried, old, fresh, 1) }
		for _, c := range []struct {
			name        string
			change      func(s *Scheme, m *Message) error
			place, time string
		}{
			{"nothing", func(*Scheme, *Message) error { return nil }, e.carried, timed},
			{"Edit", func(s *Scheme, m *Message) error { return s.Edit(m, func(sig string) string { return "x" + sig }) }, in("S", "xS"), timed},
			{"Edit to nothing", func(s *Scheme, m *Message) error { return s.Edit(m, constant("")) }, in("S", ""), timed},
			{"EditTime", func(s *Scheme, m *Message) error {
				changed, err := s.EditTime(m, func(text string) string { return text + "9" })
				if !changed {
					t.Errorf("%s: no time was changed", e.name)
				}
				return err
			}, in("T", "T9"), strings.Replace(timed, "T", "T9", 1)},
			{"EditTime twice", func(s *Scheme, m *Message) error {
				_, err := s.EditTime(m, constant(""))
				changed, again := s.EditTime(m, constant("7"))
				if !changed {
					t.Errorf("%s: an empty time was not changed", e.name)
				}
				return errors.Join(err, again)
			}, in("T", "7"), strings.Replace(timed, "T", "7", 1)},
		} {
			if place, time := edited(t, i, c.change); place != c.place || time != c.time {
				t.Errorf("%s, %s: %q and %q, want %q and %q", e.name, c.name, place, time, c.place, c.time)
			}
		}
	}
}

func TestEditsThatTakeAway(t *testing.T) {
	removeTime := func(s *Scheme, m *Message) error {
		changed, err := s.RemoveTime(m)
		if !changed {
			t.Errorf("%s: no time was removed", s.place.where())
		}
		return err
	}
	over := func(value string) func(*Scheme, *Message) error {
		return func(s *Scheme, m *Message) error { return s.Overwrite(m, value) }
	}
	list := func(texts ...string) func(*Scheme, *Message) error {
		return func(s *Scheme, m *Message) error { return s.List(m, texts) }
	}
	relabel := func(s *Scheme, m *Message) error { return s.Relabel(m, "zz") }
	for name, want := range map[string]struct{ removed, untimed, overwritten, several, none, relabelled string }{
		"bare header": {"", "S", "?=&", "A", "", "zzS"},
		"prefix":      {"", "v0=S", "?=&", "v0=A", "", "zzv0=S"},
		"list":        {"", "v1=S", "?=&", "t=T,v1=A,v1=B", "t=T", "t=T,zzv1=S"},
		"positional":  {"", "S", "?=&", "T,A,B", "T", "T,zzS"},
		"one value":   {"", "t=;s=S;", "?=&", "t=T;s=A;", "", "zzt=T;s=S;"},
		"body":        {`{"a":1}`, `{"a":1, "sig":"v1=S"}`, `{"a":1, "sig":"?=&"}`, `{"a":1, "sig":"t=T,v1=A,v1=B"}`, `{"a":1, "sig":"t=T"}`, `{"a":1, "sig":"t=T,zzv1=S"}`},
		"form":        {"a=1&b=2", "a=1&sig=v1%3DS&b=2", "a=1&sig=%3F%3D%26&b=2", "a=1&sig=t%3DT%2Cv1%3DA%2Cv1%3DB&b=2", "a=1&sig=t%3DT&b=2", "a=1&sig=t%3DT%2Czzv1%3DS&b=2"},
		"query":       {"https://example.com/?a=1", "https://example.com/?a=1&sig=-S", "https://example.com/?a=1&sig=%3F%3D%26", "https://example.com/?a=1&sig=T-A", "https://example.com/?a=1", "https://example.com/?a=1&sig=zzT-S"},
	} {
		i := 0
		for edits[i].name != name {
			i++
		}
		for what, c := range map[string]struct {
			change func(*Scheme, *Message) error
			want   string
		}{
			"Remove": {(*Scheme).Remove, want.removed}, "RemoveTime": {removeTime, want.untimed}, "Overwrite": {over("?=&"), want.overwritten},
			"List of two": {list("A", "B"), want.several}, "List of none": {list(), want.none}, "Relabel": {relabel, want.relabelled},
		} {
			if got, _ := edited(t, i, c.change); got != c.want {
				t.Errorf("%s, %s: %q, want %q", name, what, got, c.want)
			}
		}
	}
}

// TestListOfHeaders: where each signature has a line of its own.
func TestListOfHeaders(t *testing.T) {
	for name, want := range map[string]Header{
		"repeat": {{"Sig", "v1=A"}, {"Sig", "v1=B"}, {"Sig", "v1=C"}, {"Sig", "v1=D"}}, "number": {{"Sig-1", "A"}, {"Sig-2", "B"}, {"Sig-3", "C"}, {"Sig-4", "D"}},
		"headers": {{"Sig-A", "A"}, {"Sig-B", "B"}, {"Sig-C", "C"}},
	} {
		scheme, m := rolled(t, rolling[name], Key{Secret: "1"}, Key{Secret: "2"})
		m.Header = slices.Concat(Header{{"First", "1"}}, m.Header, Header{{"Last", "1"}})
		if err := scheme.List(m, []string{"A", "B", "C", "D"}); err != nil || !slices.Equal(m.Header, slices.Concat(Header{{"First", "1"}}, want, Header{{"Last", "1"}})) {
			t.Errorf("%s: %v, %v", name, m.Header, err)
		}
		if err := scheme.Relabel(m, "zz"); err != nil || m.Header[1].Value != "zz"+want[0].Value || m.Header[2].Value != "zz"+want[1].Value {
			t.Errorf("%s relabelled: %v, %v", name, m.Header, err)
		}
		if err := scheme.Remove(m); err != nil || !slices.Equal(m.Header, Header{{"First", "1"}, {"Last", "1"}}) {
			t.Errorf("%s removed: %v, %v", name, m.Header, err)
		}
		if err := scheme.List(m, []string{"A"}); err != nil || len(m.Header) != 2 {
			t.Errorf("%s where none was: %v, %v", name, m.Header, err)
		}
	}
}

// TestEditWhereNothingIs leaves the message as it is; writing where nothing can be says so.
func TestEditWhereNothingIs(t *testing.T) {
	for _, e := range edits {
		e.spec.Signed, e.spec.Digest = "{timestamp}", "hmac-sha256"
		scheme := compiled(t, e.spec)
		m, other := posted(`{"a":1}`), posted(`{"a":1}`)
		changed, err := scheme.EditTime(&m, strings.ToUpper)
		removed, err2 := scheme.RemoveTime(&m)
		if err := errors.Join(err, err2, scheme.Edit(&m, strings.ToUpper), scheme.List(&m, nil)); err != nil || changed || removed || !same(&m, &other) {
			t.Errorf("%s: %v %v %s, %v", e.name, m.Header, m.URL, m.Body, err)
		}
		if scheme.place.Body != "" {
			if err := scheme.Overwrite(&m, "x"); !errors.Is(err, ErrNoPlace) {
				t.Errorf("%s: %v, want %v", e.name, err, ErrNoPlace)
			}
			signer, _ := scheme.Signer(Key{Secret: "secret"})
			if err := signer.Sign(&m, at); !errors.Is(err, ErrNoPlace) {
				t.Errorf("%s: %v, want %v", e.name, err, ErrNoPlace)
			}
		}
	}
}

func TestUnkeyedIsThePlainHash(t *testing.T) {
	m := hello.Clone()
	for digest, want := range map[string]string{
		"hmac-sha256": hexOf(plain(sha256.New, "1700000000.Hello, World!")), "sha256": "", "ed25519": "",
	} {
		scheme := compiled(t, Spec{Signed: "{timestamp}.{body}", Digest: digest, Place: listed("Sig", ",", "t={timestamp}", "v1={signature}")})
		if got, ok := scheme.Unkeyed(m, at); ok != (want != "") || ok && got != want {
			t.Errorf("%s: %q, %v; want %q", digest, got, ok, want)
		}
	}
}

func TestTimeOfAMessage(t *testing.T) {
	scheme := clocked(t, "unix-ms", "5m")
	m := signedAt(t, scheme, at)
	scheme.Remove(m) // the time stays readable without a signature
	if got, ok := scheme.Time(m); !ok || !got.Equal(at.Truncate(time.Millisecond)) || scheme.FormatTime(at) != "1700000000123" {
		t.Errorf("%v, %v", got, ok)
	}
	m.Header.Set("Time", "soon")
	if got, ok := scheme.Time(m); ok {
		t.Errorf("soon is %v", got)
	}
}
