package simulator

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"
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
	panicked  bool // a handler in this process
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

// URL returns a target over the network. It dials the address once for each
// exchange. Unless public is true it refuses addresses that are neither loopback
// nor private: simhook sends forged traffic on purpose.
func URL(address string, public bool) (Target, error) {
	u, err := url.Parse(address)
	if err == nil && u.Scheme == "" || err != nil {
		return nil, &Mistake{fmt.Sprintf("%q is no URL", address), "such as http://localhost:8080/webhooks"}
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, &Mistake{fmt.Sprintf("%q is no http or https URL", address), "such as http://localhost:8080/webhooks"}
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return &urlTarget{url: u, public: public}, nil
}

type urlTarget struct {
	url    *url.URL
	public bool
}

func (t *urlTarget) Address() string { return t.url.String() }

func (t *urlTarget) Exchange(ctx context.Context, m *Message) (Answer, error) {
	conn, err := t.dial(ctx)
	if err != nil {
		return Answer{}, err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	// A receiver may answer before it has read everything: read while writing.
	written := make(chan error, 1)
	go func() {
		_, err := conn.Write(Wire(m, t.url))
		written <- err
	}()
	answer, err := readAnswer(conn)
	if err == nil {
		return answer, nil
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	sent := false
	select {
	case werr := <-written:
		sent = werr == nil
	default:
	}
	return Answer{}, &NoAnswerError{Connected: true, Sent: sent, Err: plainer(err)}
}

// HungUp says whether the receiver closed the connection instead of answering.
// Servers do so with a request they refuse before they have read it, such as one
// with a header that is too large: the answer is then often lost with the
// connection, so for a spoiled delivery it is a refusal like any other.
func (e *NoAnswerError) HungUp() bool { return e.Connected && !e.Timeout() && !e.panicked }

// plainer gives the two commonest reasons words that say what happened.
func plainer(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the connection was closed before an answer came")
	}
	return err
}

func (t *urlTarget) dial(ctx context.Context) (net.Conn, error) {
	port := t.url.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[t.url.Scheme]
	}
	addresses, err := net.DefaultResolver.LookupNetIP(ctx, "ip", t.url.Hostname())
	if err != nil {
		return nil, &NoAnswerError{Err: err}
	}
	// The address that was checked is the one that is dialled: a name could
	// answer otherwise the second time.
	var last error
	for _, ip := range addresses {
		if !t.public && !nearby(ip.Unmap()) {
			return nil, &Mistake{fmt.Sprintf("%s is not a loopback or private address", ip.Unmap()), "simhook sends forged traffic on purpose; give --public if the target is yours"}
		}
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(ip.String(), port))
		if err != nil {
			last = err
			continue
		}
		if t.url.Scheme == "https" {
			secured := tls.Client(conn, &tls.Config{ServerName: t.url.Hostname()})
			if err := secured.HandshakeContext(ctx); err != nil {
				conn.Close()
				return nil, &NoAnswerError{Err: err}
			}
			return secured, nil
		}
		return conn, nil
	}
	return nil, &NoAnswerError{Err: last}
}

// nearby says whether an address is loopback, private or link-local.
func nearby(ip netip.Addr) bool {
	return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
}

// Handler returns a target in this process: no port, no network, and virtual
// time under testing/synctest. address is what providers sign that sign the URL.
func Handler(address string, h http.Handler) Target { return &handlerTarget{address, h} }

type handlerTarget struct {
	address string
	handler http.Handler
}

func (t *handlerTarget) Address() string { return t.address }

func (t *handlerTarget) Exchange(ctx context.Context, m *Message) (Answer, error) {
	if _, err := url.Parse(t.address); err != nil {
		return Answer{}, err
	}
	r, err := serverRequest(m, t.address)
	if err != nil {
		return Answer{Status: http.StatusBadRequest}, nil // as net/http's server answers
	}
	type outcome struct {
		answer Answer
		err    error
	}
	done := make(chan outcome, 1)
	go func() {
		rec := &recorder{header: http.Header{}}
		defer func() {
			if p := recover(); p != nil {
				done <- outcome{err: &NoAnswerError{Connected: true, Sent: true, panicked: true, Err: fmt.Errorf("the handler panicked: %v", p)}}
			}
		}()
		t.handler.ServeHTTP(rec, r.WithContext(ctx))
		done <- outcome{answer: rec.answer()}
	}()
	select {
	case o := <-done:
		return o.answer, o.err
	case <-ctx.Done():
		return Answer{}, &NoAnswerError{Connected: true, Sent: true, Err: ctx.Err()}
	}
}

// recorder is the plainest ResponseWriter.
type recorder struct {
	header http.Header
	sent   http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header { return r.header }

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status, r.sent = status, r.header.Clone()
	}
}

func (r *recorder) Write(p []byte) (int, error) {
	r.WriteHeader(http.StatusOK)
	if r.body.Len()+len(p) <= maxAnswerBody {
		r.body.Write(p)
	}
	return len(p), nil
}

func (r *recorder) answer() Answer {
	r.WriteHeader(http.StatusOK)
	return Answer{Status: r.status, Header: flat(r.sent), Body: r.body.Bytes()}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
