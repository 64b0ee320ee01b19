package signature

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"
)

var diagnosed = time.Unix(1767323045, 0)

// stamped is a scheme as many have it: time and body under an HMAC.
func stamped(t testing.TB) *Scheme {
	t.Helper()
	s, err := Compile(Spec{
		Name: "v1", Signed: "{timestamp}.{body}", Digest: "hmac-sha256", Tolerance: "5m",
		Place: Place{Slot: Slot{Header: "X-Sig"}, Items: []string{"t={timestamp}", "v1={signature}"}, Join: ","},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func signed(t testing.TB, s *Scheme, body []byte, key Key) *Message {
	t.Helper()
	signer, err := s.Signer(key)
	if err != nil {
		t.Fatal(err)
	}
	m := &Message{Method: "POST", URL: "http://localhost/", Body: body}
	if err := signer.Sign(m, diagnosed); err != nil {
		t.Fatal(err)
	}
	return m
}

// largeJSON has all that serialisers differ about.
func largeJSON(size int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"items":[`)
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, `{"id":%d,"url":"https://example.com/%d","name":"Zürich <b>&","more":{"a":[],"b":{},"c":"x\u001by"}},`, i, i)
	}
	return append(bytes.TrimRight(b.Bytes(), ","), "]}"...)
}

// TestDiagnoseIsBounded: a large body under a wrong key costs so many times a
// verification and no more. Without bounds the search for the signed time alone
// is 170 000 of them.
func TestDiagnoseIsBounded(t *testing.T) {
	s := stamped(t)
	m := signed(t, s, largeJSON(256<<10), Key{Secret: "one"})
	wrong := []Key{{Secret: "other"}}
	best := func(n int, f func()) time.Duration {
		least := time.Hour
		for range n {
			start := time.Now()
			f()
			least = min(least, time.Since(start))
		}
		return least
	}
	once := best(20, func() { s.Verify(m, wrong, diagnosed) })
	var d Diagnosis
	all := best(2, func() { d = Usual{Model: m.Body}.Diagnose(s, m, wrong, diagnosed) })
	if d.Err == nil || len(d.Causes) > 0 {
		t.Errorf("%v %v", d.Err, d.Causes)
	}
	if ratio := all / once; ratio > 100000 {
		t.Errorf("a diagnosis costs %d verifications", ratio)
	} else {
		t.Logf("a diagnosis costs %d verifications", ratio)
	}
	for range 1000 {
		m.Header[0].Value += ",v1=" + strings.Repeat("0", 64)
	}
	start := time.Now()
	s.Diagnose(m, wrong, diagnosed)
	if ratio := time.Since(start) / once; ratio > 5000 {
		t.Errorf("with a thousand signatures a diagnosis costs %d verifications", ratio)
	}
}

// TestDiagnoseLateTimes: a time that durations do not reach to is not taken for a fresh one.
func TestDiagnoseLateTimes(t *testing.T) {
	s := stamped(t)
	signer, err := s.Signer(Key{Secret: "one"})
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Time{diagnosed.AddDate(400, 0, 0), time.Unix(diagnosed.UnixMilli(), 0)} {
		m := &Message{Body: []byte("{}")}
		if err := signer.Sign(m, at); err != nil {
			t.Fatal(err)
		}
		d := s.Diagnose(m, []Key{{Secret: "one"}}, diagnosed)
		if d.Err == nil || len(d.Causes) != 1 {
			t.Errorf("%v: %v %v", at, d.Err, d.Causes)
		}
	}
}

// TestBodyMistakesAreOthers: no form is the body itself, which would name a cause that is none.
func TestBodyMistakesAreOthers(t *testing.T) {
	for _, body := range []string{"", "{}", "[]", "null", "{\"a\":1}", "{\n  \"a\": [\n\n  ]\n}", "a=b&c=d+e", "payload=%7B%7D", "aGVsbG8=", "\"x\"", "\xff\xfe", "ü", `{"a":"\u00fc\/<"}`, "\ufeff{}\r\n"} {
		count := 0
		for form := range bodyMistakes([]byte(body), []byte(`{"b":1,"a":2}`)) {
			if count++; string(form.body) == body {
				t.Errorf("%q: %s is the body itself", body, form.Name)
			}
			if form.Name == "" || form.Text == "" || form.Cure == "" {
				t.Errorf("%q: %+v", body, form.Cause)
			}
		}
		if count == 0 {
			t.Errorf("%q: nothing is tried", body)
		}
	}
}

func TestReordered(t *testing.T) {
	for _, c := range []struct{ model, sorted, want string }{
		// A provider without a rule: the model's order, and what it does not have last.
		{`{"z":1,"a":{"y":1,"b":2},"m":[{"k":1,"c":2}]}`, `{"a":{"b":2,"q":0,"y":1},"m":[{"c":2,"k":1},{"c":3,"k":4}],"n":0,"z":1}`, `{"z":1,"a":{"y":1,"b":2,"q":0},"m":[{"k":1,"c":2},{"k":4,"c":3}],"n":0}`},
		// One that sorts, but for two: what the model does not have finds its place as well.
		{`{"id":1,"object":2,"a":3,"c":4,"d":5}`, `{"a":3,"b":{"a":1,"id":2},"c":4,"id":1,"object":2}`, `{"id":1,"object":2,"a":3,"b":{"id":2,"a":1},"c":4}`},
	} {
		found := false
		for _, form := range orders([]byte(c.sorted), []byte(c.model)) {
			found = found || string(form.body) == c.want
		}
		if !found {
			t.Errorf("%s is not found from %s", c.want, c.sorted)
		}
	}
	for body, want := range map[string]bool{
		`{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9}`: true,
		`{"a":1,"b":2,"c":3}`: false, // it may be chance
		`{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":{"b":1,"a":2}}`: false,
		`no JSON`: false,
	} {
		if Sorted([]byte(body)) != want {
			t.Errorf("%s: sorted is %v", body, !want)
		}
	}
}

// FuzzDiagnose: no body and no header value makes it panic, and every cause that
// is named is whole.
func FuzzDiagnose(f *testing.F) {
	s := stamped(f)
	m := signed(f, s, []byte(`{"a":"ü"}`), Key{Secret: "one"})
	f.Add(m.Header[0].Value, []byte(`{ "a": "\u00fc", "b": [ ] }`), "http://localhost:80/?a=b", "whsec_b25l")
	f.Add("v1=zz", []byte("payload=%7B%7D&a=+"), "//", "")
	f.Fuzz(func(t *testing.T, value string, body []byte, address, secret string) {
		m := &Message{Method: "POST", URL: address, Header: Header{{"X-Sig", value}}, Body: body}
		usual := Usual{Model: body, Keys: []Suspect{{Cause{"a", "b", "c"}, Key{Secret: "x"}}}}
		// All but the long searches, which try no other kinds of input.
		trial := &trial{s: s, m: m, keys: []Key{{Secret: secret}}, usual: usual, now: diagnosed}
		for _, look := range []func() []Cause{trial.placeCauses, trial.keyCauses, trial.urlCauses, trial.bodyCauses, trial.textCauses, trial.otherCauses, trial.formCauses, trial.provenCauses} {
			for _, c := range look() {
				if c.Name == "" || c.Text == "" || c.Cure == "" {
					t.Errorf("%+v", c)
				}
			}
		}
	})
}
