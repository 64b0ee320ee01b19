package simulator_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"simhook/fixtures"
	"simhook/simulator"
	"simhook/simulator/signature"
)

// A receiver that tells everything it knows, as a debug page does.
func gossip(secret string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Seen", fmt.Sprint(r.Header))
		fmt.Fprintf(w, "%v\n%q\n%s\n%s\n", r.Header, r.URL, body, url.QueryEscape(fmt.Sprint(r.Header)))
		fmt.Fprintln(w, secret, base64.StdEncoding.EncodeToString([]byte(secret)), url.QueryEscape(secret))
		for _, values := range r.Header {
			fmt.Fprintln(w, strings.ReplaceAll(strings.Join(values, "\n"), "/", `\/`))
		}
	})
}

// masked is every delivery of a variant, genuine and with each fault.
type masked struct {
	pack       *fixtures.Pack
	variant    simulator.Variant
	keys       []signature.Key
	deliveries []simulator.Delivery
}

func (m *masked) plan(target simulator.Target) *simulator.Plan {
	p := &simulator.Plan{Name: "masks", Run: "r", Start: time.Now(), Endpoints: []simulator.Endpoint{{
		Name: "one", Provider: m.pack.Provider, Target: target, Keys: [][]signature.Key{m.keys},
		Make: func(n uint32) (simulator.Event, error) {
			d := m.deliveries[n/2]
			if n%2 == 1 {
				return *d.Other, nil
			}
			return d.Event, nil
		},
	}}}
	for i, d := range m.deliveries {
		s := simulator.Step{Event: uint32(2 * i), Fault: simulator.FaultIndex(d.Fault)}
		if d.Other != nil {
			s.Other = uint32(2*i + 2)
		}
		p.Steps = append(p.Steps, s)
	}
	return p
}

// forbidden lists what must not be in the record of an attempt.
func (m *masked) forbidden(t *testing.T, a *simulator.Attempt) (all []string) {
	genuine, err := simulator.Prepare(simulator.Delivery{Event: a.Event, Keys: m.keys, URL: a.Message.URL}, a.Sent)
	if err != nil {
		t.Fatal(err)
	}
	own := a.Message
	if a.Fault != nil && slices.ContainsFunc([]string{"unkeyed", "empty-key", "placeholder"}, func(p string) bool { return strings.HasPrefix(a.Fault.Name, p) }) {
		own = genuine // what anybody could make hides nothing: it is the body's own digest, or the fault's name
	}
	for _, scheme := range m.variant.Schemes {
		for _, text := range slices.Concat(scheme.Signatures(genuine), scheme.Signatures(own)) {
			all = append(all, text, text[:len(text)/2], url.QueryEscape(text))
		}
	}
	// A word of a fault, or of a documentation, is no secret.
	return slices.DeleteFunc(all, func(text string) bool { return len(text) < 16 })
}

func maskedOf(t *testing.T, pack *fixtures.Pack, v simulator.Variant, target simulator.Target) *masked {
	m := &masked{pack: pack, variant: v, keys: simulator.Keys([]string{pack.Provider.TestSecret}, nil)}
	faults := []*simulator.Fault{nil}
	for _, f := range simulator.Faults {
		if found, err := pack.Provider.FaultFor(f.Name, v); err == nil {
			faults = append(faults, found)
		}
	}
	for _, f := range faults {
		d, err := pack.Delivery("", fixtures.Options{Variant: v.Name, Run: "masks", URL: target.Address()}, f, m.keys)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := simulator.Prepare(d, time.Now()); err == nil {
			m.deliveries = append(m.deliveries, d)
		}
	}
	return m
}

// TestRecordMasks: of no provider, manner or fault does a signature or a secret
// get into the record, however loudly the receiver says it; and --keep-secrets
// shows that it was there to be seen.
func TestRecordMasks(t *testing.T) {
	for _, name := range fixtures.Names() {
		pack, err := fixtures.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range pack.Provider.Variants {
			t.Run(name+"/"+v.Name, func(t *testing.T) { recordMasks(t, pack, v) })
		}
	}
}

func recordMasks(t *testing.T, pack *fixtures.Pack, v simulator.Variant) {
	secret := pack.Provider.TestSecret
	server := httptest.NewServer(gossip(secret))
	defer server.Close()
	target, err := simulator.URL(server.URL, false)
	if err != nil {
		t.Fatal(err)
	}
	m := maskedOf(t, pack, v, target)
	var hidden, open bytes.Buffer
	masks, keeps := simulator.NewRecorder(&hidden), simulator.NewRecorder(&open)
	masks.Bodies, keeps.Bodies, keeps.KeepSecrets = true, true, true
	var forbidden []string
	err = simulator.Play(t.Context(), m.plan(target), simulator.Playing{
		Began: func(a *simulator.Attempt) { masks.Began(a); keeps.Began(a) },
		Ended: func(a *simulator.Attempt) {
			masks.Ended(a)
			keeps.Ended(a)
			forbidden = append(forbidden, m.forbidden(t, a)...)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	seen := false
	for _, text := range append(forbidden, secret) {
		seen = seen || text != "" && bytes.Contains(open.Bytes(), []byte(text))
		if text != "" && bytes.Contains(hidden.Bytes(), []byte(text)) {
			at := bytes.Index(hidden.Bytes(), []byte(text))
			line := hidden.Bytes()[bytes.LastIndexByte(hidden.Bytes()[:at], '\n')+1:]
			t.Fatalf("%.60q is in the record: …%.100s\n%.400s", text, hidden.Bytes()[max(0, at-60):], line)
		}
	}
	if !seen && len(v.Schemes) > 0 {
		t.Error("nothing was there to be masked")
	}
}
