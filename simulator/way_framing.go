package simulator

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// Ways of framing: how the receiver knows where the body ends (RFC 9112 sections
// 6 and 7).
var framingWays = []Way{
	{Name: "chunked", About: "the body comes in chunks of 64 bytes, without a Content-Length", Expect: Accept, Source: "RFC 9112 section 7.1", change: chunked("", "")},
	{
		Name: "chunked-extensions", About: "the body comes in chunks that carry extensions", Expect: Accept, Source: "RFC 9112 section 7.1.1",
		change: chunked(`;simhook=1;note="a;b"`, ""),
	},
	{
		Name: "chunked-trailers", About: "the body comes in chunks, with a header line behind them", Expect: Accept, Source: "RFC 9112 section 7.1.2",
		change: func(p *passage) error {
			p.header.Add("Trailer", "X-Simhook-Trailer")
			return chunked("", "X-Simhook-Trailer: 1\r\n")(p)
		},
	},
	{
		Name: "no-length", About: "nothing says how long the body is; the sender closes its half of the connection behind it", Expect: Refuse, Source: "RFC 9112 section 6.3",
		covered: true, change: func(p *passage) error {
			p.header.Del("Content-Length")
			return needsBody(p)
		}, cast: endedByClose,
	},
	{
		Name: "length-too-small", About: "Content-Length is one byte less than the body", Expect: Refuse, Source: "RFC 9112 section 6.3",
		covered: true, change: withLengths(-1),
	},
	{
		Name: "length-too-great", About: "Content-Length is one byte more than the body, behind which the sender closes its half of the connection", Expect: Refuse, Source: "RFC 9112 sections 6.3 and 8",
		change: withLengths(1), cast: endedByClose,
	},
	{
		Name: "two-lengths-equal", About: "Content-Length stands there twice, with one value", Expect: Either, Source: "RFC 9110 section 8.6",
		Why: "a receiver may refuse it or take it for one", change: withLengths(0, 0),
	},
	{Name: "two-lengths-different", About: "Content-Length stands there twice, with different values", Expect: Refuse, Source: "RFC 9112 section 6.3", change: withLengths(0, -1)},
	{
		Name: "length-and-chunked", About: "the body comes in chunks, and there is a Content-Length, of all the chunks", Expect: Either, Source: "RFC 9112 section 6.1",
		Why: "a receiver may refuse it, or go by the chunks", change: func(p *passage) error {
			if err := chunked("", "")(p); err != nil {
				return err
			}
			p.header.Add("Content-Length", strconv.Itoa(len(p.body)))
			return nil
		},
	},
	{Name: "http1.0", About: "the request is one of HTTP/1.0", Expect: Accept, Source: "RFC 9110 section 2.5", change: func(p *passage) error { p.version = "HTTP/1.0"; return nil }},
}

const chunkSize = 64

// chunked frames the body in chunks, each with an extension, and trailers behind.
func chunked(extension, trailers string) func(*passage) error {
	return func(p *passage) error {
		var b bytes.Buffer
		for body := p.body; len(body) > 0; {
			n := min(chunkSize, len(body))
			fmt.Fprintf(&b, "%x%s\r\n%s\r\n", n, extension, body[:n])
			body = body[n:]
		}
		b.WriteString("0" + extension + "\r\n" + trailers + "\r\n")
		p.body = b.Bytes()
		p.header.Del("Content-Length")
		p.header.Add("Transfer-Encoding", "chunked")
		return nil
	}
}

// withLengths replaces Content-Length by lines that are so many bytes off.
func withLengths(off ...int) func(*passage) error {
	return func(p *passage) error {
		p.header.Del("Content-Length")
		for _, by := range off {
			p.header.Add("Content-Length", strconv.Itoa(len(p.body)+by))
		}
		return needsBody(p)
	}
}

func needsBody(p *passage) error {
	if len(p.body) == 0 {
		return errors.New("there is no body")
	}
	return nil
}

func endedByClose(_ *Way, head, body []byte) ([]step, error) {
	return []step{send(append(head, body...)), {do: halfClose}}, nil
}
