package simulator

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net/http/httputil"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

// A Capture is a request that somebody recorded.
type Capture struct {
	Message *Message
	Format  string // raw, curl -v, curl --trace, curl --trace-ascii, HAR or json
	// Provider is whose request it is, where the capture says so itself.
	Provider string
	Notes    []string // what the capture lost or gained on its way
	// NoBody says that the capture does not hold the body, as curl -v does not.
	NoBody bool
}

const (
	captureHint = "a raw HTTP request, the output of curl -v or --trace, a HAR, or what simhook send --dry-run --output json prints"
	bareHint    = captureHint + "; a bare body needs its header lines too"
)

// ReadCapture reads a recorded request: raw HTTP, the output of curl -v, --trace
// or --trace-ascii, a HAR file (its entry-th request, counted from 1; 0 takes the
// first with a body), or what simhook send --dry-run --output json prints.
func ReadCapture(data []byte, entry int) (*Capture, error) {
	data, decoded := plainText(data)
	data = bytes.TrimLeft(data, "\r\n")
	trimmed := bytes.TrimSpace(data)
	var c *Capture
	var err error
	switch {
	case len(trimmed) == 0:
		err = &Mistake{"the capture is empty", captureHint}
	case trimmed[0] == '{':
		c, err = readJSONCapture(trimmed, entry)
	case requestLine().Match(data):
		c, err = readRaw(data)
	case before(traceBlock(), curlLine(), data):
		c, err = readTrace(data)
	case curlLine().Match(data):
		c, err = readCurl(data)
	default:
		c, err = readRaw(data)
	}
	if err == nil && decoded {
		c.Notes = append(c.Notes, "the file is UTF-16, as PowerShell's > writes it: bytes of the body that are no text are lost")
	}
	return c, err
}

// before says whether the first match of one comes before any of the other.
func before(one, other *regexp.Regexp, data []byte) bool {
	at, not := one.FindIndex(data), other.FindIndex(data)
	return at != nil && (not == nil || at[0] < not[0])
}

// plainText takes a byte order mark away, and decodes UTF-16.
func plainText(data []byte) (plain []byte, decoded bool) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		order = binary.LittleEndian
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		order = binary.BigEndian
	default:
		return bytes.TrimPrefix(data, []byte("\ufeff")), false
	}
	var units []uint16
	for i := 2; i+1 < len(data); i += 2 {
		units = append(units, order.Uint16(data[i:]))
	}
	return []byte(string(utf16.Decode(units))), true
}

// SetBody gives the capture a body that was kept elsewhere.
func (c *Capture) SetBody(body []byte) {
	c.Message.Body, c.NoBody, c.Notes = body, false, nil
	c.fitLength()
}

var requestLine = lazily(`^[A-Z]+ \S+ HTTP/\d`)

// readRaw reads a request as it goes over the wire; line ends may be LF alone.
func readRaw(data []byte) (*Capture, error) {
	lines, body, found := cutHead(data)
	m := &Message{Body: body}
	if err := readHead(m, lines); err != nil {
		return nil, err
	}
	c := &Capture{Message: m, Format: "raw"}
	if len(body) == 0 && c.length() != 0 {
		c.NoBody = c.length() > 0
		if !found {
			c.Notes = append(c.Notes, "there is no empty line after the header: the body is missing")
		}
		return c, nil
	}
	c.unchunk()
	c.fitLength()
	return c, nil
}

// cutHead splits at the first empty line.
func cutHead(data []byte) (lines []string, body []byte, found bool) {
	for len(data) > 0 {
		line, rest, _ := bytes.Cut(data, []byte("\n"))
		data = rest
		if line = bytes.TrimSuffix(line, []byte("\r")); len(line) == 0 {
			return lines, data, true
		}
		lines = append(lines, string(line))
	}
	return lines, nil, false
}

func readHead(m *Message, lines []string) error {
	if len(lines) == 0 {
		lines = []string{""}
	}
	method, rest, _ := strings.Cut(lines[0], " ")
	target, _, _ := strings.Cut(rest, " ")
	if strings.HasPrefix(method, "HTTP/") {
		return &Mistake{fmt.Sprintf("%.40q begins an answer, not a request", lines[0]), "the signature is in the request; it begins with a line such as POST /webhooks HTTP/1.1"}
	}
	if !isMethod(method) || target == "" {
		return &Mistake{fmt.Sprintf("%.40q is no request line", lines[0]), "a raw request begins with a line such as POST /webhooks HTTP/1.1"}
	}
	m.Method = method
	for i, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ":")
		if !ok || !isToken(name) {
			return &Mistake{fmt.Sprintf("line %d, %.40q, is no header line", i+2, line), "header lines are Name: value, and an empty line comes before the body"}
		}
		m.Header.Add(name, strings.TrimSpace(value))
	}
	m.URL = target
	if strings.HasPrefix(target, "/") {
		scheme := "http"
		if p := m.Header.Get("X-Forwarded-Proto"); p == "https" {
			scheme = p
		}
		m.URL = scheme + "://" + m.Header.Get("Host") + target
	}
	return nil
}

func isMethod(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-") == ""
}

// isToken: what a header name may be made of (RFC 9110 section 5.6.2).
func isToken(s string) bool {
	for _, c := range s {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("!#$%&'*+-.^_`|~", c)) {
			return false
		}
	}
	return s != ""
}

// length is what the header says of the body's length, or -1.
func (c *Capture) length() int {
	n, err := strconv.Atoi(c.Message.Header.Get("Content-Length"))
	if err != nil || n < 0 {
		return -1
	}
	return n
}

// unchunk takes the body out of its chunks (RFC 9112 section 7.1), which a record
// of the wire has around it.
func (c *Capture) unchunk() {
	m := c.Message
	if !strings.EqualFold(m.Header.Get("Transfer-Encoding"), "chunked") {
		return
	}
	if plain, err := io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(m.Body))); err == nil {
		m.Body = plain
	}
}

var answerLine = lazily(`^\s*HTTP/\d`)

// fitLength compares the body with Content-Length. Editors and shells add a line
// feed at the end of a file, some tools print the answer after the request, and
// copying cuts.
func (c *Capture) fitLength() {
	m, want := c.Message, c.length()
	if want < 0 || want == len(m.Body) {
		return
	}
	if want < len(m.Body) {
		if rest := m.Body[want:]; len(bytes.Trim(rest, "\r\n")) == 0 || answerLine().Match(rest) {
			m.Body = m.Body[:want]
			return
		}
	}
	c.Notes = append(c.Notes, fmt.Sprintf("the body has %d bytes, Content-Length says %d", len(m.Body), want))
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
