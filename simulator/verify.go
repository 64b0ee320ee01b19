package simulator

import (
	"strings"
	"time"

	"simhook/simulator/signature"
)

// Verify checks a message as a sound receiver of this variant does: every scheme
// that may be trusted must fit. A weaker scheme beside a stronger one is not
// looked at. A variant that signs nothing accepts everything.
func (v Variant) Verify(m *Message, keys []signature.Key, now time.Time) (signature.Verdict, error) {
	var verdict signature.Verdict
	for _, scheme := range v.strong() {
		var err error
		if verdict, err = scheme.Verify(m, keys, now); err != nil {
			return verdict, err
		}
	}
	return verdict, nil
}

// Keys turns secrets as a user gives them, and a private or public key in PEM,
// into keys; the first is the current one. A line feed at the end of a secret,
// as files and shells leave it, is not part of it.
func Keys(secrets []string, pem []byte) []signature.Key {
	var keys []signature.Key
	for _, s := range secrets {
		keys = append(keys, signature.Key{ID: "simhook-test-key", Secret: strings.TrimRight(s, "\r\n"), PEM: pem})
	}
	if len(keys) == 0 && pem != nil {
		keys = append(keys, signature.Key{ID: "simhook-test-key", PEM: pem})
	}
	return keys
}
