package simulator

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// URL returns a target over the network. It dials the address once for each
// exchange. Unless public is true it refuses addresses that are neither loopback
// nor private: simhook sends forged traffic on purpose. 0.0.0.0 and [::] are this
// host. Where an answer redirects to, link-local addresses are always refused: the
// keys of a cloud machine lie there.
func URL(address string, public bool) (Target, error) {
	return URLVia(address, Transport{Public: public})
}

// URLVia returns a target as [URL] does, reached by a transport of its own.
//
// An address unix:///run/app.sock:/webhooks goes over the unix socket before the
// colon to the path behind it (as nginx writes it; without a colon to /); the Host
// line is then localhost, and so is what schemes sign that sign the URL, unless
// the delivery says otherwise.
//
// The target is an [io.Closer]: Close closes the connections that the ways
// keep-alive and keep-alive-after-error leave open.
func URLVia(address string, via Transport) (Target, error) {
	config, err := via.tls()
	if err != nil {
		return nil, err
	}
	t := &urlTarget{public: via.Public, tls: config, kept: &pool{}}
	if place, ok := strings.CutPrefix(address, "unix:"); ok {
		path := "/"
		t.socket = strings.TrimPrefix(place, "//")
		if i := strings.Index(t.socket, ":/"); i >= 0 {
			t.socket, path = t.socket[:i], t.socket[i+1:]
		}
		if t.socket == "" {
			return nil, &Mistake{fmt.Sprintf("%q names no socket", address), "such as unix:///run/app.sock:/webhooks"}
		}
		address = "http://localhost" + path
	}
	t.url, err = parseURL(address)
	return t, err
}

// parseURL reads an address that simhook can send to.
func parseURL(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err == nil && u.Scheme == "" || err != nil {
		return nil, &Mistake{fmt.Sprintf("%q is no URL", withoutUser(address)), "such as http://localhost:8080/webhooks"}
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, &Mistake{fmt.Sprintf("%q is no http or https URL", withoutUser(address)), "such as http://localhost:8080/webhooks"}
	}
	if u.User != nil {
		return nil, &Mistake{"the URL has a user and a password in it, which simhook does not send", `write --header "Authorization: Basic …" instead`}
	}
	if n, err := strconv.Atoi(u.Port()); u.Port() != "" && (err != nil || n < 1 || n > 65535) {
		return nil, &Mistake{fmt.Sprintf("%q has no port: they go from 1 to 65535", u.Host), "such as http://localhost:8080/webhooks"}
	}
	if u.Path == "" {
		u.Path = "/"
	}
	u.RawQuery = asciiQuery(u.RawQuery)
	return u, nil
}

// redirectedTo returns the target that an answer of t redirects to. Another host is
// not reached over the socket of this one, nor shown its client certificate.
func (t *urlTarget) redirectedTo(address string) (*urlTarget, error) {
	u, err := parseURL(address)
	if err != nil {
		return nil, err
	}
	next := *t
	next.url, next.redirected = u, true
	if u.Host != t.url.Host {
		next.socket, next.kept = "", &pool{}
		if t.tls != nil {
			next.tls = t.tls.Clone()
			next.tls.Certificates = nil
		}
	}
	return &next, nil
}

// withoutUser takes away what may be a password.
func withoutUser(address string) string {
	if i := strings.LastIndex(address, "@"); i >= 0 {
		return "…" + address[i:]
	}
	return address
}

// asciiQuery writes a query as a client sends it: without blanks, and in ASCII.
func asciiQuery(query string) string {
	var b strings.Builder
	for _, c := range []byte(query) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"<>`, c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
