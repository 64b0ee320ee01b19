package simulator

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// A Transport is how a target over the network is reached, beside its address.
// The zero value trusts what this system trusts, shows no certificate, and goes to
// loopback and private addresses only.
type Transport struct {
	Public bool // other addresses, too
	// CA is PEM: these certificates are trusted, instead of the system's.
	CA []byte
	// Cert and CertKey are PEM: the certificate, with its chain, that simhook shows
	// where the receiver asks for one, and its private key.
	Cert, CertKey []byte
	// Insecure takes any certificate of the receiver. Whoever stands in between can
	// then read and change deliveries.
	Insecure bool
}

func (t Transport) tls() (*tls.Config, error) {
	config := &tls.Config{InsecureSkipVerify: t.Insecure}
	if t.CA != nil {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(t.CA) {
			return nil, &Mistake{"the CA has no certificate in PEM in it", "a file with -----BEGIN CERTIFICATE----- lines"}
		}
	}
	if t.Cert == nil && t.CertKey == nil {
		return config, nil
	}
	pair, err := tls.X509KeyPair(t.Cert, t.CertKey)
	if err != nil {
		return nil, &Mistake{"the client certificate: " + strings.TrimPrefix(err.Error(), "tls: "), "a certificate and its own private key, both in PEM"}
	}
	config.Certificates = []tls.Certificate{pair}
	return config, nil
}

// urlTarget is a target over the network, or over a unix socket.
type urlTarget struct {
	url        *url.URL
	socket     string // the path of a unix socket, which is dialled instead of the host
	public     bool
	redirected bool // an answer named it, not the user
	tls        *tls.Config
	way        *Way // nil: plain
	signed     []string
	kept       *pool
}

func (t *urlTarget) Address() string { return t.url.String() }

// Socket returns the path of the unix socket that a target is reached over, or "".
func Socket(t Target) string {
	if t, ok := t.(*urlTarget); ok {
		return t.socket
	}
	return ""
}

func (t *urlTarget) by(w *Way, signed []string) (Target, error) {
	switch {
	case w.http2 && t.url.Scheme != "https":
		return nil, w.cannot("HTTP/2 is agreed on within TLS; give an https:// address")
	case w.reset && t.socket != "":
		return nil, w.cannot("a unix socket knows no reset")
	}
	next := *t
	next.way, next.signed = w, signed
	return &next, nil
}

// Close closes the connections that were kept for another delivery.
func (t *urlTarget) Close() error { return t.kept.close() }

func (t *urlTarget) Exchange(ctx context.Context, m *Message) (Answer, error) {
	if t.way != nil && t.way.http2 {
		return t.exchange2(ctx, m)
	}
	c, err := t.call(ctx, m)
	if err != nil {
		return Answer{}, err
	}
	return c.finish(ctx)
}

// A poised target can do all of an exchange but its end.
type poised interface {
	Target
	// poise connects and sends m but for its last byte; finish sends that and
	// waits for the answer.
	poise(ctx context.Context, m *Message) (finish func(context.Context) (Answer, error), err error)
}

func (t *urlTarget) poise(ctx context.Context, m *Message) (func(context.Context) (Answer, error), error) {
	if t.way != nil && t.way.http2 {
		return func(ctx context.Context) (Answer, error) { return t.exchange2(ctx, m) }, nil
	}
	c, err := t.call(ctx, m)
	if err != nil {
		return nil, err
	}
	return c.finish, c.hold(ctx)
}

// call connects, or takes a connection that was kept.
func (t *urlTarget) call(ctx context.Context, m *Message) (*call, error) {
	steps, err := t.way.steps(m, t.url, t.signed)
	if err != nil {
		return nil, err
	}
	if t.way != nil && t.way.badFirst {
		if err := t.refused(ctx, m); err != nil {
			return nil, err
		}
	}
	var l *link
	if t.way != nil && t.way.keeps {
		l = t.kept.take()
	}
	if l == nil {
		if l, err = t.dial(ctx); err != nil {
			return nil, err
		}
	}
	c := newCall(l, steps)
	c.partial = t.way != nil && t.way.partial
	if t.way != nil && t.way.keeps {
		c.keep = t.kept.put
	}
	return c, nil
}

func (t *urlTarget) dial(ctx context.Context, protocols ...string) (*link, error) {
	raw, err := t.connect(ctx)
	if err != nil || t.url.Scheme != "https" {
		return newLinkOrNot(raw, err)
	}
	config := &tls.Config{}
	if t.tls != nil {
		config = t.tls.Clone()
	}
	config.ServerName, config.NextProtos = t.url.Hostname(), protocols
	secured := tls.Client(raw, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		raw.Close()
		return nil, &NoAnswerError{Err: plainer(err)}
	}
	return newLink(secured, raw), nil
}

func newLinkOrNot(raw net.Conn, err error) (*link, error) {
	if err != nil {
		return nil, err
	}
	return newLink(raw, raw), nil
}

func (t *urlTarget) connect(ctx context.Context) (net.Conn, error) {
	if t.socket != "" {
		conn, err := (&net.Dialer{}).DialContext(ctx, "unix", t.socket)
		if err != nil {
			return nil, notReached(err)
		}
		return conn, nil
	}
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
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(thisHost(ip).String(), port))
		if err == nil {
			return conn, nil
		}
		last = err
	}
	return nil, notReached(last)
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
