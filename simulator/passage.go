package simulator

import (
	"bytes"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// A passage is one request on its way over HTTP/1: what a [Way] changes of it.
type passage struct {
	lead    string // before the request line
	method  string
	target  string // as it stands in the request line
	version string
	header  Header // every line: Host first, the length last
	body    []byte // as it is framed
	address *url.URL
	signed  []string // names of the header lines that carry signatures
}

func passageOf(m *Message, target *url.URL) *passage {
	host, ok := m.Header.Lookup("Host")
	if !ok {
		host = hostOf(target)
	}
	p := &passage{method: m.Method, target: Dialled(target.RequestURI(), m), version: "HTTP/1.1", body: m.Body, address: target}
	p.header.Add("Host", host)
	for _, f := range m.Header {
		if !strings.EqualFold(f.Name, "Host") {
			p.header = append(p.header, f)
		}
	}
	if _, ok := m.Header.Lookup("Content-Length"); !ok {
		p.header.Add("Content-Length", strconv.Itoa(len(m.Body)))
	}
	return p
}

// head returns all that stands before the body.
func (p *passage) head() []byte {
	var b bytes.Buffer
	b.WriteString(p.lead + p.method + " " + p.target + " " + p.version + "\r\n")
	for _, f := range p.header {
		b.WriteString(f.Name + ": " + f.Value + "\r\n")
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

// isSigned says whether a header line carries a signature.
func (p *passage) isSigned(name string) bool {
	return slices.ContainsFunc(p.signed, func(s string) bool { return strings.EqualFold(s, name) })
}

// hostOf is what the Host line says of an address: without the zone of an IPv6
// address, which means nothing on another machine (RFC 6874 section 4).
func hostOf(u *url.URL) string {
	zone, end := strings.IndexByte(u.Host, '%'), strings.IndexByte(u.Host, ']')
	if zone < 0 || end < zone {
		return u.Host
	}
	return u.Host[:zone] + u.Host[end:]
}
