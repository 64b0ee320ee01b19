package signature

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"iter"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// keyMistakes lists the ways in which the sender and this key may differ. No text
// may show a part of the secret.
func (s *Scheme) keyMistakes(key Key) []Suspect {
	if s.Asymmetric() || key.Secret == "" {
		return nil
	}
	var all []Suspect
	add := func(name, text, cure string, secrets ...string) {
		for _, secret := range secrets {
			if secret != "" && secret != key.Secret {
				all = append(all, Suspect{Cause{name, text, cure}, Key{ID: key.ID, Secret: secret}})
			}
		}
	}
	asBytes := func(texts ...string) (secrets []string) {
		for _, text := range texts {
			if secret, ok := s.SecretFor([]byte(text)); ok && text != "" {
				secrets = append(secrets, secret)
			}
		}
		return secrets
	}
	secret := key.Secret
	add("key-white-space", "the secret given here has white space around it", "trim it where it is read", strings.TrimSpace(secret))
	add("key-quotes", "the secret given here is in quotes", "take the quotes away, often those of an .env file", strings.Trim(secret, `"'`), strings.Trim(secret, "\"' \t\r\n"))
	bare := withoutPrefix(secret)
	if s.key.name != "utf8" {
		add("key-form", "the text of the secret is the key, although it stands for other bytes", "decode the secret as documented: "+s.key.name, asBytes(secret)...)
		add("key-form", "the text of the secret is the key, although it stands for other bytes", "decode the secret as documented: "+s.key.name, asBytes(bare...)...)
		add("key-white-space", "the sender's key is the text of the secret with a line feed after it", "decode the secret as documented: "+s.key.name, asBytes(secret+"\n")...)
		for _, text := range append([]string{secret}, bare...) {
			for _, raw := range decoded(text) {
				add("key-form", "the secret was decoded in another way than it is written", "decode the secret as documented: "+s.key.name, asBytes(string(raw))...)
			}
		}
		return all
	}
	add("key-white-space", "the sender's secret has a line feed at its end", "store the secret without it", secret+"\n", secret+"\r\n")
	add("key-quotes", "the sender's secret is in quotes", "take the quotes away, often those of an .env file", `"`+secret+`"`, "'"+secret+"'")
	add("key-prefix", "the secret was used without its prefix", "the whole secret is the key, its prefix included", bare...)
	for _, prefix := range []string{"whsec_", "sk_", "v0=", "shpss_", "pdl_ntfset_"} {
		add("key-prefix", "the secret given here lacks its prefix "+prefix, "use the secret as it is shown, prefix included", prefix+secret)
	}
	for _, text := range append([]string{secret}, bare...) {
		for _, raw := range decoded(text) {
			add("key-form", "the secret was decoded, although the text itself is the key", "use the secret as it is shown", string(raw))
		}
	}
	raw := []byte(secret)
	encoded := []string{hex.EncodeToString(raw), base64.StdEncoding.EncodeToString(raw), base64.RawStdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw)}
	add("key-form", "the secret was encoded, or the one given here is decoded, although the text itself is the key", "use the secret as it is shown", encoded...)
	for _, text := range encoded {
		add("key-form", "the secret given here is decoded, although the text itself is the key", "use the secret as it is shown", "whsec_"+text)
	}
	return all
}

// withoutPrefix returns what may be a secret's own part: what follows its first
// and its last underscore.
func withoutPrefix(secret string) (bare []string) {
	for _, i := range []int{strings.IndexByte(secret, '_'), strings.LastIndexByte(secret, '_')} {
		if i > 0 && i+8 < len(secret) {
			bare = append(bare, secret[i+1:])
		}
	}
	return slices.Compact(bare)
}

type placeMistake struct{ name, text, value string }

var (
	afterSeparator = regexp.MustCompile(`([,;=:])\s+`)
	strangePrefix  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,15}[=,: ]\s*`)
)

// mistakes lists what the value of a header may have been before it was changed.
func (p *place) mistakes(value string) []placeMistake {
	all := []placeMistake{
		{"space-after-separator", "there is white space after the separators", strings.ReplaceAll(value, p.join+" ", p.join)},
		{"space-after-separator", "there is white space after the separators", afterSeparator.ReplaceAllString(value, "$1")},
		{"quoted", "the value is in quotes", strings.Trim(value, `"'`)},
		{"plus-lost", "a + became a space", strings.ReplaceAll(value, " ", "+")},
	}
	if plain, err := url.PathUnescape(value); err == nil {
		all = append(all, placeMistake{"percent-encoded", "the value is percent-encoded", plain})
	}
	forms := p.texts
	if len(forms) == 0 {
		forms = []string{or(p.Value, "{signature}")}
	}
	for _, form := range forms {
		prefix, suffix, ok := strings.Cut(form, "{signature}")
		if !ok {
			continue
		}
		all = append(all, placeMistake{"prefix-missing", "the value lacks " + strings.TrimSpace(prefix+" "+suffix) + " before the signature", prefix + value + suffix})
		if len(value) >= len(prefix) && strings.EqualFold(value[:len(prefix)], prefix) {
			all = append(all,
				placeMistake{"prefix-case", "the value begins with " + value[:len(prefix)] + " instead of " + prefix, prefix + value[len(prefix):]},
				placeMistake{"signature-case", "the value is in other letter case", prefix + strings.ToLower(value[len(prefix):])})
		}
		if loc := strangePrefix.FindString(value); loc != "" {
			all = append(all, placeMistake{"prefix-strange", "the value begins with " + strings.TrimSpace(loc) + ", which does not belong there,", prefix + value[len(loc):] + suffix})
		}
	}
	return all
}

type bodyMistake struct {
	Cause
	body []byte
}

const rawBody = "verify the bytes as they come off the wire, before anything parses them"

// bodyMistakes yields what the signed body may have been, if not the one at hand,
// from the slightest change to the greatest. No two are the same bytes in the
// first part, which is cheap; the serialisers' forms may repeat them.
func bodyMistakes(b, model []byte) iter.Seq[bodyMistake] {
	return func(yield func(bodyMistake) bool) {
		more := true
		add := func(name, text, cure string, body []byte) {
			if more && body != nil && !bytes.Equal(body, b) {
				more = yield(bodyMistake{Cause{name, text, cure}, body})
			}
		}
		add("body-trimmed", "the signed body ends with a line feed, this one does not", rawBody, append(bytes.Clone(b), '\n'))
		add("body-trimmed", "the signed body ends with CR LF, this one does not", rawBody, append(bytes.Clone(b), "\r\n"...))
		for _, padded := range []func([]byte) []byte{
			func(b []byte) []byte { return bytes.TrimSuffix(b, []byte("\n")) },
			func(b []byte) []byte { return bytes.TrimSuffix(b, []byte("\r\n")) },
			func(b []byte) []byte { return bytes.TrimRight(b, " \t") },
			bytes.TrimSpace,
		} {
			add("body-padded", "this body has white space at its ends that was not signed", rawBody, padded(b))
		}
		lf := bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
		add("body-line-ends", "the line ends were changed from LF to CR LF", rawBody, lf)
		add("body-line-ends", "the line ends were changed from CR LF to LF", rawBody, bytes.ReplaceAll(lf, []byte("\n"), []byte("\r\n")))
		add("body-bom", "a byte order mark was put before the body", rawBody, bytes.TrimPrefix(b, []byte("\ufeff")))
		add("body-bom", "the byte order mark before the body is lost", rawBody, append([]byte("\ufeff"), b...))
		add("body-empty", "the signature is that of an empty body", "the body was read before it was signed or verified, and is gone", []byte{})
		for _, plain := range decoded(string(b)) {
			add("body-base64", "this body is the signed one in base64 or hexadecimal", "decode it first; serverless platforms say so in isBase64Encoded", plain)
		}
		var inner string
		if bytes.HasPrefix(b, []byte{'"'}) && json.Unmarshal(b, &inner) == nil {
			add("body-json-string", "this body is the signed one once more written as a JSON string", rawBody, []byte(inner))
		}
		add("body-charset", "the body was read as Latin-1 and written as UTF-8 again", "read it as bytes; the charset plays no part", Latin1(b))
		add("body-charset", "the body was read as Windows-1252 and written as UTF-8 again", "read it as bytes; the charset plays no part", windows1252(b))
		add("body-charset", "the body was read as UTF-8 and written as Latin-1", "read it as bytes; the charset plays no part", fromLatin1(b))
		for _, f := range formMistakes(b) {
			add("body-form", f.text, rawBody, f.body)
		}
		if !more {
			return
		}
		for form := range reserialised(b, model) {
			for _, tail := range []string{"", "\r\n", "\n"} {
				add("body-reserialised", "the body was parsed and written again; the signed one is "+form.text, rawBody, append(form.body[:len(form.body):len(form.body)], tail...))
			}
			if !more {
				return
			}
		}
	}
}

// Latin1 returns the bytes that make this text when they are read as Latin-1, one
// character each; nil where some character is none of Latin-1.
func Latin1(text []byte) []byte {
	return eachRune(text, func(r rune) (byte, bool) { return byte(r), r <= 0xff })
}

// highBytes are the characters of Windows-1252 from 0x80 on; 0 stands for none.
var highBytes = []rune("€\x00‚ƒ„…†‡ˆ‰Š‹Œ\x00Ž\x00\x00‘’“”•–—˜™š›œ\x00žŸ")

func windows1252(text []byte) []byte {
	return eachRune(text, func(r rune) (byte, bool) {
		if i := slices.Index(highBytes, r); i >= 0 && r != 0 {
			return byte(0x80 + i), true
		}
		return byte(r), r <= 0xff
	})
}

func eachRune(text []byte, toByte func(rune) (byte, bool)) []byte {
	if !utf8.Valid(text) {
		return nil
	}
	out := make([]byte, 0, len(text))
	for _, r := range string(text) {
		c, ok := toByte(r)
		if !ok {
			return nil
		}
		out = append(out, c)
	}
	return out
}

func fromLatin1(b []byte) []byte {
	if utf8.Valid(b) {
		return nil
	}
	var out []byte
	for _, c := range b {
		out = utf8.AppendRune(out, rune(c))
	}
	return out
}

type textForm struct {
	text string
	body []byte
}

// A formManner is how one family of libraries escapes forms: what it leaves as it
// is beside letters and digits, and what it writes for a space.
type formManner struct{ text, keep, space string }

var formManners = []formManner{
	{"as Go and Python write it", "-_.~", "+"},
	{"as browsers, Java and Ruby write it", "-_.*", "+"},
	{"as PHP writes it", "-_.", "+"},
	{"with %20 for a space", "-_.~", "%20"},
	{"as encodeURIComponent writes it", "-_.!~*'()", "%20"},
}

func (f formManner) escape(s string) string {
	const digits = "0123456789ABCDEF"
	out := make([]byte, 0, len(s)*3/2)
	for _, c := range []byte(s) {
		switch {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(f.keep, c) >= 0:
			out = append(out, c)
		case c == ' ':
			out = append(out, f.space...)
		default:
			out = append(out, '%', digits[c>>4], digits[c&15])
		}
	}
	return string(out)
}

func (f formManner) write(fields []Field) []byte {
	var pairs []string
	for _, field := range fields {
		pairs = append(pairs, f.escape(field.Name)+"="+f.escape(field.Value))
	}
	return []byte(strings.Join(pairs, "&"))
}

// formMistakes: the JSON taken out of a form, fields made into JSON, other escapes, and back.
func formMistakes(b []byte) (forms []textForm) {
	text := string(b)
	if json.Valid(b) {
		for _, f := range formManners {
			forms = append(forms, textForm{"the signed body is the whole form payload=…, this is the JSON inside it", []byte("payload=" + f.escape(text))})
			if fields, ok := flatFields(b); ok {
				forms = append(forms, textForm{"the signed body is a form, this is JSON made of its fields", f.write(fields)})
			}
		}
		return forms
	}
	if !strings.Contains(text, "=") || !utf8.Valid(b) {
		return nil
	}
	forms = append(forms,
		textForm{"spaces are + in the signed form, %20 in this one", []byte(strings.ReplaceAll(text, "%20", "+"))},
		textForm{"spaces are %20 in the signed form, + in this one", []byte(strings.ReplaceAll(text, "+", "%20"))})
	if payload, ok := strings.CutPrefix(text, "payload="); ok {
		forms = append(forms, textForm{"the JSON inside the form was signed, not the form", []byte(unescapeForm(payload))})
	}
	for _, f := range formManners {
		forms = append(forms, textForm{"the form was parsed and written again; the signed one has escapes " + f.text, f.write(FormFields(text))})
	}
	if plain, err := url.QueryUnescape(text); err == nil {
		forms = append(forms, textForm{"the form was signed as its decoded text", []byte(plain)})
	}
	return forms
}

// flatFields returns the members of a JSON object whose values are all strings.
func flatFields(b []byte) (fields []Field, ok bool) {
	tree, ok := parseJSON(b)
	if !ok || !tree.object || len(tree.kids) == 0 {
		return nil, false
	}
	for _, kid := range tree.kids {
		var value string
		if json.Unmarshal(kid.raw, &value) != nil {
			return nil, false
		}
		fields = append(fields, Field{kid.name, value})
	}
	return fields, true
}

// urlMistakes lists the addresses that the provider may have been given: those
// that proxies tell of, and those that people confuse.
func urlMistakes(m *Message) (all []string) {
	u, err := url.Parse(m.URL)
	if err != nil {
		return nil
	}
	for _, scheme := range []string{u.Scheme, map[string]string{"http": "https", "https": "http"}[u.Scheme]} {
		if scheme == "" {
			continue
		}
		for _, host := range hosts(m.Header, u) {
			for _, path := range paths(m.Header, u) {
				for _, query := range slices.Compact([]string{query(u.RawQuery), ""}) {
					address := scheme + "://" + host + path + query
					if address != m.URL && !slices.Contains(all, address) {
						all = append(all, address)
					}
				}
			}
		}
	}
	return all
}

func query(raw string) string {
	if raw == "" {
		return ""
	}
	return "?" + raw
}

var forwardedHost = regexp.MustCompile(`(?i)host="?([^";,\s]+)`)

// hosts lists the names that the request may have been sent to.
func hosts(h Header, u *url.URL) (all []string) {
	names := []string{u.Host}
	for _, name := range []string{"X-Forwarded-Host", "X-Original-Host", "X-Forwarded-Server", "Host"} {
		first, _, _ := strings.Cut(h.Get(name), ",")
		names = append(names, strings.TrimSpace(first))
	}
	if found := forwardedHost.FindStringSubmatch(h.Get("Forwarded")); found != nil {
		names = append(names, found[1])
	}
	for _, name := range names {
		bare := (&url.URL{Host: name}).Hostname()
		for _, host := range []string{name, bare, bare + ":443", bare + ":80", bare + ":" + h.Get("X-Forwarded-Port")} {
			if bare != "" && !strings.HasSuffix(host, ":") && !slices.Contains(all, host) {
				all = append(all, host)
			}
		}
	}
	return all
}

// paths lists the paths that the request may have been sent to.
func paths(h Header, u *url.URL) (all []string) {
	own := u.EscapedPath()
	texts := []string{own}
	if prefix := strings.TrimSuffix(h.Get("X-Forwarded-Prefix"), "/"); prefix != "" {
		texts = append(texts, prefix+own)
	}
	for _, name := range []string{"X-Original-URI", "X-Original-URL", "X-Forwarded-Uri", "X-Envoy-Original-Path"} {
		if path, _, _ := strings.Cut(h.Get(name), "?"); strings.HasPrefix(path, "/") {
			texts = append(texts, path)
		}
	}
	for _, text := range texts {
		for _, path := range []string{text, strings.TrimSuffix(text, "/"), strings.TrimSuffix(text, "/") + "/"} {
			if !slices.Contains(all, path) {
				all = append(all, path)
			}
		}
	}
	return all
}
