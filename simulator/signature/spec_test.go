package signature

import (
	"errors"
	"strings"
	"testing"
)

// good is a Spec without fault, for one to be put in.
func good(change func(s *Spec)) Spec {
	s := Spec{Name: "v1", Signed: "{timestamp}.{body}", Digest: "hmac-sha256", Place: inHeader("Sig"), Carry: []Slot{carry("Time", "{timestamp}")}}
	change(&s)
	return s
}

func token(change func(s *Spec)) Spec {
	s := Spec{Name: "v1", Engine: "jose", Algorithm: "HS256", Payload: "{body}", Place: inHeader("Sig")}
	change(&s)
	return s
}

func credential(change func(s *Spec)) Spec {
	s := Spec{Name: "v1", Engine: "credential", Place: inHeader("Sig")}
	change(&s)
	return s
}

func TestWrongSpec(t *testing.T) {
	for _, c := range []struct {
		member, text, hint string
		spec               Spec
	}{
		{"name", "needs a name", "signatures:", good(func(s *Spec) { s.Name = "" })},
		{"engine", `unknown engine "digset"`, "digest", good(func(s *Spec) { s.Engine = "digset" })},
		{"signed", "missing", "{timestamp}.{body}", good(func(s *Spec) { s.Signed = "" })},
		{"digest", "missing", "hmac-sha256", good(func(s *Spec) { s.Digest = "" })},
		{"digest", `unknown digest "hmac-sha265"`, "hmac-sha256", good(func(s *Spec) { s.Digest = "hmac-sha265" })},
		{"encoding", `unknown encoding "b64"`, "base64", good(func(s *Spec) { s.Encoding = "b64" })},
		{"clock", `unknown clock unit "seconds"`, "unix", good(func(s *Spec) { s.Clock = "seconds" })},
		{"key", `unknown key form "base46"`, "base64", good(func(s *Spec) { s.Key = "base46" })},
		{"key", "lacks its text", "append:TEXT", good(func(s *Spec) { s.Key = "append" })},
		{"key", "takes no argument", "utf8", good(func(s *Spec) { s.Key = "utf8:x" })},
		{"public", `unknown public key form "der"`, "pem", good(func(s *Spec) { s.Public = "der" })},
		{"tolerance", `"soon" is no duration`, "5m", good(func(s *Spec) { s.Tolerance = "soon" })},
		{"tolerance", "no duration", "5m past", good(func(s *Spec) { s.Tolerance = "-5m" })},
		{"tolerance", "no {timestamp}", "sign a {timestamp}", good(func(s *Spec) { s.Signed, s.Carry, s.Tolerance = "{body}", nil, "5m" })},
		// templates
		{"signed", `unknown part "boby"`, "body", good(func(s *Spec) { s.Signed = "{boby}" })},
		{"signed", "lacks its name", "{header:NAME}", good(func(s *Spec) { s.Signed = "{header}" })},
		{"signed", "takes no argument", "{body}", good(func(s *Spec) { s.Signed = "{body:x}" })},
		{"signed", "open brace", "{{", good(func(s *Spec) { s.Signed = "{body" })},
		{"signed", "open bracket", "[[", good(func(s *Spec) { s.Signed = "[{body}" })},
		{"signed", "not open", "]]", good(func(s *Spec) { s.Signed = "{body}]" })},
		{"signed", "inside brackets", "[[", good(func(s *Spec) { s.Signed = "[a[{body}];" })},
		{"wrap", "unknown part", "signature", good(func(s *Spec) { s.Wrap = "{signatur}" })},
		{"place.value", "unknown part", "signature", good(func(s *Spec) { s.Place.Value = "{signatur}" })},
		{"place.items[1]", "unknown part", "signature", good(func(s *Spec) { s.Place = listed("Sig", ",", "t={timestamp}", "v1={signatur}") })},
		{"carry[0].value", "unknown part", "timestamp", good(func(s *Spec) { s.Carry[0].Value = "{timestam}" })},
		{"claims.iat", "unknown part", "timestamp", token(func(s *Spec) { s.Payload, s.Claims = "", Pairs{{Key: "iat", Value: "{timestam}"}} })},
		{"header.kid", "unknown part", "key.id", token(func(s *Spec) { s.Header = Pairs{{Key: "kid", Value: "{key.i}"}} })},
		{"payload", "unknown part", "body", token(func(s *Spec) { s.Payload = "{bod}" })},
		// what is signed must be carried
		{"carry", "{timestamp} is signed", "value {timestamp}", good(func(s *Spec) { s.Carry = nil })},
		{"carry", "{id} is signed", "value {id}", good(func(s *Spec) { s.Signed += "{id}" })},
		{"carry", "{nonce} is signed", "value {nonce}", good(func(s *Spec) { s.Signed += "{nonce}" })},
		// places
		{"place", "names 0 places", "exactly one", good(func(s *Spec) { s.Place = Place{} })},
		{"place", "names 2 places", "exactly one", good(func(s *Spec) { s.Place.Query = "sig" })},
		{"carry[0]", "names 2 places", "exactly one", good(func(s *Spec) { s.Carry[0].Whole = true })},
		{"carry[0].value", "missing", "{timestamp}", good(func(s *Spec) { s.Carry[0].Value = "" })},
		{"place", "nothing holds {signature}", "{signature}", good(func(s *Spec) { s.Place.Value = "{timestamp}" })},
		{"place", "nothing holds {signature}", "{signature}", good(func(s *Spec) { s.Place = listed("Sig", ",", "{timestamp}") })},
		{"place.join", "need a join", `","`, good(func(s *Spec) { s.Place.Items = []string{"{signature}"} })},
		{"place.join", "nothing is joined", "items", good(func(s *Spec) { s.Place.Join = "," })},
		{"place.value", "instead of a value", "remove", good(func(s *Spec) { s.Place = listed("Sig", ",", "{signature}"); s.Place.Value = "{signature}" })},
		{"place.many", `unknown way "tiwce"`, "repeat", good(func(s *Spec) { s.Place.Many = "tiwce" })},
		{"place.many", "join needs items", "items", good(func(s *Spec) { s.Place.Many = "join" })},
		{"place.many", "repeat needs a header", "place.header", good(func(s *Spec) { s.Place = Place{Slot: Slot{Query: "sig"}, Many: "repeat"} })},
		{"place.header", "{n}", "X-DocuSign-Signature-{n}", good(func(s *Spec) { s.Place.Many = "number" })},
		{"place.headers", "needs their names", "each key", good(func(s *Spec) { s.Place.Many = "headers" })},
		{"place.headers", "nothing uses them", "many: headers", good(func(s *Spec) { s.Place.Headers = []string{"A", "B"} })},
		// what an engine would ignore
		{"algorithm", "digest engine", "another engine", good(func(s *Spec) { s.Algorithm = "HS256" })},
		{"payload", "digest engine", "remove", good(func(s *Spec) { s.Payload = "{body}" })},
		{"header", "digest engine", "remove", good(func(s *Spec) { s.Header = Pairs{{Key: "typ", Value: "JWT"}} })},
		{"claims", "digest engine", "remove", good(func(s *Spec) { s.Claims = Pairs{{Key: "iss", Value: "x"}} })},
		{"detached", "digest engine", "remove", good(func(s *Spec) { s.Detached = true })},
		{"signed", "jose engine", "remove", token(func(s *Spec) { s.Signed = "{body}" })},
		{"digest", "jose engine", "remove", token(func(s *Spec) { s.Digest = "hmac-sha256" })},
		{"encoding", "jose engine", "remove", token(func(s *Spec) { s.Encoding = "hex" })},
		{"wrap", "jose engine", "remove", token(func(s *Spec) { s.Wrap = "{signature}" })},
		{"signed", "credential engine", "remove", credential(func(s *Spec) { s.Signed = "{body}" })},
		{"digest", "credential engine", "remove", credential(func(s *Spec) { s.Digest = "hmac-sha256" })},
		{"algorithm", "credential engine", "remove", credential(func(s *Spec) { s.Algorithm = "HS256" })},
		{"encoding", "credential engine", "remove", credential(func(s *Spec) { s.Encoding = "base64" })},
		{"claims", "credential engine", "remove", credential(func(s *Spec) { s.Claims = Pairs{{Key: "iss", Value: "x"}} })},
		{"key", "credential engine", "remove", credential(func(s *Spec) { s.Key = "base64" })},
		{"tolerance", "credential engine", "remove", credential(func(s *Spec) { s.Tolerance = "5m" })},
		{"place.items", "credential engine", "value", credential(func(s *Spec) { s.Place = listed("Sig", ",", "{secret}") })},
		// jose
		{"algorithm", `unknown algorithm "none"`, "HS256", token(func(s *Spec) { s.Algorithm = "none" })},
		{"algorithm", `unknown algorithm ""`, "HS256", token(func(s *Spec) { s.Algorithm = "" })},
		{"claims", "either claims or a payload", "{body}", token(func(s *Spec) { s.Payload = "" })},
		{"claims", "either claims or a payload", "{body}", token(func(s *Spec) { s.Claims = Pairs{{Key: "iss", Value: "x"}} })},
		{"claims", "cannot be detached", "payload", token(func(s *Spec) { s.Payload, s.Claims, s.Detached = "", Pairs{{Key: "iss", Value: "x"}}, true })},
	} {
		_, err := Compile(c.spec)
		var wrong *SpecError
		if !errors.As(err, &wrong) {
			t.Errorf("%s, %s: %v, want a SpecError", c.member, c.text, err)
			continue
		}
		if wrong.Member != c.member || !strings.Contains(wrong.Text, c.text) || !strings.Contains(wrong.Hint, c.hint) {
			t.Errorf("got  %s: %s (%s)\nwant %s: %s (%s)", wrong.Member, wrong.Text, wrong.Hint, c.member, c.text, c.hint)
		}
		if err.Error() != wrong.Member+": "+wrong.Text {
			t.Errorf("said %q", err)
		}
	}
	for _, spec := range []Spec{good(func(*Spec) {}), token(func(*Spec) {}), credential(func(*Spec) {})} {
		if _, err := Compile(spec); err != nil {
			t.Errorf("without fault: %v", err)
		}
	}
}

// TestWhatASchemeSaysOfItself: the facts that faults and checks are chosen by.
func TestWhatASchemeSaysOfItself(t *testing.T) {
	type facts struct{ body, url, keyed, asymmetric, several, timed bool }
	for _, c := range []struct {
		name string
		spec Spec
		want facts
	}{
		{"body", good(func(*Spec) {}), facts{body: true, keyed: true, timed: true}},
		{"fields", good(func(s *Spec) { s.Signed = "{timestamp}{field:id}" }), facts{keyed: true, timed: true}},
		{"url", good(func(s *Spec) { s.Signed, s.Carry = "{url}{form.sorted}", nil }), facts{body: true, url: true, keyed: true}},
		{"hash in the query", good(func(s *Spec) { s.Signed, s.Carry = "{url}", []Slot{{Query: "h", Value: "{body.sha256}"}} }), facts{body: true, url: true, keyed: true}},
		{"list", good(func(s *Spec) { s.Place = listed("Sig", ",", "t={timestamp}", "v1={signature}") }), facts{body: true, keyed: true, several: true, timed: true}},
		{"rsa", good(func(s *Spec) { s.Digest = "rsa-sha256" }), facts{body: true, keyed: true, asymmetric: true, timed: true}},
		{"token", token(func(s *Spec) { s.Algorithm = "ES256" }), facts{body: true, keyed: true, asymmetric: true}},
		{"shared token", token(func(*Spec) {}), facts{body: true, keyed: true}},
		{"credential", credential(func(*Spec) {}), facts{keyed: true}},
		{"Basic", credential(func(s *Spec) { s.Place.Value = "Basic {secret.base64}" }), facts{keyed: true}},
		{"nothing secret", credential(func(s *Spec) { s.Place.Value = "yes" }), facts{}},
	} {
		s := compiled(t, c.spec)
		if got := (facts{s.CoversContent(), s.CoversURL(), s.Keyed(), s.Asymmetric(), s.Several(), s.Timed()}); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
