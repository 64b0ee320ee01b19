package simulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"syscall"
)

// A Target answers requests.
type Target interface {
	// Address is the URL that deliveries are sent to.
	Address() string
	// Exchange sends m and returns the answer. Its error is a *NoAnswerError
	// where nothing came back.
	Exchange(ctx context.Context, m *Message) (Answer, error)
}

// A NoAnswerError means that no answer came: the connection failed, or broke, or
// the time was up. What the receiver did with the delivery is then unknown.
type NoAnswerError struct {
	Connected bool // there was a connection: the receiver is there
	Sent      bool // the whole request had been written
	Err       error
	panicked  bool // a handler in this process, or it ended its goroutine
}

func (e *NoAnswerError) Error() string {
	if errors.Is(e.Err, context.DeadlineExceeded) {
		return "no answer in time"
	}
	return "no answer: " + e.Err.Error()
}

func (e *NoAnswerError) Unwrap() error { return e.Err }

// Timeout says whether the time was up.
func (e *NoAnswerError) Timeout() bool {
	var ne net.Error
	return errors.Is(e.Err, context.DeadlineExceeded) || errors.As(e.Err, &ne) && ne.Timeout()
}

// HungUp says whether the receiver closed the connection instead of answering.
// Servers do so with a request that they cannot read, and the answer to it is
// often lost with the connection; so do many when a handler crashes. [Judge]
// tells the two apart by what was sent.
func (e *NoAnswerError) HungUp() bool {
	return e.Connected && !e.panicked && (errors.Is(e.Err, errClosed) || errors.Is(e.Err, errEnded) || errors.Is(e.Err, syscall.ECONNRESET) || errors.Is(e.Err, syscall.EPIPE))
}

// Handler returns a target in this process: no port, no network, and virtual
// time under testing/synctest. address is what providers sign that sign the URL.
func Handler(address string, h http.Handler) Target {
	return &handlerTarget{address: address, handler: h}
}

type handlerTarget struct {
	address string
	handler http.Handler
	way     *Way // nil: plain
	signed  []string
}

func (t *handlerTarget) Address() string { return t.address }

func (t *handlerTarget) Exchange(ctx context.Context, m *Message) (Answer, error) {
	if ctx.Err() != nil {
		return Answer{}, &NoAnswerError{Err: ctx.Err()}
	}
	u, err := url.Parse(t.address)
	if err != nil {
		return Answer{}, err
	}
	wire, err := t.way.wire(m, u, t.signed)
	if err != nil {
		return Answer{}, err
	}
	r, err := readRequest(wire, u)
	if err != nil {
		const why = "net/http answers such a request itself, before a handler sees it; a URL target sends it"
		if t.way != nil {
			return Answer{}, t.way.cannot(why)
		}
		return Answer{}, errCannot(why)
	}
	type outcome struct {
		answer Answer
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		rec := &recorder{header: http.Header{}}
		ended := errors.New("the handler ended its goroutine, as t.FailNow does")
		defer func() { // also where it ended by runtime.Goexit
			if p := recover(); p != nil {
				ended = fmt.Errorf("the handler panicked: %v", p)
			}
			if ended != nil {
				done <- outcome{err: &NoAnswerError{Connected: true, Sent: true, panicked: true, Err: ended}}
				return
			}
			done <- outcome{answer: rec.answer()}
		}()
		t.handler.ServeHTTP(rec, r.WithContext(ctx))
		ended = nil
	}()
	select {
	case o := <-done:
		return o.answer, o.err
	case <-ctx.Done():
		return Answer{}, &NoAnswerError{Connected: true, Sent: true, Err: ctx.Err()}
	}
}

// recorder is the plainest ResponseWriter. It keeps what readAnswer would.
type recorder struct {
	header    http.Header
	sent      http.Header
	status    int
	body      bytes.Buffer
	truncated bool
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status, r.sent = status, r.header.Clone()
	}
}

func (r *recorder) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	kept := min(len(p), maxAnswerBody-r.body.Len())
	r.body.Write(p[:kept])
	r.truncated = r.truncated || kept < len(p)
	return len(p), nil
}

func (r *recorder) answer() Answer {
	r.WriteHeader(http.StatusOK)
	return Answer{Status: r.status, Header: flat(r.sent), Body: r.body.Bytes(), Truncated: r.truncated}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
