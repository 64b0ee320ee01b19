package simulator

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
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

type urlTarget struct {
	url        *url.URL
	public     bool
	redirected bool // an answer named it, not the user
}

func (t *urlTarget) Address() string { return t.url.String() }

func (t *urlTarget) Exchange(ctx context.Context, m *Message) (Answer, error) {
	conn, err := t.dial(ctx)
	if err != nil {
		return Answer{}, err
	}
	return converse(ctx, conn, Wire(m, t.url))
}

// A poised target can do all of an exchange but its end.
type poised interface {
	Target
	// poise connects and sends m but for its last byte; finish sends that and
	// waits for the answer.
	poise(ctx context.Context, m *Message) (finish func(context.Context) (Answer, error), err error)
}

func (t *urlTarget) poise(ctx context.Context, m *Message) (func(context.Context) (Answer, error), error) {
	conn, err := t.dial(ctx)
	if err != nil {
		return nil, err
	}
	request := Wire(m, t.url)
	last := len(request) - 1
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	// A receiver that closes already has perhaps answered: finish looks.
	conn.Write(request[:last])
	if !stop() {
		conn.Close()
		return nil, &NoAnswerError{Connected: true, Err: context.Cause(ctx)}
	}
	return func(ctx context.Context) (Answer, error) { return converse(ctx, conn, request[last:]) }, nil
}

// lastWrite is how long a request may still be on its way out once it is known
// that no answer comes.
const lastWrite = 250 * time.Millisecond

// converse sends the rest of a request, reads the answer and closes.
func converse(ctx context.Context, conn net.Conn, rest []byte) (Answer, error) {
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	// A receiver may answer before it has read everything: read while writing.
	written := make(chan error, 1)
	go func() {
		_, err := conn.Write(rest)
		written <- err
	}()
	answer, err := readAnswer(conn)
	if err == nil {
		return answer, nil
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	conn.SetWriteDeadline(time.Now().Add(lastWrite))
	return Answer{}, &NoAnswerError{Connected: true, Sent: <-written == nil, Err: plainer(err)}
}

// HungUp says whether the receiver closed the connection instead of answering.
// Servers do so with a request that they cannot read, and the answer to it is
// often lost with the connection; so do many when a handler crashes. [Judge]
// tells the two apart by what was sent.
func (e *NoAnswerError) HungUp() bool {
	return e.Connected && !e.panicked && (errors.Is(e.Err, errClosed) || errors.Is(e.Err, syscall.ECONNRESET) || errors.Is(e.Err, syscall.EPIPE))
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
		if err := t.allows(ip.Unmap()); err != nil {
			return nil, err
		}
		ip = thisHost(ip)
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(ip.String(), port))
		if err != nil {
			last = err
			continue
		}
		if t.url.Scheme == "https" {
			secured := tls.Client(conn, &tls.Config{ServerName: t.url.Hostname()})
			if err := secured.HandshakeContext(ctx); err != nil {
				conn.Close()
				return nil, &NoAnswerError{Err: plainer(err)}
			}
			return secured, nil
		}
		return conn, nil
	}
	return nil, &NoAnswerError{Err: plainer(last)}
}

// allows refuses an address that simhook must not send to.
func (t *urlTarget) allows(ip netip.Addr) error {
	metadata := ip.IsLinkLocalUnicast()
	switch {
	case nearby(ip), t.public && !(metadata && t.redirected):
		return nil
	case t.redirected:
		return &Mistake{fmt.Sprintf("the answer redirects to %s, which is not a loopback or private address", ip), "a redirect is followed only to where simhook may send anyway"}
	case metadata:
		return &Mistake{fmt.Sprintf("%s is link-local, not a loopback or private address", ip), "cloud machines keep their keys there; give --public if the target is yours"}
	}
	return &Mistake{fmt.Sprintf("%s is not a loopback or private address", ip), "simhook sends forged traffic on purpose; give --public if the target is yours"}
}

// nearby says whether an address is loopback, private or this host's.
func nearby(ip netip.Addr) bool { return ip.IsLoopback() || ip.IsPrivate() || ip.IsUnspecified() }

// thisHost turns the address of every interface, which can be listened at but
// not everywhere dialled, into loopback.
func thisHost(ip netip.Addr) netip.Addr {
	switch {
	case !ip.Unmap().IsUnspecified():
		return ip
	case ip.Unmap().Is4():
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return netip.IPv6Loopback()
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
		return Answer{}, errCannot("net/http answers such a request itself, before a handler sees it; a URL target sends it")
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
