package simulator

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"simhook/simulator/signature"
)

// masking stands for what is not kept.
const masking = "***"

// A masker takes signatures and secrets out of what is written down: whatever
// stands in their places, and the same text anywhere else. It learns the secrets
// from the attempts that it sees.
type masker struct {
	places  map[placeName]bool
	known   []string // secrets
	secrets []string // in every form in which they may come back, the longest first
}

type placeName struct {
	scheme *signature.Scheme
	name   string
}

func newMasker() *masker { return &masker{places: map[placeName]bool{}} }

// leastMasked is how long a text is that is masked wherever it stands: the word of
// a fault, such as null, is no secret, and a character would blacken every line.
const leastMasked = 5

// learn takes the secrets of keys.
func (k *masker) learn(keys []signature.Key) {
	for i := range keys {
		secret := keys[i].Secret
		if secret == "" || slices.Contains(k.known, secret) {
			continue
		}
		k.known = append(k.known, secret)
		bare := strings.TrimPrefix(secret, secretPrefix().FindString(secret))
		for _, text := range []string{secret, bare} {
			k.secrets = append(k.secrets, forms(text)...)
			k.secrets = append(k.secrets, forms(base64.StdEncoding.EncodeToString([]byte(text)))...)
		}
		slices.SortFunc(k.secrets, func(a, b string) int { return len(b) - len(a) })
		k.secrets = slices.Compact(k.secrets)
	}
}

// forms lists a text as it is, and as URLs, JSON and HTML write it.
func forms(text string) (all []string) {
	text = strings.TrimSpace(text)
	html := strings.NewReplacer("+", "&#43;", "=", "&#61;", "/", "&#47;")
	plain, _ := json.Marshal(text)
	for _, one := range []string{
		text, url.QueryEscape(text), url.PathEscape(text), strings.ReplaceAll(text, "/", `\/`), html.Replace(text), strings.ReplaceAll(text, "+", "&#43;"),
		string(bytes.Trim(plain, `"`)),
	} {
		if len(one) >= leastMasked && !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	return all
}

// private are header lines that carry what lets somebody in, whoever wrote them.
// Source: RFC 9110 section 11.6, RFC 6265 section 4.
var private = []string{"Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"}

func isPrivate(name string) bool {
	return slices.ContainsFunc(private, func(p string) bool { return strings.EqualFold(p, name) })
}

// holds says whether a header line of an event carries a signature or a secret.
func (k *masker) holds(ev *Event, name string) bool {
	for _, scheme := range ev.Variant.Schemes {
		key := placeName{scheme, name}
		is, ok := k.places[key]
		if !ok {
			is = isPrivate(name) || scheme.Holds(name)
			k.places[key] = is
		}
		if is {
			return true
		}
	}
	return len(ev.Variant.Schemes) == 0 && isPrivate(name)
}

// echoes says whether any of texts may hold something that m carries in the places
// of signatures and secrets. In every form the letters and digits of a value stand
// as they are, so that texts without a run of them hold none.
func (k *masker) echoes(ev *Event, m *Message, texts ...[]byte) bool {
	for _, f := range m.Header {
		if k.holds(ev, f.Name) && anyRun(f.Value, texts) {
			return true
		}
	}
	for _, scheme := range ev.Variant.Schemes {
		if scheme.Place.Header == "" && slices.ContainsFunc(scheme.Signatures(m), func(text string) bool { return anyRun(text, texts) }) {
			return true
		}
	}
	return false
}

// anyRun says whether a run of letters and digits of value stands in one of texts;
// of a value without a run that is long enough nobody knows.
func anyRun(value string, texts [][]byte) bool {
	found, from := false, 0
	for i := 0; i <= len(value); i++ {
		if i < len(value) && isWordByte(value[i]) {
			continue
		}
		if run := value[from:i]; len(run) >= leastMasked {
			found = true
			for _, text := range texts {
				if len(text) >= len(run) && bytes.Contains(text, []byte(run)) {
					return true
				}
			}
		}
		from = i + 1
	}
	return !found && len(value) >= leastMasked
}

func isWordByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// sent lists what a message carries in the places of signatures and secrets.
func (k *masker) sent(ev *Event, m *Message) (all []string) {
	for _, f := range m.Header {
		if k.holds(ev, f.Name) {
			all = append(all, forms(f.Value)...)
		}
	}
	for _, scheme := range ev.Variant.Schemes {
		for _, text := range scheme.Signatures(m) {
			all = append(all, forms(text)...)
		}
	}
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}

// text masks what was sent, and every secret, in a text.
func (k *masker) text(text string, sent []string) string {
	for _, list := range [2][]string{sent, k.secrets} {
		for _, one := range list {
			if len(one) <= len(text) && strings.Contains(text, one) {
				text = strings.ReplaceAll(text, one, masking)
			}
		}
	}
	return text
}

// bytes is text for a body.
func (k *masker) bytes(body []byte, sent []string) []byte {
	for _, list := range [2][]string{sent, k.secrets} {
		for _, one := range list {
			if len(one) <= len(body) && bytes.Contains(body, []byte(one)) {
				body = bytes.ReplaceAll(body, []byte(one), []byte(masking))
			}
		}
	}
	return body
}

// content masks the query and the body of a message. kept is false where a
// signature may stand in a body in which its place cannot be found.
func (k *masker) content(ev *Event, m *Message, sent []string) (query string, body []byte, kept bool) {
	kept = true
	for _, scheme := range ev.Variant.Schemes {
		p := scheme.Place
		if p.Header != "" {
			continue
		}
		if p.Body != "" && !json.Valid(m.Body) {
			kept = false
			continue
		}
		if len(scheme.Signatures(m)) == 0 && !p.Whole {
			continue
		}
		m = m.Clone()
		kept = scheme.Overwrite(m, masking) == nil && kept
	}
	return k.text(m.Query, sent), k.bytes(m.Body, sent), kept
}
