package simulator

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"net/url"

	"simhook/simulator/signature"
)

// Limits on what an answer may be. A receiver, or what stands in front of it,
// can answer without end; a provider would not read it either.
const (
	maxAnswerHead = 64 << 10 // bytes of status line and header
	maxAnswerBody = 1 << 20  // bytes of body kept; the rest is not read
)

// Dialled returns the address that m is sent to: the target's own, with what a
// scheme wrote into the query.
func Dialled(address string, m *Message) string {
	for _, f := range signature.FormFields(m.Query) {
		address = signature.WithQuery(address, f.Name, f.Value)
	}
	return address
}

// Wire returns the request as it goes over HTTP/1.1: header lines in their order
// and spelling, Host first, Content-Length of exactly the body. A Host line of the
// message stands instead of the target's.
func Wire(m *Message, target *url.URL) []byte {
	p := passageOf(m, target)
	return append(p.head(), p.body...)
}

// Answer is what came back.
type Answer struct {
	Status    int    `json:"status"`
	Header    Header `json:"headers,omitempty"`
	Body      []byte `json:"-"`
	Truncated bool   `json:"truncated,omitempty"` // the body was longer than 1 MiB, or broke off
	Reused    bool   `json:"reused,omitempty"`    // over a connection that had carried a request before
	From      string `json:"-"`                   // the sender's end of the connection, where there was one
}

var errAnswerHead = errors.New("the answer's header is longer than 64 KiB")

// answers are what comes back over one connection, one answer after another.
type answers struct {
	limited *limitedReader
	buffer  *bufio.Reader
	bare    bool // the next answer has no body, as that to HEAD
}

func newAnswers(r io.Reader) *answers {
	limited := &limitedReader{r: r, left: maxAnswerHead}
	return &answers{limited: limited, buffer: bufio.NewReaderSize(limited, 4096)}
}

// readAnswer reads the one answer of a connection.
func readAnswer(r io.Reader) (Answer, error) {
	a, _, err := newAnswers(r).next(func(int) {})
	return a, err
}

// next reads one answer within the limits. Bodies stay as they came: nothing is
// decompressed, so a gzip bomb is just bytes. Once the status came, nothing that
// happens to the body undoes it. heard is called as soon as a status came, interim
// or final. more says whether the connection can carry another answer.
func (c *answers) next(heard func(status int)) (a Answer, more bool, err error) {
	c.limited.left = maxAnswerHead
	resp, err := c.head(heard)
	for err == nil && resp.StatusCode >= 100 && resp.StatusCode < 200 && resp.StatusCode != http.StatusSwitchingProtocols {
		resp, err = c.head(heard)
	}
	if err != nil {
		if c.limited.left <= 0 {
			err = errAnswerHead
		}
		return Answer{}, false, err
	}
	// The body is not closed: that would read it to an end it may not have.
	c.limited.left = 1 << 62
	a = Answer{Status: resp.StatusCode, Header: flat(resp.Header)}
	a.Body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswerBody+1))
	if len(a.Body) > maxAnswerBody {
		a.Body, a.Truncated = a.Body[:maxAnswerBody], true
	}
	a.Truncated = a.Truncated || err != nil
	return a, !a.Truncated && !resp.Close && resp.StatusCode != http.StatusSwitchingProtocols, nil
}

func (c *answers) head(heard func(int)) (*http.Response, error) {
	method := http.MethodPost
	if c.bare {
		method = http.MethodHead
	}
	resp, err := http.ReadResponse(c.buffer, &http.Request{Method: method})
	if err == nil {
		heard(resp.StatusCode)
	}
	return resp, err
}

// flat lists header lines sorted by name: net/http does not keep their order.
func flat(h http.Header) Header {
	var out Header
	for _, name := range sortedKeys(h) {
		for _, v := range h[name] {
			out.Add(name, v)
		}
	}
	return out
}

// limitedReader stops after so many bytes.
type limitedReader struct {
	r    io.Reader
	left int64
}

func (l *limitedReader) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errAnswerHead
	}
	if int64(len(p)) > l.left {
		p = p[:l.left]
	}
	n, err := l.r.Read(p)
	l.left -= int64(n)
	return n, err
}
