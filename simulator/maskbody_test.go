package simulator

import (
	"testing"

	"simhook/simulator/signature"
)

// A signature in a body is masked in its place, however short it is; a body in
// which the place cannot be found any more is not kept at all.
func TestMaskInBodies(t *testing.T) {
	scheme, err := signature.Compile(signature.Spec{Name: "v1", Signed: "{body}", Digest: "hmac-sha256", Place: signature.Place{Slot: signature.Slot{Body: "Signature"}}})
	if err != nil {
		t.Fatal(err)
	}
	ev := &Event{Variant: Variant{Schemes: []*signature.Scheme{scheme}}}
	for _, c := range []struct {
		body, want string
		kept       bool
	}{
		{`{"a":1,"Signature":"0123456789abcdef","again":"0123456789abcdef"}`, `{"a":1,"Signature":"***","again":"***"}`, true},
		{`{"a":1,"Signature":"abc"}`, `{"a":1,"Signature":"***"}`, true},
		{`{"a":1}`, `{"a":1}`, true},
		{`{"a":1,"Signature":"0123456789abc`, "", false},
	} {
		m, k := &Message{Body: []byte(c.body)}, newMasker()
		_, body, kept := k.content(ev, m, k.sent(ev, m))
		if kept != c.kept || kept && string(body) != c.want || string(m.Body) != c.body {
			t.Errorf("%s is kept (%v) as %s", c.body, kept, body)
		}
	}
}

// What a receiver says is looked through only where it may hold something: the
// quick look must not miss what the slow one finds, in whatever form it comes.
func TestMaskEchoes(t *testing.T) {
	ev, k := &Event{}, newMasker()
	for _, value := range []string{"Bearer aB3+x/9zQ1==", "t=1795564580,v1=31ef741d2d1bb3e14ee99c2d48fc7373", "+/+/+/+/", "ab+cd/ef"} {
		m := &Message{Header: Header{{Name: "Authorization", Value: value}}}
		for _, form := range forms(value) {
			if !k.echoes(ev, m, []byte("<"+form+">")) {
				t.Errorf("%s is missed in %s", form, value)
			}
		}
		if got := k.text("<"+value+">", k.sent(ev, m)); got != "<"+masking+">" {
			t.Errorf("%s is written as %s", value, got)
		}
	}
	if m := (&Message{Header: Header{{Name: "Authorization", Value: "Bearer 0123456789"}}}); k.echoes(ev, m, []byte(`{"received":true}`)) {
		t.Error("an answer that holds nothing is looked through")
	}
}
