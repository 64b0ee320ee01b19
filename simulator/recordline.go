package simulator

import (
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"time"
	"unicode/utf8"
)

// A line is one line of a record as it is made, or a few that are written at once.
// Its bytes are used again.
type line struct{ b []byte }

func (l *line) begin(kind string) {
	l.b = append(append(append(l.b, `{"kind":"`...), kind...), '"')
}

// next ends the line.
func (l *line) next() { l.b = append(l.b, '}', '\n') }

func (l *line) name(name string) {
	l.b = append(append(append(l.b, ',', '"'), name...), '"', ':')
}

func (l *line) raw(name string, json []byte) {
	l.name(name)
	l.b = append(l.b, json...)
}

func (l *line) int(name string, n int64) {
	l.name(name)
	l.b = strconv.AppendInt(l.b, n, 10)
}

func (l *line) text(name, value string) {
	l.name(name)
	l.b = appendJSONText(l.b, value)
}

// flag writes a member that is true; false is the same as none.
func (l *line) flag(name string, on bool) {
	if on {
		l.name(name)
		l.b = append(l.b, "true"...)
	}
}

func (l *line) time(name string, t time.Time) {
	l.name(name)
	l.b = append(t.UTC().AppendFormat(append(l.b, '"'), time.RFC3339Nano), '"')
}

// digest writes the length and the SHA-256 of a body.
func (l *line) digest(before string, body []byte, sum [32]byte) {
	l.int(before+"bytes", int64(len(body)))
	l.name(before + "sha256")
	l.b = append(hex.AppendEncode(append(l.b, '"'), sum[:]), '"')
}

// body writes bytes as text where they are UTF-8, else in base64 under the name
// with _base64 behind it.
func (l *line) body(name string, body []byte) {
	if utf8.Valid(body) {
		l.name(name)
		l.b = appendJSONText(l.b, body)
		return
	}
	l.name(name + "_base64")
	l.b = append(base64.StdEncoding.AppendEncode(append(l.b, '"'), body), '"')
}

func (l *line) open(name string, bracket byte) {
	l.name(name)
	l.b = append(l.b, bracket)
}

func (l *line) close(bracket byte) { l.b = append(l.b, bracket) }

// item writes a text of a list; i is its index.
func (l *line) item(i int, text string) {
	if i > 0 {
		l.b = append(l.b, ',')
	}
	l.b = appendJSONText(l.b, text)
}

// pair writes a name and a value of a list; i is their index.
func (l *line) pair(i int, name, value string) {
	if i > 0 {
		l.b = append(l.b, ',')
	}
	l.b = appendJSONText(append(l.b, '['), name)
	l.b = append(appendJSONText(append(l.b, ','), value), ']')
}

// wholeRunes cuts off a character that is not whole, where the rest is UTF-8.
func wholeRunes(b []byte) []byte {
	for cut := range min(utf8.UTFMax, len(b)) {
		if utf8.Valid(b[:len(b)-cut]) {
			return b[:len(b)-cut]
		}
	}
	return b
}

// appendJSONText appends a JSON string. What is no UTF-8 becomes U+FFFD.
func appendJSONText[T string | []byte](dst []byte, text T) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	plain := 0 // where the bytes begin that stand as they are
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c != '"' && c != '\\' && c < 0x7f {
			i++
			continue
		}
		dst = append(dst, text[plain:i]...)
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
			i++
		case c < utf8.RuneSelf:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			i++
		default:
			r, size := utf8.DecodeRuneInString(string(text[i:min(len(text), i+utf8.UTFMax)]))
			dst = utf8.AppendRune(dst, r)
			i += size
		}
		plain = i
	}
	return append(append(dst, text[plain:]...), '"')
}
