package simulator

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/iotest"
)

// TestAnswerKeepsItsStatus: once a status came, nothing that happens to the body
// undoes it.
func TestAnswerKeepsItsStatus(t *testing.T) {
	reset := iotest.ErrReader(syscall.ECONNRESET)
	for name, c := range map[string]struct {
		answer    io.Reader
		status    int
		truncated bool
	}{
		"whole":               {strings.NewReader("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc"), 200, false},
		"cut":                 {strings.NewReader("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), 200, true},
		"reset":               {io.MultiReader(strings.NewReader("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), reset), 200, true},
		"reset without a sum": {io.MultiReader(strings.NewReader("HTTP/1.1 500 No\r\n\r\nabc"), reset), 500, true},
		"malformed chunk":     {strings.NewReader("HTTP/1.1 202 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), 202, true},
		"after 100 and 103":   {strings.NewReader("HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 103 Hints\r\n\r\nHTTP/1.1 204 No\r\n\r\n"), 204, false},
		"101 is final":        {io.MultiReader(strings.NewReader("HTTP/1.1 101 Switching\r\n\r\n"), iotest.ErrReader(errors.New("read beyond the answer"))), 101, false},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := readAnswer(c.answer)
			if err != nil || a.Status != c.status || a.Truncated != c.truncated {
				t.Errorf("%d, truncated %v, %v; want %d, truncated %v", a.Status, a.Truncated, err, c.status, c.truncated)
			}
		})
	}
	if _, err := readAnswer(io.MultiReader(strings.NewReader("HTTP/1.1 200 OK\r\nX: "), reset)); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("a header that breaks off is no answer: %v", err)
	}
}

// endless is a body of chunks without an end; it counts what is read of it.
type endless struct {
	rest string
	read int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.rest == "" {
		e.rest = "1000\r\n" + strings.Repeat("x", 4096) + "\r\n"
	}
	if e.read > 16<<20 {
		return 0, errors.New("read without an end")
	}
	n := copy(p, e.rest)
	e.rest, e.read = e.rest[n:], e.read+n
	return n, nil
}

func TestEndlessAnswerIsLeft(t *testing.T) {
	e := &endless{}
	a, err := readAnswer(io.MultiReader(strings.NewReader("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), e))
	if err != nil || a.Status != 200 || len(a.Body) != maxAnswerBody || !a.Truncated {
		t.Errorf("%d, %d bytes, truncated %v, %v", a.Status, len(a.Body), a.Truncated, err)
	}
	if e.read > 2*maxAnswerBody {
		t.Errorf("%d bytes were read", e.read)
	}
}

func TestWireHasOneHost(t *testing.T) {
	u, _ := url.Parse("http://127.0.0.1:8080/hooks")
	m := &Message{Method: "POST", Header: Header{{Name: "X-First", Value: "1"}, {Name: "host", Value: "shop.test"}}}
	if got, want := string(Wire(m, u)), "POST /hooks HTTP/1.1\r\nHost: shop.test\r\nX-First: 1\r\nContent-Length: 0\r\n\r\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	r, err := serverRequest(m, u.String())
	if err != nil {
		t.Fatal(err)
	}
	if r.Host != "shop.test" {
		t.Errorf("a handler sees the host %q", r.Host)
	}
}

// TestRequestIsSecure: a handler that rebuilds its address from r.TLS finds the
// one that was signed.
func TestRequestIsSecure(t *testing.T) {
	for address, secure := range map[string]bool{"https://shop.test/hooks": true, "http://shop.test/hooks": false} {
		r, err := serverRequest(&Message{Method: http.MethodPost}, address)
		if err != nil || (r.TLS != nil) != secure || secure && (r.TLS.ServerName != "shop.test" || !r.TLS.HandshakeComplete) {
			t.Errorf("%s: TLS %+v, %v", address, r.TLS, err)
		}
	}
}
