package simulator

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

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
	var b bytes.Buffer
	host, ok := m.Header.Lookup("Host")
	if !ok {
		host = target.Host
	}
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", m.Method, Dialled(target.RequestURI(), m), host)
	for _, f := range m.Header {
		if !strings.EqualFold(f.Name, "Host") {
			b.WriteString(f.Name + ": " + f.Value + "\r\n")
		}
	}
	if _, ok := m.Header.Lookup("Content-Length"); !ok {
		b.WriteString("Content-Length: " + strconv.Itoa(len(m.Body)) + "\r\n")
	}
	b.WriteString("\r\n")
	b.Write(m.Body)
	return b.Bytes()
}

// Answer is what came back.
type Answer struct {
	Status    int    `json:"status"`
	Header    Header `json:"headers,omitempty"`
	Body      []byte `json:"-"`
	Truncated bool   `json:"truncated,omitempty"` // the body was longer than 1 MiB, or broke off
}

var errAnswerHead = errors.New("the answer's header is longer than 64 KiB")

// readAnswer reads one answer within the limits. Bodies stay as they came:
// nothing is decompressed, so a gzip bomb is just bytes. Once the status came,
// nothing that happens to the body undoes it.
func readAnswer(r io.Reader) (Answer, error) {
	limited := &limitedReader{r: r, left: maxAnswerHead}
	br := bufio.NewReaderSize(limited, 4096)
	resp, err := http.ReadResponse(br, &http.Request{Method: http.MethodPost})
	for err == nil && resp.StatusCode >= 100 && resp.StatusCode < 200 && resp.StatusCode != http.StatusSwitchingProtocols {
		resp, err = http.ReadResponse(br, &http.Request{Method: http.MethodPost})
	}
	if err != nil {
		if limited.left <= 0 {
			err = errAnswerHead
		}
		return Answer{}, err
	}
	// The body is not closed: that would read it to an end it may not have.
	limited.left = 1 << 62
	a := Answer{Status: resp.StatusCode, Header: flat(resp.Header)}
	a.Body, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswerBody+1))
	if len(a.Body) > maxAnswerBody {
		a.Body, a.Truncated = a.Body[:maxAnswerBody], true
	}
	a.Truncated = a.Truncated || err != nil
	return a, nil
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
