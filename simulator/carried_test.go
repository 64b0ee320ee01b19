package simulator_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"simhook/simulator"
	"simhook/simulator/signature"
)

// TestCarriedQuery: what a scheme writes into the query is signed, goes over the
// wire to wherever the message is dialled, and binds the body.
func TestCarriedQuery(t *testing.T) {
	scheme, err := signature.Compile(signature.Spec{
		Name: "hash", Signed: "{url}", Digest: "hmac-sha1", Encoding: "base64",
		Carry: []signature.Slot{{Query: "bodySHA256", Value: "{body.sha256}"}},
		Place: signature.Place{Slot: signature.Slot{Header: "X-Signature"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	v := simulator.Variant{Name: "hash", Schemes: []*signature.Scheme{scheme}}
	keys := simulator.Keys([]string{"secret"}, nil)
	ev := simulator.Event{Provider: &simulator.Provider{}, Variant: v, Method: "POST", Body: []byte(`{"a":1}`)}
	m, err := simulator.Prepare(simulator.Delivery{Event: ev, Keys: keys, URL: "https://example.com/hook?a=b"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	const query = "bodySHA256=015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
	if want := "https://example.com/hook?a=b&" + query; m.URL != want {
		t.Errorf("signed URL is %s, want %s", m.URL, want)
	}
	target := &url.URL{Scheme: "http", Host: "localhost:8080", Path: "/inner", RawQuery: "c=d"}
	if line, want := string(simulator.Wire(m, target)), "POST /inner?c=d&"+query+" HTTP/1.1\r\nHost: localhost:8080\r\n"; !strings.HasPrefix(line, want) {
		t.Errorf("on the wire is %.120q, want %q", line, want)
	}
	if got, want := simulator.Dialled("http://localhost:8080/inner", m), "http://localhost:8080/inner?"+query; got != want {
		t.Errorf("dialled is %s, want %s", got, want)
	}
	if _, err := v.Verify(m, keys, time.Now()); err != nil {
		t.Errorf("genuine: %v", err)
	}
	m.Body = []byte(`{"a":2}`)
	if _, err := v.Verify(m, keys, time.Now()); err == nil {
		t.Error("another body under the same hash is accepted")
	}
}

func TestHandshake(t *testing.T) {
	p := &simulator.Provider{Handshakes: []simulator.Handshake{
		{Name: "ping", When: "body:type", Is: "1", Unless: "body:event", Answer: signature.Pairs{{Key: "type", Value: "1", Bare: true}, {Key: "text", Value: "1"}}},
		{Name: "silent", When: "body:type", Is: "0", Status: []simulator.StatusRange{{From: 204, To: 204}}},
	}}
	for body, want := range map[string]string{
		`{"type":1}`:              `ping {"type":1,"text":"1"}`,
		`{"type":0}`:              "silent ",
		`{"type":1,"event":{}}`:   "",
		`{"type":2,"event":null}`: "",
	} {
		m := &simulator.Message{Body: []byte(body)}
		got := ""
		if h := p.HandshakeOf(m); h != nil {
			reply, err := h.Reply(m, signature.Key{})
			if err != nil {
				t.Fatal(err)
			}
			got = h.Name + " " + string(reply.Body)
		}
		if got != want {
			t.Errorf("%s is answered %q, want %q", body, got, want)
		}
	}
}

func TestLocatorAlternatives(t *testing.T) {
	place := simulator.Locator("header:X-Id or body:id or body:event.time")
	for body, want := range map[string]string{`{"id":"a","event":{"time":"b"}}`: "a", `{"event":{"time":"b"}}`: "b", `{}`: ""} {
		if got, ok := place.Read(&simulator.Message{Body: []byte(body)}); got != want || ok != (want != "") {
			t.Errorf("%s has %q, want %q", body, got, want)
		}
	}
	if place.Check() != nil {
		t.Errorf("%s: %v", place, place.Check())
	}
	if err := simulator.Locator("body:id or id").Check(); err == nil {
		t.Error("a place without a kind passes")
	}
}

func TestPlanOfEvent(t *testing.T) {
	r := simulator.Retry{Schedules: []simulator.Schedule{
		{Name: "none", Events: []string{"ping"}},
		{Name: "lost", When: []simulator.Reason{simulator.NoAnswer}, Waits: []time.Duration{time.Second}},
		{Name: "all", Waits: []time.Duration{time.Minute, time.Hour}},
	}}
	for _, c := range []struct {
		event  string
		reason simulator.Reason
		waits  int
	}{{"ping", simulator.NoAnswer, 0}, {"order", simulator.NoAnswer, 1}, {"order", simulator.Refused, 2}} {
		if waits := r.Plan(simulator.Event{Type: c.event}, c.reason, nil); len(waits) != c.waits {
			t.Errorf("%s after %s waits %v, want %d waits", c.event, c.reason, waits, c.waits)
		}
	}
}
