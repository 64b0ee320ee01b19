package signature

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/asn1"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// provenCauses says what two kinds of signature show even where no mistake fits:
// an RSA signature and a token hold what was signed, so that a wrong key and
// wrong bytes can be told apart.
func (t *trial) provenCauses() []Cause {
	switch {
	case len(t.keys) == 0:
		return nil
	case t.s.Engine == "jose" && !t.s.Detached:
		return t.tokenCauses()
	case t.s.Engine == "digest" && t.s.digest.kind == rsaDigest:
		return t.rsaCauses()
	}
	return nil
}

var (
	otherBytes = Cause{"other-bytes", "the signature is by this key, but of other bytes than these", "the body is that of another delivery, or was changed in a way that leaves no trace"}
	otherKey   = Cause{"key-other", "the signature is not by the key given here: it is by another one, or was itself changed", "take the key that the sender names, and see that it is the one of this endpoint"}
)

// formCauses looks whether one of the signatures has the length that it must have.
func (t *trial) formCauses() []Cause {
	signatures := t.s.Signatures(t.m)
	if t.s.Engine == "credential" || len(t.keys) == 0 || len(signatures) == 0 || slices.ContainsFunc(signatures, t.whole) {
		return nil
	}
	return []Cause{{"signature-form", fmt.Sprintf("what stands in %s is no signature of this kind: it is cut, or something else", t.s.place.where()), "it must arrive as it was sent"}}
}

func (t *trial) whole(text string) bool {
	if t.s.Engine == "jose" {
		raw, ok := tokenPart(text, 2)
		return ok && (len(raw) == 64 || t.s.Algorithm == "HS256" && len(raw) == 32 || t.s.Algorithm == "RS256" && len(raw) == t.modulus())
	}
	if t.s.wrap != nil {
		return true
	}
	raw, err := t.s.encode.decode(text)
	if err != nil {
		return false
	}
	switch t.s.digest.kind {
	case rsaDigest:
		return len(raw) == t.modulus()
	case ecdsaDigest:
		_, err := fixedECDSA(raw)
		return err == nil
	case ed25519Digest:
		return len(raw) == ed25519.SignatureSize
	}
	return len(raw) == t.s.digest.hash.Size()
}

// modulus is the length of an RSA signature by the first key.
func (t *trial) modulus() int {
	if public, err := t.s.public(t.keys[0]); err == nil {
		if key, ok := public.(*rsa.PublicKey); ok {
			return key.Size()
		}
	}
	return 0
}

func (t *trial) tokenCauses() []Cause {
	named := ""
	for _, token := range t.s.Signatures(t.m) {
		var head struct{ Alg, Kid string }
		raw, ok := tokenPart(token, 0)
		if !ok || json.Unmarshal(raw, &head) != nil {
			continue
		}
		if head.Alg != t.s.Algorithm {
			return []Cause{{"token-algorithm", fmt.Sprintf("the token says %q is its algorithm; %s is the only one that counts", clip(head.Alg), t.s.Algorithm), "never take the algorithm from the token (RFC 8725 section 3.1)"}}
		}
		for _, key := range t.keys {
			if _, ok, err := t.s.tokenVerifies(token, nil, key); ok && err == nil {
				return []Cause{otherBytes}
			}
		}
		named = head.Kid
	}
	if len(t.s.Signatures(t.m)) == 0 {
		return nil
	}
	cause := otherKey
	if named != "" {
		cause.Text += fmt.Sprintf(": the token names the key %q", clip(named))
	}
	return []Cause{cause}
}

func tokenPart(token string, n int) ([]byte, bool) {
	pieces := strings.Split(token, ".")
	if len(pieces) != 3 {
		return nil, false
	}
	raw, err := encodings[3].decode(pieces[n])
	return raw, err == nil
}

// rsaCauses opens the signatures by the public key: what comes out is a padded
// hash (RFC 8017 section 9.2), or noise where the key is another one.
func (t *trial) rsaCauses() []Cause {
	signatures := t.s.Signatures(t.m)
	if len(signatures) == 0 {
		return nil
	}
	for _, text := range signatures {
		raw, err := t.s.encode.decode(text)
		if err != nil {
			return nil
		}
		for _, key := range t.keys {
			public, err := t.s.public(key)
			if err != nil {
				return nil
			}
			if hash, ok := opened(public, raw); ok && hash == t.s.digest.hash {
				return []Cause{otherBytes}
			} else if ok {
				return nil // it is made by another scheme in the same place
			}
		}
	}
	return []Cause{otherKey}
}

// hashNames are the object identifiers of RFC 8017 appendix B.1.
var hashNames = map[string]crypto.Hash{"1.3.14.3.2.26": crypto.SHA1, "2.16.840.1.101.3.4.2.1": crypto.SHA256, "2.16.840.1.101.3.4.2.3": crypto.SHA512}

func opened(public crypto.PublicKey, signature []byte) (crypto.Hash, bool) {
	key, ok := public.(*rsa.PublicKey)
	if !ok || len(signature) != key.Size() {
		return 0, false
	}
	plain := make([]byte, key.Size())
	new(big.Int).Exp(new(big.Int).SetBytes(signature), big.NewInt(int64(key.E)), key.N).FillBytes(plain)
	if !bytes.HasPrefix(plain, []byte{0, 1, 0xff}) {
		return 0, false
	}
	_, info, ok := bytes.Cut(bytes.TrimLeft(plain[2:], "\xff"), []byte{0})
	var digestInfo struct {
		Algorithm struct {
			Name asn1.ObjectIdentifier
			Null asn1.RawValue `asn1:"optional"`
		}
		Digest []byte
	}
	if rest, err := asn1.Unmarshal(info, &digestInfo); !ok || err != nil || len(rest) > 0 {
		return 0, false
	}
	hash, known := hashNames[digestInfo.Algorithm.Name.String()]
	return hash, known && hash.Size() == len(digestInfo.Digest)
}
