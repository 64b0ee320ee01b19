package signature

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"iter"
	"strings"
	"time"
)

// budget is how many bytes are hashed in search of what is no likely mistake.
const budget = 128 << 20

// trial tries one message in many forms.
type trial struct {
	s     *Scheme
	m     *Message
	keys  []Key
	usual Usual
	now   time.Time
	left  int
}

func (t *trial) first(looks ...func() []Cause) []Cause {
	for _, look := range looks {
		if causes := look(); len(causes) > 0 {
			return causes
		}
	}
	return nil
}

// fits says whether a form verifies, whatever its age.
func (t *trial) fits(m *Message, keys []Key) bool { return t.s.fitsAtAnyAge(m, keys, t.now) }

func (s *Scheme) fitsAtAnyAge(m *Message, keys []Key, now time.Time) bool {
	_, err := s.Verify(m, keys, now)
	return err == nil || errors.Is(err, ErrStale) || errors.Is(err, ErrFuture)
}

// spend says whether one more try is within the budget.
func (t *trial) spend() bool {
	cost := len(t.m.Body) + 1024
	if t.s.Asymmetric() {
		cost += 64 << 10 // what is hashed in the time of one verification
	}
	t.left -= cost
	return t.left > 0
}

func (t *trial) withBody(body []byte) *Message {
	m := *t.m
	m.Header = append(Header(nil), t.m.Header...)
	m.Body = body
	return &m
}

func (t *trial) withURL(url string) *Message {
	m := t.withBody(t.m.Body)
	m.URL = url
	return m
}

func (t *trial) suspects() iter.Seq[Suspect] {
	return func(yield func(Suspect) bool) {
		for _, key := range t.keys {
			for _, suspect := range t.s.keyMistakes(key) {
				if !yield(suspect) {
					return
				}
			}
		}
		for _, suspect := range t.usual.Keys {
			if t.s.Asymmetric() == (suspect.Key.Secret == "") && !yield(suspect) {
				return
			}
		}
	}
}

// bodies yields nothing where the body plays no part.
func (t *trial) bodies() iter.Seq[bodyMistake] {
	if !t.s.readsBody() {
		return func(func(bodyMistake) bool) {}
	}
	return bodyMistakes(t.m.Body, t.usual.Model)
}

func (t *trial) urls() []string {
	if !t.s.CoversURL() {
		return nil
	}
	return urlMistakes(t.m)
}

// want is the signature that m should carry at its own time.
func (t *trial) want(f found, key Key) string {
	at, _ := t.s.time(f)
	sg, err := t.signer(f, key)
	if err != nil {
		return ""
	}
	text, err := t.at(sg, at, f.stamp)
	if err != nil {
		return ""
	}
	return string(text)
}

// signer signs m as it is, with the id and the nonce that it carries.
func (t *trial) signer(f found, key Key) (*Signer, error) {
	sk, err := t.s.signingKey(key)
	if err != nil {
		return nil, err
	}
	in := input{m: t.m, clock: t.s.clock, id: f.id, nonce: f.nonce, secret: key.Secret, keyID: key.ID}
	return &Signer{scheme: t.s, keys: []signingKey{sk}, in: in}, nil
}

func (t *trial) at(sg *Signer, at time.Time, stamp string) ([]byte, error) {
	sg.stamp = append(sg.stamp[:0], stamp...)
	sg.in.at, sg.in.stamp = at, sg.stamp
	return sg.signature(nil, &sg.keys[0])
}

func sameBytes(text string, raw []byte) bool {
	for _, b := range decoded(text) {
		if string(b) == string(raw) {
			return true
		}
	}
	return false
}

// decoded reads a text in every encoding that it fits.
func decoded(text string) (all [][]byte) {
	text = strings.TrimSpace(text)
	for _, decode := range []func(string) ([]byte, error){hex.DecodeString, base64.StdEncoding.DecodeString, base64.RawStdEncoding.DecodeString, base64.URLEncoding.DecodeString, base64.RawURLEncoding.DecodeString} {
		if b, err := decode(text); err == nil && len(b) > 0 {
			all = append(all, b)
		}
	}
	return all
}
