package signature

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"simhook/simulator/nearest"
)

// A Spec is one signature scheme as a pack writes it. Templates hold parts in
// braces, as in "{timestamp}.{body}"; [Parts] lists them. A segment in square
// brackets is dropped when a part inside has no source. "{{" and "[[" stand for
// the characters themselves.
type Spec struct {
	Name string `yaml:"name"`
	// Engine is digest (the default), jose or credential.
	Engine string `yaml:"engine"`

	Signed   string `yaml:"signed"`   // template of the bytes that are signed (digest)
	Digest   string `yaml:"digest"`   // one of Digests
	Key      string `yaml:"key"`      // one of KeyForms; default utf8
	Encoding string `yaml:"encoding"` // one of Encodings; default hex
	Public   string `yaml:"public"`   // how the provider shows a public key: pem (default), spki, raw-hex, whpk
	Wrap     string `yaml:"wrap"`     // template around {signature} that is encoded once more, in base64

	Algorithm string `yaml:"algorithm"` // jose: HS256, HS512, RS256, ES256 or EdDSA
	Header    Pairs  `yaml:"header"`    // jose header members
	Claims    Pairs  `yaml:"claims"`    // jose claims
	Payload   string `yaml:"payload"`   // jose: template that is the payload instead of claims, such as {body}
	Detached  bool   `yaml:"detached"`  // jose: leave the payload out of the token

	Clock     string `yaml:"clock"`     // one of Clocks; default unix
	Tolerance string `yaml:"tolerance"` // "5m" both ways, "5m past" for old ones only, "" for none

	Place  Place  `yaml:"place"`  // where the signature goes
	Carry  []Slot `yaml:"carry"`  // where time, id, nonce and constants go
	Legacy bool   `yaml:"legacy"` // sent beside a stronger one; it alone must not be trusted
}

// Pairs are members in the order they were written.
type Pairs []Pair

// A Pair is one member. Bare means that the value is no text but a number, true
// or false, as it stood in the pack.
type Pair struct {
	Key, Value string
	Bare       bool
}

// A Slot is a place in a message. Exactly one of Header, Body, Form, Query and
// Whole is set.
type Slot struct {
	Header string `yaml:"header"` // a header name
	Body   string `yaml:"body"`   // path of a JSON string in the body, such as signature.token
	Form   string `yaml:"form"`   // name of a form field
	Query  string `yaml:"query"`  // name of a query parameter
	Whole  bool   `yaml:"whole"`  // the whole body
	Value  string `yaml:"value"`  // template of the value; default {signature}
}

// A Place is the slot of the signature, and how several signatures share it.
type Place struct {
	Slot  `yaml:",inline"`
	Items []string `yaml:"items"` // instead of Value: templates joined by Join; those with {signature} are repeated
	Join  string   `yaml:"join"`
	// Many says where the second signature goes while two keys are valid:
	// join (the default with items), repeat (the header once more), number
	// ({n} in the header name counts from 1) or headers (the n-th of Headers).
	Many    string   `yaml:"many"`
	Headers []string `yaml:"headers"`
}

// A SpecError says which member of a Spec is wrong.
type SpecError struct {
	Member string // such as "digest" or "place.header"
	Text   string
	Hint   string
}

func (e *SpecError) Error() string { return e.Member + ": " + e.Text }

func unknown(member, what, word string, known []string) *SpecError {
	hint := nearest.Hint(word, known)
	if hint == "" {
		hint = "known: " + strings.Join(known, ", ")
	}
	return &SpecError{member, fmt.Sprintf("unknown %s %q", what, word), hint}
}

// A Scheme is a Spec that was checked and compiled. It is safe for concurrent use.
type Scheme struct {
	Spec
	signed    *template
	wrap      *template
	payload   *template
	header    []compiledPair
	claims    []compiledPair
	place     place
	carry     []slot
	tolerance time.Duration
	pastOnly  bool
	digest    digest
	encode    encoding
	key       keyForm
	clock     clock
	nonced    bool
}

type compiledPair struct {
	key   string
	value *template
	bare  bool
}

// Compile checks a Spec. Its error is a *SpecError.
func Compile(spec Spec) (*Scheme, error) {
	s := &Scheme{Spec: spec}
	if err := s.compile(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Scheme) compile() (err error) {
	if s.Name == "" {
		return &SpecError{"name", "a signature needs a name", `the name is what "signatures:" of a variant refers to`}
	}
	if s.Engine == "" {
		s.Engine = "digest"
	}
	if s.clock, err = lookup("clock", "clock unit", or(s.Clock, "unix"), clocks, func(c clock) string { return c.name }); err != nil {
		return err
	}
	if s.key, err = keyFormOf(or(s.Key, "utf8")); err != nil {
		return err
	}
	if err = s.compileTolerance(); err != nil {
		return err
	}
	if forms := []string{"", "pem", "spki", "raw-hex", "whpk"}; !slices.Contains(forms, s.Public) {
		return unknown("public", "public key form", s.Public, forms[1:])
	}
	switch s.Engine {
	case "digest":
		err = s.compileDigest()
	case "jose":
		err = s.compileJose()
	case "credential":
		err = s.refuse("credential", "signed", s.Signed, "digest", s.Digest, "algorithm", s.Algorithm, "encoding", s.Encoding,
			"wrap", s.Wrap, "payload", s.Payload, "header", given(len(s.Header) > 0), "claims", given(len(s.Claims) > 0), "detached", given(s.Detached), "public", s.Public, "key", s.Key, "tolerance", s.Tolerance)
	default:
		return unknown("engine", "engine", s.Engine, []string{"digest", "jose", "credential"})
	}
	if err != nil {
		return err
	}
	if err = s.compilePlaces(); err != nil {
		return err
	}
	s.nonced = s.uses("nonce")
	return nil
}

func (s *Scheme) compileDigest() (err error) {
	if err = s.refuse("digest", "algorithm", s.Algorithm, "payload", s.Payload, "header", given(len(s.Header) > 0), "claims", given(len(s.Claims) > 0), "detached", given(s.Detached)); err != nil {
		return err
	}
	if s.Signed == "" {
		return &SpecError{"signed", "what is signed is missing", `write the signed bytes as a template, such as "{timestamp}.{body}"`}
	}
	if s.signed, err = parseTemplate("signed", s.Signed); err != nil {
		return err
	}
	if s.Digest == "" {
		return &SpecError{"digest", "the digest is missing", "one of " + strings.Join(Digests(), ", ")}
	}
	if s.digest, err = lookup("digest", "digest", s.Digest, digests, func(d digest) string { return d.name }); err != nil {
		return err
	}
	if s.encode, err = lookup("encoding", "encoding", or(s.Encoding, "hex"), encodings, func(e encoding) string { return e.name }); err != nil {
		return err
	}
	if s.Wrap != "" {
		if s.wrap, err = parseTemplate("wrap", s.Wrap); err != nil {
			return err
		}
	}
	return nil
}

// given is a word for a member that is there, and empty for one that is not.
func given(is bool) string {
	if is {
		return "given"
	}
	return ""
}

// refuse reports members that the engine would silently ignore.
func (s *Scheme) refuse(engine string, pairs ...string) error {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			return &SpecError{pairs[i], "the " + engine + " engine does not use it", "remove it, or choose another engine"}
		}
	}
	return nil
}

func (s *Scheme) compileTolerance() (err error) {
	text, past := strings.CutSuffix(s.Tolerance, " past")
	s.pastOnly = past
	if text == "" {
		return nil
	}
	if s.tolerance, err = time.ParseDuration(text); err != nil || s.tolerance <= 0 {
		return &SpecError{"tolerance", fmt.Sprintf("%q is no duration", s.Tolerance), `such as "5m", or "5m past" where a time from the future is accepted`}
	}
	return nil
}

// Age returns how old a signature may be, and whether only old ones are refused
// (and those from the future accepted). Zero means that no age is checked.
func (s *Scheme) Age() (tolerance time.Duration, pastOnly bool) { return s.tolerance, s.pastOnly }

// Timed says whether a time is signed or carried.
func (s *Scheme) Timed() bool { return s.uses("timestamp") }

// byteParts are the parts that stand for every byte of the body. bodyParts are
// those that stand for the whole of it: json.sorted and form.sorted leave out how
// a body is written, not what it says.
var (
	byteParts = []string{"body", "body.sha256", "body.sha256.base64", "body.sha256.base64url", "body.crc32"}
	bodyParts = append([]string{"json.sorted", "form.sorted"}, byteParts...)
)

// CoversBytes says whether changing any byte of the body spoils the signature.
func (s *Scheme) CoversBytes() bool { return slices.ContainsFunc(byteParts, s.uses) }

// CoversContent says whether changing anything that the body says spoils the
// signature; its white space, or the order of its members, may be free.
func (s *Scheme) CoversContent() bool {
	return slices.ContainsFunc(bodyParts, s.uses) || s.uses("php.sorted")
}

// CoversURL says whether the URL is signed.
func (s *Scheme) CoversURL() bool {
	return slices.ContainsFunc([]string{"url", "url.bare", "url.decoded", "url.sha256", "path"}, s.uses)
}

// Keyed says whether a secret or key is needed at all.
func (s *Scheme) Keyed() bool {
	return s.Engine != "credential" || slices.ContainsFunc([]string{"signature", "secret", "secret.base64"}, s.uses)
}

// Asymmetric says whether the receiver verifies by a public key.
func (s *Scheme) Asymmetric() bool {
	if s.Engine == "jose" {
		return !strings.HasPrefix(s.Algorithm, "HS")
	}
	return s.Engine == "digest" && s.digest.asymmetric()
}

// Several says whether one message can carry several signatures.
func (s *Scheme) Several() bool { return s.place.many != "" }

// uses says whether any template of the scheme has the part.
func (s *Scheme) uses(part string) bool {
	for _, t := range s.templates() {
		if t.has(part) {
			return true
		}
	}
	return false
}

func (s *Scheme) templates() []*template {
	all := []*template{s.signed, s.wrap, s.payload}
	for _, p := range append(append([]compiledPair(nil), s.header...), s.claims...) {
		all = append(all, p.value)
	}
	all = append(all, s.place.templates()...)
	for _, c := range s.carry {
		all = append(all, c.value)
	}
	return all
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

func lookup[T any](member, what, word string, all []T, name func(T) string) (T, error) {
	for _, v := range all {
		if name(v) == word {
			return v, nil
		}
	}
	var none T
	return none, unknown(member, what, word, names(all, name))
}

func names[T any](all []T, name func(T) string) []string {
	list := make([]string, len(all))
	for i, v := range all {
		list[i] = name(v)
	}
	return list
}
