package signature

import (
	"errors"
	"strconv"
	"testing"
	"time"
)

var holeTime = time.Unix(1700000000, 0)

// A time so far away that the difference overflows is still too far away.
func TestTimesBeyondDurationsAreRefused(t *testing.T) {
	s, err := Compile(Spec{
		Name: "v1", Signed: "{timestamp}.{body}", Digest: "hmac-sha256", Tolerance: "5m",
		Place: Place{Slot: Slot{Header: "Sig"}, Items: []string{"t={timestamp}", "v1={signature}"}, Join: ","},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, seconds := range []int64{1700000000000, 1 << 62, -1 << 40} {
		signer, err := s.Signer(Key{Secret: "k"})
		if err != nil {
			t.Fatal(err)
		}
		m := &Message{Body: []byte("{}")}
		if err := signer.Sign(m, time.Unix(seconds, 0)); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Verify(m, []Key{{Secret: "k"}}, holeTime); !errors.Is(err, ErrStale) && !errors.Is(err, ErrFuture) {
			t.Errorf("signed at %d: %v", seconds, err)
		}
	}
}

func signedToken(t *testing.T, spec Spec, secret string) (*Scheme, *Message) {
	t.Helper()
	spec.Name, spec.Engine, spec.Algorithm, spec.Place = "jwt", "jose", "HS256", Place{Slot: Slot{Header: "Token"}}
	s, err := Compile(spec)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := s.Signer(Key{Secret: secret})
	if err != nil {
		t.Fatal(err)
	}
	m := &Message{Body: []byte(`{"a":1}`)}
	if err := signer.Sign(m, holeTime); err != nil {
		t.Fatal(err)
	}
	return s, m
}

func TestTokenUnderTheEmptySecretIsRefused(t *testing.T) {
	s, m := signedToken(t, Spec{Claims: Pairs{{Key: "iat", Value: "{timestamp}"}}}, "")
	if _, err := s.Verify(m, []Key{{Secret: ""}}, holeTime); !errors.Is(err, ErrBadSignature) {
		t.Errorf("got %v", err)
	}
}

func TestExpiredTokenIsRefused(t *testing.T) {
	s, m := signedToken(t, Spec{Claims: Pairs{{Key: "iat", Value: "{timestamp}"}, {Key: "exp", Value: "{timestamp.plus:60}"}}}, "k")
	for after, want := range map[time.Duration]error{59 * time.Second: nil, time.Minute: ErrStale, time.Hour: ErrStale} {
		if _, err := s.Verify(m, []Key{{Secret: "k"}}, holeTime.Add(after)); !errors.Is(err, want) {
			t.Errorf("after %v: %v, want %v", after, err, want)
		}
	}
}

// A sorted body is signed by its content; what its writer does not see must not count.
func TestSortedJSONHidesNothing(t *testing.T) {
	s, err := Compile(Spec{Name: "sorted", Signed: "{json.sorted}", Digest: "hmac-sha256", Place: Place{Slot: Slot{Header: "Sig"}}})
	if err != nil {
		t.Fatal(err)
	}
	signer, err := s.Signer(Key{Secret: "k"})
	if err != nil {
		t.Fatal(err)
	}
	m := &Message{Body: []byte(`{"b":{"c":2},"a":1}`)}
	if err := signer.Sign(m, holeTime); err != nil {
		t.Fatal(err)
	}
	for i, body := range []string{`{"b":{"c":2},"a":1} {"x":1}`, `{"a":9,"b":{"c":2},"a":1}`, `{"b":{"c":3,"c":2},"a":1}`} {
		other := m.Clone()
		other.Body = []byte(body)
		if _, err := s.Verify(other, []Key{{Secret: "k"}}, holeTime); err == nil {
			t.Errorf("%s: %s is accepted", strconv.Itoa(i), body)
		}
	}
	if _, err := s.Verify(m, []Key{{Secret: "k"}}, holeTime); err != nil {
		t.Error(err)
	}
}

func TestSigningAReceivedMessageKeepsItsID(t *testing.T) {
	s, err := Compile(Spec{
		Name: "std", Signed: "{id}.{timestamp}.{body}", Digest: "hmac-sha256",
		Place: Place{Slot: Slot{Header: "Sig"}}, Carry: []Slot{{Header: "Id", Value: "{id}"}, {Header: "Time", Value: "{timestamp}"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	signer, err := s.Signer(Key{Secret: "k"})
	if err != nil {
		t.Fatal(err)
	}
	m := &Message{Body: []byte("{}"), Header: Header{{"Id", "msg_1"}}}
	if err := signer.Sign(m, holeTime); err != nil || m.Header.Get("Id") != "msg_1" {
		t.Errorf("id %q, %v", m.Header.Get("Id"), err)
	}
}
