package simulator

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// A Capture is a request that somebody recorded.
type Capture struct {
	Message *Message
	Format  string   // raw, curl, har or json
	Notes   []string // what the capture lost or gained on its way
	// NoBody says that the format does not hold the body, as curl -v does not.
	NoBody bool
}

// ReadCapture reads a recorded request: raw HTTP, the output of curl -v, a HAR
// file (its entry-th request, counted from 1; 0 takes the first POST), or what
// simhook send --dry-run --output json prints.
func ReadCapture(data []byte, entry int) (*Capture, error) {
	trimmed := bytes.TrimSpace(data)
	switch {
	case len(trimmed) == 0:
		return nil, &Mistake{"the capture is empty", "give a file with a raw HTTP request, curl -v output or a HAR"}
	case trimmed[0] == '{':
		return readJSONCapture(trimmed, entry)
	case isCurl(data):
		return readCurl(data)
	}
	return readRaw(data)
}

func isCurl(data []byte) bool {
	return bytes.HasPrefix(data, []byte("> ")) || bytes.HasPrefix(data, []byte("* ")) || bytes.Contains(data, []byte("\n> "))
}

// readRaw reads a request as it goes over the wire; line ends may be LF alone.
func readRaw(data []byte) (*Capture, error) {
	head, body, found := cutHead(data)
	lines := strings.Split(strings.ReplaceAll(string(head), "\r\n", "\n"), "\n")
	m := &Message{Body: body}
	if err := readHead(m, lines); err != nil {
		return nil, err
	}
	c := &Capture{Message: m, Format: "raw"}
	if !found {
		c.Notes = append(c.Notes, "there is no empty line after the header: the body is missing")
	}
	c.fitLength()
	return c, nil
}

// cutHead splits at the first empty line.
func cutHead(data []byte) (head, body []byte, found bool) {
	at, width := len(data), 0
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if i := bytes.Index(data, []byte(end)); i >= 0 && i < at {
			at, width = i, len(end)
		}
	}
	return data[:at], data[at+width:], width > 0
}

func readHead(m *Message, lines []string) error {
	method, rest, _ := strings.Cut(lines[0], " ")
	target, _, _ := strings.Cut(rest, " ")
	if method == "" || method != strings.ToUpper(method) || target == "" {
		return &Mistake{fmt.Sprintf("%.40q is no request line", lines[0]), "a raw request begins with a line such as POST /webhooks HTTP/1.1"}
	}
	m.Method = method
	for i, line := range lines[1:] {
		if line == "" {
			break
		}
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.TrimSpace(name) != name {
			return &Mistake{fmt.Sprintf("line %d, %.40q, is no header line", i+2, line), "header lines are Name: value, and an empty line comes before the body"}
		}
		m.Header.Add(name, strings.TrimSpace(value))
	}
	m.URL = target
	if strings.HasPrefix(target, "/") {
		scheme := "http"
		if p := m.Header.Get("X-Forwarded-Proto"); p != "" {
			scheme = p
		}
		m.URL = scheme + "://" + m.Header.Get("Host") + target
	}
	return nil
}

// fitLength compares the body with Content-Length. Editors and shells add a line
// feed at the end of a file, and copying cuts.
func (c *Capture) fitLength() {
	m := c.Message
	want, err := strconv.Atoi(m.Header.Get("Content-Length"))
	if err != nil || want == len(m.Body) {
		return
	}
	if want < len(m.Body) && len(bytes.TrimRight(m.Body[want:], "\r\n")) == 0 {
		m.Body = m.Body[:want]
		return
	}
	c.Notes = append(c.Notes, fmt.Sprintf("the body has %d bytes, Content-Length says %d", len(m.Body), want))
}

// readCurl reads the lines that curl -v marks with ">". It does not show the
// body; what stands between the header and the next marked line is taken for it.
func readCurl(data []byte) (*Capture, error) {
	var lines []string
	var body []string
	inBody := false
	for line := range strings.SplitSeq(string(data), "\n") {
		text := strings.TrimSuffix(line, "\r")
		switch {
		case strings.HasPrefix(text, "> "):
			lines = append(lines, text[2:])
		case text == ">":
			inBody = true
		case inBody && (strings.HasPrefix(text, "<") || strings.HasPrefix(text, "* ") || strings.HasPrefix(text, "} [")):
			inBody = false
		case inBody:
			body = append(body, line)
		}
	}
	if len(lines) == 0 {
		return nil, &Mistake{"no request in this curl output", "curl -v marks the request's lines with >"}
	}
	m := &Message{}
	if err := readHead(m, lines); err != nil {
		return nil, err
	}
	c := &Capture{Message: m, Format: "curl"}
	m.Body = []byte(strings.Join(body, "\n"))
	if len(bytes.TrimSpace(m.Body)) == 0 {
		m.Body, c.NoBody = nil, true
		return c, nil
	}
	c.fitLength()
	return c, nil
}

// jsonCapture is a HAR (https://w3c.github.io/web-performance/specs/HAR/Overview.html),
// or one request as simhook prints it.
type jsonCapture struct {
	Log *struct {
		Entries []struct {
			Request harRequest `json:"request"`
		} `json:"entries"`
	} `json:"log"`
	Method     string      `json:"method"`
	URL        string      `json:"url"`
	SignedURL  string      `json:"signed_url"`
	Headers    [][2]string `json:"headers"`
	Body       *string     `json:"body"`
	BodyBase64 string      `json:"body_base64"`
}

type harRequest struct {
	Method  string `json:"method"`
	URL     string `json:"url"`
	Headers []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"headers"`
	PostData *struct {
		Text     string `json:"text"`
		Encoding string `json:"encoding"`
		Params   []struct {
			Name  string `json:"name"`
			Value string `json:"value"`
		} `json:"params"`
	} `json:"postData"`
}

func readJSONCapture(data []byte, entry int) (*Capture, error) {
	var j jsonCapture
	if err := json.Unmarshal(data, &j); err != nil {
		return nil, &Mistake{"the capture begins like JSON, but is none: " + err.Error(), "a HAR, or what simhook send --dry-run --output json prints; a bare body needs its header lines too"}
	}
	if j.Log != nil {
		return readHAR(&j, entry)
	}
	if len(j.Headers) == 0 {
		return nil, &Mistake{"this JSON is no capture: it has no headers", "a HAR, or what simhook send --dry-run --output json prints; a bare body needs its header lines too"}
	}
	m := &Message{Method: j.Method, URL: j.URL}
	if j.SignedURL != "" {
		m.URL = j.SignedURL
	}
	for _, h := range j.Headers {
		m.Header.Add(h[0], h[1])
	}
	switch {
	case j.BodyBase64 != "":
		body, err := base64.StdEncoding.DecodeString(j.BodyBase64)
		if err != nil {
			return nil, &Mistake{"body_base64 is no base64: " + err.Error(), ""}
		}
		m.Body = body
	case j.Body != nil:
		m.Body = []byte(*j.Body)
	}
	return &Capture{Message: m, Format: "json"}, nil
}

func readHAR(j *jsonCapture, entry int) (*Capture, error) {
	entries := j.Log.Entries
	at := entry - 1
	for i := range entries {
		if at < 0 && entries[i].Request.PostData != nil {
			at = i
		}
	}
	if at < 0 || at >= len(entries) {
		return nil, &Mistake{fmt.Sprintf("the HAR has %d requests, and no such one", len(entries)), "--entry N takes the N-th; without it the first with a body"}
	}
	r := entries[at].Request
	c := &Capture{Message: &Message{Method: r.Method, URL: r.URL}, Format: "har"}
	for _, h := range r.Headers {
		c.Message.Header.Add(h.Name, h.Value)
	}
	if r.PostData == nil {
		c.NoBody = true
		return c, nil
	}
	c.Message.Body = []byte(r.PostData.Text)
	if r.PostData.Encoding == "base64" {
		body, err := base64.StdEncoding.DecodeString(r.PostData.Text)
		if err != nil {
			return nil, &Mistake{"postData of the HAR is no base64: " + err.Error(), ""}
		}
		c.Message.Body = body
	}
	if r.PostData.Text == "" && len(r.PostData.Params) > 0 {
		var pairs []string
		for _, p := range r.PostData.Params {
			pairs = append(pairs, url.QueryEscape(p.Name)+"="+url.QueryEscape(p.Value))
		}
		c.Message.Body = []byte(strings.Join(pairs, "&"))
		c.Notes = append(c.Notes, "the HAR holds form parameters, not the body's bytes: the order or the escapes may differ from what was sent")
	}
	c.fitLength()
	return c, nil
}
