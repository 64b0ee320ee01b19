package signature

import (
	"bytes"
	"encoding/json"
	"iter"
	"slices"
	"unicode/utf8"
)

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
