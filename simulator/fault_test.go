package simulator

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"simhook/simulator/signature"
)

var signedAt = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func hmacSpec(change func(*signature.Spec)) signature.Spec {
	spec := signature.Spec{
		Name: "v1", Signed: "{timestamp}.{body}", Digest: "hmac-sha256", Place: signature.Place{Slot: signature.Slot{Header: "Sig"}},
		Carry: []signature.Slot{{Header: "Time", Value: "{timestamp}"}},
	}
	if change != nil {
		change(&spec)
	}
	return spec
}

func variantOf(t *testing.T, specs ...signature.Spec) Variant {
	t.Helper()
	v := Variant{Name: "default"}
	for _, spec := range specs {
		s, err := signature.Compile(spec)
		if err != nil {
			t.Fatal(err)
		}
		v.Schemes = append(v.Schemes, s)
	}
	return v
}

func deliveryOf(t *testing.T, v Variant, fault string, secrets ...string) Delivery {
	t.Helper()
	f, err := FaultNamed(fault)
	if err != nil {
		t.Fatal(err)
	}
	ev := Event{Provider: &Provider{}, Variant: v, Method: "POST", Body: []byte(`{"id":"evt_12345678","amount":4200,"sig":""}`)}
	return Delivery{Event: ev, Fault: f, Keys: Keys(secrets, nil), URL: "https://shop.test/hooks"}
}

// TestFaultThatCannotBeMade says so, instead of sending what is genuine.
func TestFaultThatCannotBeMade(t *testing.T) {
	plain := variantOf(t, hmacSpec(nil))
	for _, c := range []struct {
		fault   string
		secrets []string
		why     string
	}{
		{"placeholder-key.test", []string{"test"}, "configured secret"},
		{"placeholder-key.test", []string{"new", "test"}, "configured secret"}, // one that still counts while the secret rolls
		{"prefix-key", []string{"secret"}, "no prefix"},
		{"prefix-key", []string{"whsec_"}, "configured secret"},
		{"other-event", []string{"secret"}, "a second event"},
		{"wrong-key", nil, "without a key"},
		{"no-signature", nil, "without a key"},
	} {
		_, err := Prepare(deliveryOf(t, plain, c.fault, c.secrets...), signedAt)
		if !IsCannot(err) || !strings.Contains(err.Error(), "fault "+c.fault+": cannot be made here") || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s with %q: %v", c.fault, c.secrets, err)
		}
	}
	same := deliveryOf(t, plain, "other-event", "secret")
	same.Other = &same.Event
	if _, err := Prepare(same, signedAt); !IsCannot(err) {
		t.Errorf("another event with the same body: %v", err)
	}
	if _, err := Prepare(deliveryOf(t, plain, "empty-key", "\x00"), signedAt); !IsCannot(err) {
		t.Errorf("HMAC fills a key up with NUL, so the empty key is this one: %v", err)
	}
	if IsCannot(nil) || IsCannot(&Mistake{}) {
		t.Error("any error is one of them")
	}
}

// TestWrong: nothing stays what it was, and hexadecimal stays hexadecimal.
func TestWrong(t *testing.T) {
	for text, want := range map[string]string{"hnkguyjury": "iolhvzkvsz", "09af": "10ba", "09AFgzGZ+/=_-": "10BAhgHG+/=_-", "--": "--"} {
		if got := wrong(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	token := variantOf(t, signature.Spec{Name: "token", Engine: "credential", Place: signature.Place{Slot: signature.Slot{Header: "Token", Value: "{secret}"}}})
	for secret, can := range map[string]bool{"hnkguyjury": true, "+-_": false} {
		d := deliveryOf(t, token, "signature-twice.both-bad", secret)
		m, err := Prepare(d, signedAt)
		if IsCannot(err) == can {
			t.Errorf("%q: %v", secret, err)
		}
		if err == nil && (len(m.Header.Values("Token")) != 2 || strings.Contains(strings.Join(m.Header.Values("Token"), " "), secret)) {
			t.Errorf("%q: %v", secret, m.Header)
		}
	}
}

// TestWhatAFaultIsFor: what a scheme does not sign is nobody's to refuse.
func TestWhatAFaultIsFor(t *testing.T) {
	p := &Provider{}
	carried := func(s *signature.Spec) { s.Signed = "{body}" }
	sorted := func(s *signature.Spec) { s.Signed = "{timestamp}{json.sorted}" }
	past := func(s *signature.Spec) { s.Tolerance = "5m past" }
	both := func(s *signature.Spec) { s.Tolerance = "5m" }
	for _, c := range []struct {
		what   string
		change func(*signature.Spec)
		fault  string
		expect Expect // "": not for it
	}{
		{"a time that is carried only", carried, "replaced-timestamp", ""},
		{"a time that is carried only", carried, "signed-timestamp.nan", ""},
		{"a signed time", nil, "replaced-timestamp", Refuse},
		{"a time in a signed header", func(s *signature.Spec) { s.Signed = "{header:Time}{body}" }, "replaced-timestamp", Refuse},
		{"a time in the signed body", func(s *signature.Spec) {
			s.Signed, s.Carry = "{body}", []signature.Slot{{Body: "created", Value: "{timestamp}"}}
		}, "replaced-timestamp", Refuse},
		{"sorted JSON", sorted, "tampered-space", ""},
		{"sorted JSON", sorted, "cut-body", ""},
		{"sorted JSON", sorted, "tampered-amount", Refuse},
		{"sorted JSON", sorted, "unkeyed-hash", Refuse},
		{"bytes", nil, "tampered-space", Refuse},
		{"a tolerance for old times", past, "future", Either},
		{"a tolerance for old times", past, "signed-timestamp.milliseconds", Either},
		{"a tolerance for old times", past, "signed-timestamp.nan", Refuse},
		{"a tolerance for old times", past, "stale", Refuse},
		{"a tolerance both ways", both, "future", Refuse},
		{"a tolerance both ways", both, "signed-timestamp.milliseconds", Refuse},
		{"no tolerance", nil, "signed-timestamp.nan", Either},
		{"no tolerance", nil, "future", ""},
		{"hexadecimal", nil, "truncated-signature.character", Refuse},
		{"hexadecimal", nil, "unpadded-signature", ""},
		{"base64", func(s *signature.Spec) { s.Encoding = "base64" }, "truncated-signature.character", ""},
		{"base64", func(s *signature.Spec) { s.Encoding = "base64" }, "unpadded-signature", Either},
		{"a label", func(s *signature.Spec) { s.Place.Value = "sha256={signature}" }, "weaker-algorithm.md5", Either},
		{"a label", func(s *signature.Spec) { s.Place.Value = "sha256={signature}" }, "unkeyed-algorithm.none", Refuse},
		{"no label", nil, "weaker-algorithm.md5", ""},
		{"no address", nil, "other-url.path", ""},
		{"the address", func(s *signature.Spec) { s.Signed = "{url}{body}" }, "other-url.path", Refuse},
		{"a body that is the token", func(s *signature.Spec) { s.Place = signature.Place{Slot: signature.Slot{Whole: true}} }, "no-signature", ""},
	} {
		f, err := FaultNamed(c.fault)
		if err != nil {
			t.Fatal(err)
		}
		expect, why, notFor := p.ExpectOf(f, variantOf(t, hmacSpec(c.change)))
		if expect != c.expect || (notFor != "") != (c.expect == "") || expect == Either && why == "" {
			t.Errorf("%s, %s: %q (%s), not for it: %q; want %q", c.what, c.fault, expect, why, notFor, c.expect)
		}
	}
}

// TestOnlyLegacy: a variant whose schemes are all weak has none but those.
func TestOnlyLegacy(t *testing.T) {
	v := variantOf(t, hmacSpec(func(s *signature.Spec) { s.Legacy = true }))
	keys := Keys([]string{"secret"}, nil)
	if _, err := v.Verify(&Message{}, keys, signedAt); err == nil {
		t.Error("what is not signed is accepted")
	}
	for fault, notFor := range map[string]bool{"wrong-key": false, "no-signature": false, "legacy-only": true} {
		f, _ := FaultNamed(fault)
		if _, _, why := (&Provider{}).ExpectOf(f, v); (why != "") != notFor {
			t.Errorf("%s: %q", fault, why)
		}
	}
	m, err := Prepare(deliveryOf(t, v, "wrong-key", "secret"), signedAt)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Verify(m, keys, signedAt); err == nil {
		t.Error("another key is accepted")
	}
}

// TestStaleDay is stale, however long the tolerance is.
func TestStaleDay(t *testing.T) {
	for tolerance, age := range map[string]time.Duration{"5m": 25 * time.Hour, "72h": 72*time.Hour + time.Minute} {
		v := variantOf(t, hmacSpec(func(s *signature.Spec) { s.Tolerance = tolerance }))
		m, err := Prepare(deliveryOf(t, v, "stale-day", "secret"), signedAt)
		if err != nil {
			t.Fatal(err)
		}
		at, _ := v.Schemes[0].Time(m)
		if got := signedAt.Sub(at); got != age {
			t.Errorf("%s: %v old, want %v", tolerance, got, age)
		}
	}
}

// TestSignedTimestamps: what is sent verifies for whoever takes the text as it is.
func TestSignedTimestamps(t *testing.T) {
	v := variantOf(t, hmacSpec(nil))
	body := variantOf(t, hmacSpec(func(s *signature.Spec) {
		s.Signed, s.Carry = "{header:Time}.{body}", []signature.Slot{{Header: "Time", Value: "{timestamp}"}}
	}))
	for fault, text := range map[string]string{
		"nan": "NaN", "milliseconds": "1767323045000", "float": "1767323045.5", "hex": "0x695735a5", "leading-zero": "01767323045", "negative": "-1",
	} {
		m, err := Prepare(deliveryOf(t, v, "signed-timestamp."+fault, "secret"), signedAt)
		if err != nil {
			t.Fatal(err)
		}
		if got := m.Header.Get("Time"); got != text {
			t.Errorf("%s: the time is %q, want %q", fault, got, text)
		}
		other, err := Prepare(deliveryOf(t, body, "signed-timestamp."+fault, "secret"), signedAt)
		if err != nil || m.Header.Get("Sig") != other.Header.Get("Sig") {
			t.Errorf("%s: the signature is not over the text that is sent: %v", fault, err)
		}
	}
	signer, err := v.Schemes[0].Signer(signature.Key{Secret: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	for fault, text := range map[string]string{"empty": "", "undefined": "undefined", "none": "None"} {
		d := deliveryOf(t, v, "signed-timestamp."+fault, "secret")
		m, err := Prepare(d, signedAt)
		if err != nil {
			t.Fatal(err)
		}
		signer.SetTime(text)
		want, err := signer.AppendValue(nil, m, signedAt)
		if _, there := m.Header.Lookup("Time"); there || err != nil || m.Header.Get("Sig") != string(want) {
			t.Errorf("%s: %v, want the signature %s and no time", fault, m.Header, want)
		}
	}
}

// TestNoSignatureInABody: the member goes; empty-signature leaves it.
func TestNoSignatureInABody(t *testing.T) {
	v := variantOf(t, hmacSpec(func(s *signature.Spec) {
		s.Signed, s.Place = "{timestamp}{field:id}", signature.Place{Slot: signature.Slot{Body: "sig"}}
	}))
	for fault, body := range map[string]string{"no-signature": `{"id":"evt_12345678","amount":4200}`, "empty-signature": `{"id":"evt_12345678","amount":4200,"sig":""}`} {
		m, err := Prepare(deliveryOf(t, v, fault, "secret"), signedAt)
		if err != nil || string(m.Body) != body {
			t.Errorf("%s: %s, %v", fault, m.Body, err)
		}
	}
}

// TestFormsAreSpoiltAsForms: a space at the end would change the last value.
func TestFormsAreSpoiltAsForms(t *testing.T) {
	for form, want := range map[string]string{"b=1&a=x+y": "a=x+y&b=1", "a=x+y": "a=x%20y"} {
		if spaced, err := addSpace([]byte(form)); err != nil || string(spaced) != form+"&" {
			t.Errorf("%s: %q, %v", form, spaced, err)
		}
		if again, err := reserialise([]byte(form)); err != nil || string(again) != want {
			t.Errorf("%s: %q, want %q, %v", form, again, want, err)
		}
	}
	if spaced, err := addSpace([]byte(`{}`)); err != nil || !bytes.Equal(spaced, []byte(`{} `)) {
		t.Errorf("%q, %v", spaced, err)
	}
	if _, err := addSpace([]byte("text")); !IsCannot(err) {
		t.Errorf("plain text: %v", err)
	}
}

// TestFaultNames: no two faults share one, and what is lenient says why.
func TestFaultNames(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range Faults {
		if seen[f.Name] || f.About == "" || f.Before == nil && f.After == nil || f.Expect == Either && f.Why == "" {
			t.Errorf("%+v", f.Name)
		}
		seen[f.Name] = true
	}
	for name, unreadable := range map[string]bool{"malformed.64k": true, "malformed.nul": true, "malformed.control": true, "malformed.high-bytes": true, "malformed.commas": true, "malformed.quotes": false, "malformed.astral": false, "malformed.odd-length": false, "no-signature": false} {
		if f, err := FaultNamed(name); err != nil || f.Unreadable != unreadable {
			t.Errorf("%s: unreadable is %v, %v", name, !unreadable, err)
		}
	}
}
