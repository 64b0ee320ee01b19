package signature

import (
	"crypto/sha256"
	"errors"
	"strings"
	"testing"
	"time"
)

// clocked is a scheme that signs the time, which stands in a header.
func clocked(t testing.TB, clock, tolerance string) *Scheme {
	t.Helper()
	return compiled(t, Spec{
		Signed: "{timestamp}.{body}", Digest: "hmac-sha256", Clock: clock, Tolerance: tolerance,
		Place: inHeader("Sig"), Carry: []Slot{carry("Time", "{timestamp}")},
	})
}

func signedAt(t testing.TB, scheme *Scheme, at time.Time) *Message {
	t.Helper()
	m := hello.Clone()
	signer, err := scheme.Signer(Key{Secret: "secret"})
	if err == nil {
		err = signer.Sign(m, at)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestExactlyTheToleranceIsFresh(t *testing.T) {
	const half = 500 * time.Millisecond
	whole, broken := time.Unix(1700000000, 0), time.Unix(1700000000, 0).Add(half)
	for _, c := range []struct {
		tolerance, clock string
		at               time.Time
		after            time.Duration // how long after signing it is verified
		want             error
	}{
		{"5m", "unix", whole, 0, nil},
		{"5m", "unix", whole, 5 * time.Minute, nil},
		{"5m", "unix", whole, 5*time.Minute + half, nil}, // whole seconds are compared
		{"5m", "unix", whole, 5*time.Minute + time.Second, ErrStale},
		{"5m", "unix", whole, -5 * time.Minute, nil},
		{"5m", "unix", whole, -5*time.Minute - time.Second, ErrFuture},
		{"5m", "unix", whole, 25 * time.Hour, ErrStale},
		{"5s", "unix", whole, 5 * time.Second, nil},
		{"5s", "unix", whole, 6 * time.Second, ErrStale},
		{"5m past", "unix", whole, 5 * time.Minute, nil},
		{"5m past", "unix", whole, 5*time.Minute + time.Second, ErrStale},
		{"5m past", "unix", whole, -5*time.Minute - time.Second, nil},
		{"5m past", "unix", whole, -25 * time.Hour, nil},
		{"3m", "unix-ms", broken, 3 * time.Minute, nil},
		{"3m", "unix-ms", broken, 3*time.Minute + time.Millisecond, ErrStale},
		{"3m", "unix-ms", broken, 3*time.Minute + time.Second, ErrStale},
		{"3m", "unix-ms", broken, -3 * time.Minute, nil},
		{"3m", "unix-ms", broken, -3*time.Minute - time.Second, ErrFuture},
		{"10m", "rfc3339-nano", broken, 10 * time.Minute, nil},
		{"10m", "rfc3339-nano", broken, 10*time.Minute + 1, ErrStale},
		{"10m", "rfc3339-nano", broken, -10 * time.Minute, nil},
		{"1m", "rfc3339", whole, time.Minute, nil},
		{"1m", "rfc3339", whole, time.Minute + time.Second, ErrStale},
		{"1m", "iso8601-local", broken, -time.Minute, nil},
		{"1m", "iso8601-local", broken, -time.Minute - time.Second, ErrFuture},
		{"", "unix", whole, 1000 * time.Hour, nil},
		{"", "unix", whole, -1000 * time.Hour, nil},
	} {
		scheme := clocked(t, c.clock, c.tolerance)
		m := signedAt(t, scheme, c.at)
		v, err := scheme.Verify(m, []Key{{Secret: "secret"}}, c.at.Add(c.after))
		if !errors.Is(err, c.want) || (c.want == nil) != (err == nil) {
			t.Errorf("%s, tolerance %q, %v after: %v, want %v", c.clock, c.tolerance, c.after, err, c.want)
		}
		if !v.At.Equal(c.at) {
			t.Errorf("%s: signed at %v, want %v, whatever its age", c.clock, v.At, c.at)
		}
		if age, past := scheme.Age(); c.tolerance != "" && (age.String() == "0s" || past != strings.HasSuffix(c.tolerance, " past")) {
			t.Errorf("tolerance %q is %v, past only %v", c.tolerance, age, past)
		}
	}
}

// TestTokenAges: the age of a token is that of the claim that holds the time.
func TestTokenAges(t *testing.T) {
	scheme := compiled(t, Spec{Engine: "jose", Algorithm: "HS256", Tolerance: "5m past", Place: inHeader("Sig"), Claims: Pairs{{Key: "h", Value: "{body.sha256}"}, {Key: "iat", Value: "{timestamp}"}}})
	at := time.Unix(1700000000, 0)
	m := signedAt(t, scheme, at)
	for after, want := range map[time.Duration]error{0: nil, 5 * time.Minute: nil, 5*time.Minute + time.Second: ErrStale, -time.Hour: nil} {
		if _, err := scheme.Verify(m, []Key{{Secret: "secret"}}, at.Add(after)); !errors.Is(err, want) {
			t.Errorf("%v after: %v, want %v", after, err, want)
		}
	}
}

// TestStaleIsSaidOnlyOfGenuine: the age is looked at after the signature.
func TestStaleIsSaidOnlyOfGenuine(t *testing.T) {
	scheme := clocked(t, "unix", "5m")
	m := signedAt(t, scheme, at)
	if _, err := scheme.Verify(m, []Key{{Secret: "other"}}, at.Add(time.Hour)); !errors.Is(err, ErrBadSignature) || errors.Is(err, ErrStale) {
		t.Errorf("forged and old: %v, want %v", err, ErrBadSignature)
	}
}

func TestTimeThatIsNone(t *testing.T) {
	const zero = "0001-01-01T00:00:00Z"
	for _, c := range []struct {
		clock, stamp string
		want         error
	}{
		{"unix", "", ErrNoTimestamp}, {"unix", "yesterday", ErrBadTimestamp}, {"unix", "+1700000000", ErrBadTimestamp}, {"unix", " 1700000000", ErrBadTimestamp},
		{"unix", "1700000000.5", ErrBadTimestamp}, {"unix", "1e9", ErrBadTimestamp}, {"unix", "0x65540a00", ErrBadTimestamp}, {"unix", "99999999999999999999", ErrBadTimestamp},
		{"unix", "-62135596800", ErrBadTimestamp}, // year 1 is Go's zero time and must not pass for no time
		{"unix", "1700000001", ErrBadSignature}, {"unix", "01700000000", ErrBadSignature}, {"unix-ms", "1700000000", ErrBadSignature},
		{"rfc3339", zero, ErrBadTimestamp}, {"rfc3339", "1700000000", ErrBadTimestamp}, {"rfc3339", "2023-11-14 22:13:20Z", ErrBadTimestamp},
		{"iso8601-local", "2023-11-14T22:13:20.123456Z", ErrBadTimestamp}, {"rfc3339", strings.Repeat("9", 1000), ErrBadTimestamp},
	} {
		scheme := clocked(t, c.clock, "5m")
		m := signedAt(t, scheme, at)
		m.Header.Set("Time", c.stamp)
		_, err := scheme.Verify(m, []Key{{Secret: "secret"}}, at)
		if !errors.Is(err, c.want) {
			t.Errorf("%s %q: %v, want %v", c.clock, clip(c.stamp), err, c.want)
		}
		if err != nil && len(err.Error()) > 200 {
			t.Errorf("the error repeats %d characters of the message", len(err.Error()))
		}
	}
	scheme := clocked(t, "unix", "5m")
	m := signedAt(t, scheme, at)
	m.Header.Del("Time")
	if _, err := scheme.Verify(m, []Key{{Secret: "secret"}}, at); !errors.Is(err, ErrNoTimestamp) {
		t.Errorf("no time: %v, want %v", err, ErrNoTimestamp)
	}
}

// TestClockReadsWhatSendersWrite: fractions of any length, and zones.
func TestClockReadsWhatSendersWrite(t *testing.T) {
	for stamp, clocks := range map[string][]string{
		"2023-11-14T22:13:20Z":          {"rfc3339", "rfc3339-ms", "rfc3339-nano"},
		"2023-11-14T22:13:20.000Z":      {"rfc3339", "rfc3339-ms", "rfc3339-nano"},
		"2023-11-14T22:13:20.00000000Z": {"rfc3339-nano"}, // Go's RFC3339Nano drops zeros at the end
		"2023-11-14T14:13:20-08:00":     {"rfc3339", "rfc3339-ms"},
		"2023-11-14T22:13:20":           {"iso8601-local"},
		"2023-11-14T22:13:20.000":       {"iso8601-local"},
		"2023-11-14T22:13:20.000000":    {"iso8601-local"},
	} {
		for _, clock := range clocks {
			scheme := clocked(t, clock, "5m")
			m := hello.Clone()
			m.Header.Add("Time", stamp)
			m.Header.Add("Sig", hexOf(mac(sha256.New, "secret", stamp+".Hello, World!")))
			v, err := scheme.Verify(m, []Key{{Secret: "secret"}}, at)
			if err != nil || v.At.Unix() != 1700000000 {
				t.Errorf("%s %s: %v, %v", clock, stamp, v.At, err)
			}
		}
	}
}

func TestNoID(t *testing.T) {
	scheme := compiled(t, Spec{Signed: "{id}.{body}", Digest: "hmac-sha256", Place: inHeader("Sig"), Carry: []Slot{carry("Id", "m-{id}")}})
	for _, spoil := range []func(h *Header){
		func(h *Header) { h.Del("Id") }, func(h *Header) { h.Set("Id", "") }, func(h *Header) { h.Set("Id", "m-") }, func(h *Header) { h.Set("Id", "msg_1") },
	} {
		m := signedAt(t, scheme, at)
		spoil(&m.Header)
		if _, err := scheme.Verify(m, []Key{{Secret: "secret"}}, at); !errors.Is(err, ErrNoID) {
			t.Errorf("id %q: %v, want %v", m.Header.Get("Id"), err, ErrNoID)
		}
	}
}
