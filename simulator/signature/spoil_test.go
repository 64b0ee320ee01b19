package signature

import (
	"encoding/base64"
	"slices"
	"testing"
)

// TestEditRaw: what is cut from the bytes is missing however the text is decoded,
// and doing nothing changes nothing.
func TestEditRaw(t *testing.T) {
	for name, spec := range map[string]Spec{
		"hex": good(func(*Spec) {}), "HEX": good(func(s *Spec) { s.Encoding = "HEX" }), "base64": good(func(s *Spec) { s.Encoding = "base64" }),
		"base64url": good(func(s *Spec) { s.Encoding = "base64url" }), "escaped": good(func(s *Spec) { s.Encoding = "base64url-escaped" }),
		"rsa": good(func(s *Spec) { s.Digest, s.Encoding = "rsa-sha256", "base64" }), "token": token(func(*Spec) {}), "ES256": token(func(s *Spec) { s.Algorithm = "ES256" }),
		"wrapped": good(func(s *Spec) { s.Wrap, s.Encoding = "1:{signature}", "base64" }),
		"secret":  credential(func(*Spec) {}), "Basic": credential(func(s *Spec) { s.Place.Value = "Basic {secret.base64}" }),
	} {
		scheme := compiled(t, spec)
		m := signedAt(t, scheme, at)
		before := scheme.Signatures(m)
		if err := scheme.EditRaw(m, slices.Clone[[]byte]); err != nil || !slices.Equal(scheme.Signatures(m), before) {
			t.Errorf("%s: changing nothing makes %q of %q, %v", name, scheme.Signatures(m), before, err)
		}
		var lengths []int
		for _, change := range []func([]byte) []byte{
			func(raw []byte) []byte { lengths = append(lengths, len(raw)); return raw[:len(raw)-1] },
			func(raw []byte) []byte { lengths = append(lengths, len(raw)); return slices.Concat(raw, raw) },
			func(raw []byte) []byte { lengths = append(lengths, len(raw)); return raw },
		} {
			if err := scheme.EditRaw(m, change); err != nil {
				t.Fatal(err)
			}
			if lengths[len(lengths)-1] == 0 {
				t.Fatalf("%s: no bytes", name)
			}
		}
		if n := lengths[0]; lengths[1] != n-1 || lengths[2] != 2*(n-1) {
			t.Errorf("%s: %v bytes", name, lengths)
		}
	}
}

func TestRemoveMember(t *testing.T) {
	for _, c := range []struct{ body, path, want string }{
		{`{"a":1,"b":2}`, "a", `{"b":2}`}, {`{"a":1, "b":2}`, "b", `{"a":1}`}, {`{"a":1,"b":2,"c":3}`, "b", `{"a":1,"c":3}`}, {`{ "a" : 1 }`, "a", `{ }`},
		{"{\n  \"a\": {\"x\": [1,{}]},\n  \"b\": \"}\"\n}", "a", "{\n  \"b\": \"}\"\n}"}, {`{"o":{"a":"\"","b":2}}`, "o.a", `{"o":{"b":2}}`},
		{`{"a":1}`, "b", `{"a":1}`}, {`{}`, "a", `{}`}, {`[1]`, "0", `[1]`}, {`{"a":1}`, "a.b", `{"a":1}`}, {`{"a"`, "a", `{"a"`}, {`{"a":`, "a", `{"a":`}, {"", "a", ""},
	} {
		if got := string(withoutField([]byte(c.body), c.path)); got != c.want {
			t.Errorf("%s without %s: %s, want %s", c.body, c.path, got, c.want)
		}
	}
}

func TestSameKey(t *testing.T) {
	long := string(slices.Repeat([]byte("k"), 65))
	hmacs, encoded := compiled(t, good(func(*Spec) {})), compiled(t, good(func(s *Spec) { s.Key = "whsec" }))
	for _, c := range []struct {
		scheme *Scheme
		a, b   string
		want   bool
	}{
		{hmacs, "a", "a", true}, {hmacs, "a", "b", false}, {hmacs, "a", "a\x00", true}, {hmacs, "", "\x00", true}, {hmacs, long, long + "\x00", false},
		{encoded, "whsec_YQ==", "YQ", true}, {encoded, "whsec_YQ==", "whsec_Yg==", false}, {encoded, "!", "!", false},
		{compiled(t, credential(func(*Spec) {})), "a", "a\x00", false},
	} {
		if got := c.scheme.SameKey(Key{Secret: c.a}, Key{Secret: c.b}); got != c.want {
			t.Errorf("%s: %q and %q: %v", c.scheme.Name, c.a, c.b, got)
		}
	}
	rsa := compiled(t, good(func(s *Spec) { s.Digest = "rsa-sha256" }))
	if !rsa.SameKey(Key{}, Key{PEM: TestKey(rsa)}) || rsa.SameKey(Key{}, StrangerKey(rsa, Key{})) {
		t.Error("key pairs are not told apart")
	}
}

// TestWithMember: JSON survives the template that it is written as.
func TestWithMember(t *testing.T) {
	scheme, err := compiled(t, token(func(*Spec) {})).WithMember("jwk", map[string]any{"a": []any{map[string]any{"b": "{}[]"}}})
	if err != nil {
		t.Fatal(err)
	}
	m := signedAt(t, scheme, at)
	head, _ := base64.RawURLEncoding.DecodeString(scheme.Signatures(m)[0][:slices.Index([]byte(scheme.Signatures(m)[0]), '.')])
	if text, ok := FieldText(head, "jwk"); !ok || text != `{"a":[{"b":"{}[]"}]}` {
		t.Errorf("%s", head)
	}
}
