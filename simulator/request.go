package simulator

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"net/http"
	"net/url"
	"time"
)

// NewRequest returns a delivery as an HTTP server hands it to its handler, signed
// now: for unit tests of an http.Handler. It is built from the very bytes that
// would go over the wire, so header names are canonical and the body is unread.
// Package fixtures has the form in one line.
func NewRequest(d Delivery) (*http.Request, error) {
	m, err := Prepare(d, time.Now())
	if err != nil {
		return nil, err
	}
	return serverRequest(m, m.URL)
}

// serverRequest reads a message back as net/http's server does. A message that
// the server would refuse, such as one with control characters in a header, is
// an error.
func serverRequest(m *Message, address string) (*http.Request, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	return readRequest(Wire(m, u), u)
}

// readRequest reads a request off the wire as net/http's server does.
func readRequest(wire []byte, u *url.URL) (*http.Request, error) {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(wire)))
	if err != nil {
		return nil, err
	}
	r.RemoteAddr = "192.0.2.1:1234"
	if u.Scheme == "https" { // a handler rebuilds the address from it
		r.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: u.Hostname()}
	}
	return r, nil
}
