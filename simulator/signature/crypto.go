package signature

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// digest is one way from bytes to a signature.
type digest struct {
	name string
	hash crypto.Hash // 0: the whole message is signed at once
	new  func() hash.Hash
	kind digestKind
}

type digestKind int

const (
	plainDigest digestKind = iota
	hmacDigest
	rsaDigest
	ecdsaDigest
	ed25519Digest
)

var digests = []digest{
	{"hmac-md5", crypto.MD5, md5.New, hmacDigest},
	{"hmac-sha1", crypto.SHA1, sha1.New, hmacDigest},
	{"hmac-sha256", crypto.SHA256, sha256.New, hmacDigest},
	{"hmac-sha512", crypto.SHA512, sha512.New, hmacDigest},
	{"sha1", crypto.SHA1, sha1.New, plainDigest},
	{"sha256", crypto.SHA256, sha256.New, plainDigest},
	{"sha512", crypto.SHA512, sha512.New, plainDigest},
	{"rsa-sha1", crypto.SHA1, sha1.New, rsaDigest},
	{"rsa-sha256", crypto.SHA256, sha256.New, rsaDigest},
	{"rsa-sha512", crypto.SHA512, sha512.New, rsaDigest},
	{"ecdsa-p256-sha1", crypto.SHA1, sha1.New, ecdsaDigest},
	{"ecdsa-p256-sha256", crypto.SHA256, sha256.New, ecdsaDigest},
	{"ed25519", 0, nil, ed25519Digest},
}

// Digests lists the digests a Spec may name. RSA is PKCS #1 v1.5; ECDSA is ASN.1 DER.
func Digests() []string { return names(digests, func(d digest) string { return d.name }) }

func (d digest) asymmetric() bool { return d.kind >= rsaDigest }

// sign signs a sum, or for Ed25519 a whole message, by a private key.
func (d digest) sign(key crypto.Signer, sum []byte) ([]byte, error) {
	switch k := key.(type) {
	case *rsa.PrivateKey:
		return rsa.SignPKCS1v15(nil, k, d.hash, sum)
	case *ecdsa.PrivateKey:
		// A nil source asks for RFC 6979: the same message, the same signature.
		return k.Sign(nil, sum, d.hash)
	case ed25519.PrivateKey:
		return ed25519.Sign(k, sum), nil
	}
	return nil, fmt.Errorf("signature: a %T cannot sign %s", key, d.name)
}

func (d digest) verify(key crypto.PublicKey, sum, signature []byte) bool {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return d.kind == rsaDigest && rsa.VerifyPKCS1v15(k, d.hash, sum, signature) == nil
	case *ecdsa.PublicKey:
		return d.kind == ecdsaDigest && ecdsa.VerifyASN1(k, sum, signature)
	case ed25519.PublicKey:
		return d.kind == ed25519Digest && ed25519.Verify(k, sum, signature)
	}
	return false
}

// An encoding is one way to write a signature as text.
type encoding struct {
	name   string
	append func(dst, raw []byte) []byte
	decode func(text string) ([]byte, error)
}

var encodings = []encoding{
	{"hex", hex.AppendEncode, hex.DecodeString},
	{"HEX", func(dst, raw []byte) []byte {
		from := len(dst)
		dst = hex.AppendEncode(dst, raw)
		copy(dst[from:], strings.ToUpper(string(dst[from:])))
		return dst
	}, hex.DecodeString},
	{"base64", base64.StdEncoding.AppendEncode, base64.StdEncoding.DecodeString},
	{"base64url", base64.RawURLEncoding.AppendEncode, base64.RawURLEncoding.DecodeString},
	{"base64url-escaped", func(dst, raw []byte) []byte {
		return append(dst, url.QueryEscape(base64.URLEncoding.EncodeToString(raw))...)
	}, func(text string) ([]byte, error) {
		plain, err := url.QueryUnescape(text)
		if err != nil {
			return nil, err
		}
		return base64.URLEncoding.DecodeString(plain)
	}},
}

// Encodings lists the encodings a Spec may name: HEX is upper case, base64url
// has no padding, base64url-escaped is padded and percent-encoded.
func Encodings() []string { return names(encodings, func(e encoding) string { return e.name }) }

// A clock is one way to write a time.
type clock struct {
	name   string
	append func(dst []byte, t time.Time) []byte
	parse  func(text string) (time.Time, error)
}

var errBadTime = errors.New("no such time")

var clocks = []clock{
	{"unix", func(dst []byte, t time.Time) []byte { return strconv.AppendInt(dst, t.Unix(), 10) },
		func(text string) (time.Time, error) { return unixTime(text, time.Second) }},
	{"unix-ms", func(dst []byte, t time.Time) []byte { return strconv.AppendInt(dst, t.UnixMilli(), 10) },
		func(text string) (time.Time, error) { return unixTime(text, time.Millisecond) }},
	layoutClock("rfc3339", "2006-01-02T15:04:05Z07:00"),
	layoutClock("rfc3339-ms", "2006-01-02T15:04:05.000Z07:00"),
	layoutClock("rfc3339-nano", "2006-01-02T15:04:05.000000000Z07:00"),
	layoutClock("iso8601-local", "2006-01-02T15:04:05.000000"),
}

// Clocks lists the clock units a Spec may name. iso8601-local is UTC without a zone.
func Clocks() []string { return names(clocks, func(c clock) string { return c.name }) }

// layoutClock reads a fraction of any length: a sender may drop zeros at its end.
func layoutClock(name, layout string) clock {
	whole, fraction, _ := strings.Cut(layout, ".")
	whole += strings.TrimLeft(fraction, "0")
	return clock{name,
		func(dst []byte, t time.Time) []byte { return t.UTC().AppendFormat(dst, layout) },
		func(text string) (time.Time, error) { return time.Parse(whole, text) }}
}

func unixTime(text string, unit time.Duration) (time.Time, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || text[0] == '+' {
		return time.Time{}, errBadTime
	}
	if unit == time.Millisecond {
		return time.UnixMilli(n), nil
	}
	return time.Unix(n, 0), nil
}

// newMAC returns the keyed or plain hash state of a digest.
func (d digest) newMAC(key []byte) hash.Hash {
	if d.kind == hmacDigest {
		return hmac.New(d.new, key)
	}
	if d.new == nil {
		return nil
	}
	return d.new()
}
