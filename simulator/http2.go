package simulator

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"
)

// errEnded: the receiver reset the stream, or said that it goes. In HTTP/2 that
// is what closing the connection is in HTTP/1.
var errEnded = errors.New("the receiver ended the stream before an answer came")

// exchange2 sends m over HTTP/2 as net/http does it: header names in lower case
// (RFC 9113 section 8.2.1) and in no order, lines of connections left out.
func (t *urlTarget) exchange2(ctx context.Context, m *Message) (Answer, error) {
	var sent atomic.Bool
	var over atomic.Pointer[link]
	transport := &http.Transport{
		ForceAttemptHTTP2: true, DisableCompression: true, MaxResponseHeaderBytes: maxAnswerHead,
		DialTLSContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			l, err := t.dial(ctx, "h2")
			switch {
			case err != nil && strings.Contains(err.Error(), "no application protocol"): // RFC 7301 section 3.2
				return nil, t.way.cannot("the receiver offers no HTTP/2")
			case err != nil:
				return nil, err
			case l.tlsState().NegotiatedProtocol != "h2":
				l.Close()
				return nil, t.way.cannot("the receiver offers no HTTP/2")
			}
			over.Store(l)
			return l.Conn, nil
		},
	}
	defer transport.CloseIdleConnections()
	trace := &httptrace.ClientTrace{WroteRequest: func(i httptrace.WroteRequestInfo) { sent.Store(i.Err == nil) }}
	r, err := t.request2(httptrace.WithClientTrace(ctx, trace), m)
	if err != nil {
		return Answer{}, err
	}
	answer, err := transport.RoundTrip(r)
	if err == nil {
		defer answer.Body.Close()
		return readAnswer2(answer), nil
	}
	l := over.Load()
	if l == nil && ctx.Err() == nil {
		return Answer{}, err // of dial
	}
	switch {
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	case refusedClient(l.said()):
		err = l.said()
	case strings.HasPrefix(err.Error(), "stream error"), strings.Contains(err.Error(), "GOAWAY"), strings.Contains(err.Error(), "connection lost"):
		err = errEnded
	}
	return Answer{}, &NoAnswerError{Connected: l != nil, Sent: sent.Load(), Err: plainer(err)}
}

// said is the last word of the receiver on TLS, which a broken connection keeps.
// Nothing is read off the connection any more after it.
func (l *link) said() error {
	l.SetReadDeadline(time.Unix(1, 0))
	_, err := l.Read(make([]byte, 1))
	return err
}

func (t *urlTarget) request2(ctx context.Context, m *Message) (*http.Request, error) {
	address := *t.url
	r, err := http.NewRequestWithContext(ctx, m.Method, Dialled(address.String(), m), bytes.NewReader(m.Body))
	if err != nil {
		return nil, t.way.cannot(err.Error())
	}
	r.Host = hostOf(t.url)
	r.Header["User-Agent"] = []string{""} // net/http's own is not the provider's
	for _, f := range m.Header {
		switch strings.ToLower(f.Name) {
		case "host":
			r.Host = f.Value
		case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "content-length":
		case "user-agent":
			r.Header.Set(f.Name, f.Value)
		default:
			if strings.ContainsFunc(f.Value, func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }) {
				return nil, t.way.cannot("HTTP/2 carries no control characters in a header")
			}
			r.Header.Add(f.Name, f.Value)
		}
	}
	return r, nil
}

func readAnswer2(resp *http.Response) Answer {
	a := Answer{Status: resp.StatusCode, Header: flat(resp.Header)}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswerBody+1))
	a.Body, a.Truncated = body, err != nil
	if len(body) > maxAnswerBody {
		a.Body, a.Truncated = body[:maxAnswerBody], true
	}
	return a
}
