package signature

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// keyMistakes lists the ways in which the sender and this key may differ. No text
// may show a part of the secret.
func (s *Scheme) keyMistakes(key Key) []Suspect {
	if s.Asymmetric() || key.Secret == "" {
		return nil
	}
	k := &keySuspects{key: key, bare: withoutPrefix(key.Secret)}
	secret := key.Secret
	k.add("key-white-space", "the secret given here has white space around it", "trim it where it is read", strings.TrimSpace(secret))
	k.add("key-quotes", "the secret given here is in quotes", "take the quotes away, often those of an .env file", strings.Trim(secret, `"'`), strings.Trim(secret, "\"' \t\r\n"))
	if s.key.name == "utf8" {
		k.textMistakes(secret)
	} else {
		k.decodedMistakes(s, secret)
	}
	return k.all
}

// keySuspects collects the secrets that may have been meant for one.
type keySuspects struct {
	key  Key
	bare []string // the secret without its prefix
	all  []Suspect
}

func (k *keySuspects) add(name, text, cure string, secrets ...string) {
	for _, secret := range secrets {
		if secret != "" && secret != k.key.Secret {
			k.all = append(k.all, Suspect{Cause{name, text, cure}, Key{ID: k.key.ID, Secret: secret}})
		}
	}
}

// decodedMistakes are those with a secret that stands for other bytes.
func (k *keySuspects) decodedMistakes(s *Scheme, secret string) {
	cure := "decode the secret as documented: " + s.key.name
	add := func(name, text string, raws ...string) {
		for _, raw := range raws {
			if form, ok := s.SecretFor([]byte(raw)); ok && raw != "" {
				k.add(name, text, cure, form)
			}
		}
	}
	texts := append([]string{secret}, k.bare...)
	add("key-form", "the text of the secret is the key, although it stands for other bytes", texts...)
	add("key-white-space", "the sender's key is the text of the secret with a line feed after it", secret+"\n")
	for _, text := range texts {
		for _, raw := range decoded(text) {
			add("key-form", "the secret was decoded in another way than it is written", string(raw))
		}
	}
}

// textMistakes are those with a secret whose text is the key.
func (k *keySuspects) textMistakes(secret string) {
	const asShown = "use the secret as it is shown"
	k.add("key-white-space", "the sender's secret has a line feed at its end", "store the secret without it", secret+"\n", secret+"\r\n")
	k.add("key-quotes", "the sender's secret is in quotes", "take the quotes away, often those of an .env file", `"`+secret+`"`, "'"+secret+"'")
	k.add("key-prefix", "the secret was used without its prefix", "the whole secret is the key, its prefix included", k.bare...)
	for _, prefix := range []string{"whsec_", "sk_", "v0=", "shpss_", "pdl_ntfset_"} {
		k.add("key-prefix", "the secret given here lacks its prefix "+prefix, asShown+", prefix included", prefix+secret)
	}
	for _, text := range append([]string{secret}, k.bare...) {
		for _, raw := range decoded(text) {
			k.add("key-form", "the secret was decoded, although the text itself is the key", asShown, string(raw))
		}
	}
	raw := []byte(secret)
	encoded := []string{hex.EncodeToString(raw), base64.StdEncoding.EncodeToString(raw), base64.RawStdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw)}
	k.add("key-form", "the secret was encoded, or the one given here is decoded, although the text itself is the key", asShown, encoded...)
	for _, text := range encoded {
		k.add("key-form", "the secret given here is decoded, although the text itself is the key", asShown, "whsec_"+text)
	}
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
