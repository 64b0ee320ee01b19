package signature

import (
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"testing"
)

// rolling are the ways to send several signatures while a secret rolls.
var rolling = map[string]Place{
	"list":       listed("Sig", ",", "t=1", "v1={signature}"),
	"positional": listed("Sig", ",", "t", "{signature}"),
	"repeat":     {Slot: Slot{Header: "Sig", Value: "v1={signature}"}, Many: "repeat"},
	"number":     {Slot: Slot{Header: "Sig-{n}"}, Many: "number"},
	"headers":    {Many: "headers", Headers: []string{"Sig-A", "Sig-B", "Sig-C"}},
}

func rolled(t *testing.T, place Place, keys ...Key) (*Scheme, *Message) {
	return sample{spec: Spec{Signed: "{body}", Digest: "hmac-sha256", Place: place}, keys: keys, m: hello}.signed(t)
}

func TestEachHolderOfAKeyIsServed(t *testing.T) {
	keys := []Key{{Secret: "new"}, {Secret: "old"}, {Secret: "older"}}
	for name, place := range rolling {
		scheme, m := rolled(t, place, keys...)
		for i, key := range keys {
			if v, err := scheme.Verify(m, []Key{{Secret: "other"}, key}, at); err != nil || v.Key != 1 {
				t.Errorf("%s, holder of key %d: key %d, %v; want 1", name, i, v.Key, err)
			}
		}
		if _, err := scheme.Verify(m, []Key{{Secret: "other"}}, at); !errors.Is(err, ErrBadSignature) {
			t.Errorf("%s, holder of no key: %v", name, err)
		}
		if got := scheme.Signatures(m); len(got) != 3 || got[0] != hexOf(mac(sha256.New, "new", "Hello, World!")) {
			t.Errorf("%s carries %v, want three, the current key's first", name, got)
		}
	}
}

// TestOnePlaceTakesOneSignature: a scheme that cannot hold two signs with the first key.
func TestOnePlaceTakesOneSignature(t *testing.T) {
	scheme, m := rolled(t, inHeader("Sig"), Key{Secret: "new"}, Key{Secret: "old"})
	if got := scheme.Signatures(m); len(got) != 1 || scheme.Several() {
		t.Errorf("carries %v", got)
	}
	if v, err := scheme.Verify(m, []Key{{Secret: "old"}, {Secret: "new"}}, at); err != nil || v.Key != 1 {
		t.Errorf("key %d, %v; want 1", v.Key, err)
	}
}

// TestKeyWithoutAHeader: a third key overwrites none of two headers.
func TestKeyWithoutAHeader(t *testing.T) {
	scheme, m := rolled(t, Place{Many: "headers", Headers: []string{"Sig-A", "Sig-B"}}, Key{Secret: "1"}, Key{Secret: "2"}, Key{Secret: "3"})
	for name, secret := range map[string]string{"Sig-A": "1", "Sig-B": "2"} {
		if got := m.Header.Values(name); !slices.Equal(got, []string{hexOf(mac(sha256.New, secret, "Hello, World!"))}) {
			t.Errorf("%s is %v, want the signature by key %s", name, got, secret)
		}
	}
	if got := scheme.HeaderNames(); !slices.Equal(got, []string{"Sig-A", "Sig-B"}) {
		t.Errorf("header names %v", got)
	}
}

func TestTwelfthNumberedHeader(t *testing.T) {
	var keys []Key
	for _, c := range "abcdefghijkl" {
		keys = append(keys, Key{Secret: string(c)})
	}
	scheme, m := rolled(t, rolling["number"], keys...)
	if v, err := scheme.Verify(m, keys[11:], at); err != nil || m.Header[11].Name != "Sig-12" {
		t.Errorf("%+v, %v", v, err)
	}
	if err := scheme.Remove(m); err != nil || len(m.Header) != 0 {
		t.Errorf("removed, there are still %v", m.Header)
	}
}

// TestDecoyFitsNoKey: Stripe's v0 in test mode is a signature by nobody's key.
func TestDecoyFitsNoKey(t *testing.T) {
	scheme, m := rolled(t, listed("Sig", ",", "v1={signature}", "v0={decoy}"), Key{Secret: "new"}, Key{Secret: "old"})
	value := m.Header.Get("Sig")
	pieces := strings.Split(value, ",")
	if len(pieces) != 3 || !strings.HasPrefix(pieces[2], "v0=") || len(pieces[2]) != len("v0=")+64 || !scheme.Decoys() {
		t.Fatalf("value is %s, want two v1 and one v0 of 64 digits", value)
	}
	if got := scheme.Signatures(m); len(got) != 2 {
		t.Errorf("signatures are %v, want those of the two keys", got)
	}
	if err := scheme.Overwrite(m, pieces[2]); err != nil {
		t.Fatal(err)
	}
	if _, err := scheme.Verify(m, []Key{{Secret: "new"}}, at); !errors.Is(err, ErrMalformed) {
		t.Errorf("the decoy alone: %v, want %v", err, ErrMalformed)
	}
	m.Header.Set("Sig", "v1="+strings.TrimPrefix(pieces[2], "v0="))
	if _, err := scheme.Verify(m, []Key{{Secret: "new"}, {Secret: "old"}}, at); !errors.Is(err, ErrBadSignature) {
		t.Errorf("the decoy as v1: %v, want %v", err, ErrBadSignature)
	}
}

// TestOnlyTheFirstLineCounts unless the provider says the header twice.
func TestOnlyTheFirstLineCounts(t *testing.T) {
	right := hexOf(mac(sha256.New, "secret", "Hello, World!"))
	for _, c := range []struct {
		many   string
		values []string
		want   error
	}{
		{"", []string{right, "0"}, nil}, {"", []string{"0", right}, ErrBadSignature}, {"", []string{"", right}, ErrNoSignature},
		{"repeat", []string{right, "0"}, nil}, {"repeat", []string{"0", right}, nil}, {"repeat", []string{"", right}, nil}, {"repeat", []string{"0", "1"}, ErrBadSignature},
	} {
		scheme := compiled(t, Spec{Signed: "{body}", Digest: "hmac-sha256", Place: Place{Slot: Slot{Header: "Sig"}, Many: c.many}})
		m := hello.Clone()
		for _, value := range c.values {
			m.Header.Add("sIG", value)
		}
		if _, err := scheme.Verify(m, []Key{{Secret: "secret"}}, at); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("many %q, lines %.9q: %v, want %v", c.many, c.values, err, c.want)
		}
	}
}

// TestListIsReadAsWritten: other entries are passed over, and white space is no part of the form.
func TestListIsReadAsWritten(t *testing.T) {
	right := hexOf(mac(sha256.New, "secret", "1700000000.Hello, World!"))
	scheme := compiled(t, Spec{Signed: "{timestamp}.{body}", Digest: "hmac-sha256", Place: listed("Sig", ",", "t={timestamp}", "v1={signature}")})
	for value, want := range map[string]error{
		"t=1700000000,v1=" + right:                nil,
		"v1=" + right + ",t=1700000000":           nil,
		"t=1700000000,v0=1,v1=0,v1=" + right:      nil,
		"t=1700000000,,=,v1=,v1=" + right:         nil,
		"t=1700000000, v1=" + right:               ErrMalformed,
		"t=1700000000;v1=" + right:                ErrMalformed,
		"t=1700000000,V1=" + right:                ErrMalformed,
		"t=1700000000,v1=":                        ErrMalformed,
		"t=1700000000,v1= ":                       ErrMalformed,
		"t=1700000000,v1":                         ErrMalformed,
		"t=1700000000," + right:                   ErrMalformed,
		"v1=" + right:                             ErrNoTimestamp,
		"t=,v1=" + right:                          ErrNoTimestamp,
		"t=x,v1=" + right:                         ErrBadTimestamp,
		"t=1700000000,v1=" + right + "0":          ErrBadSignature,
		"t=1700000000,v1=" + upper(right):         ErrBadSignature,
		"t=1700000000,v1=\"" + right + "\"":       ErrBadSignature,
		"t=1700000001,v1=" + right:                ErrBadSignature,
		"t=1700000000,v1=" + right[:32]:           ErrBadSignature,
		",,,":                                     ErrMalformed,
		"\x00":                                    ErrMalformed,
		strings.Repeat("t=1,v1=2,", 5000) + "v1=": ErrBadSignature,
	} {
		m := hello.Clone()
		m.Header.Add("Sig", value)
		if _, err := scheme.Verify(m, []Key{{Secret: "secret"}}, at); !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("%.60q: %v, want %v", value, err, want)
		}
	}
}
