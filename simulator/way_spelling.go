package simulator

import (
	"bytes"
	"compress/gzip"
	"errors"
	"strconv"
	"strings"
)

// Ways of spelling: the same request, written otherwise.
var spellingWays = []Way{
	{Name: "lower-case", About: "header names are in lower case, as HTTP/2 and many proxies have them", Expect: Accept, Source: "RFC 9110 section 5.1", change: respelt(strings.ToLower)},
	{Name: "upper-case", About: "header names are in upper case", Expect: Accept, Source: "RFC 9110 section 5.1", change: respelt(strings.ToUpper)},
	{
		Name: "lines-twice", About: "header lines come twice, but for Host, lengths and what is signed with", Expect: Either, Source: "RFC 9110 section 5.3",
		Why: "only lists may come in several lines; a receiver may take the first, the last or both joined, or refuse", change: linesTwice,
	},
	{
		Name: "absolute-form", About: "the request line holds the whole URL, as for a proxy", Expect: Accept, Source: "RFC 9112 section 3.2.2",
		change: func(p *passage) error {
			p.target = p.address.Scheme + "://" + p.header.Get("Host") + p.target
			return nil
		},
	},
	{
		Name: "gzip", About: "the body is compressed after it was signed (Content-Encoding: gzip)", Expect: Either, Source: "RFC 9110 section 8.4.1.3",
		Why: "a receiver reads it or answers 415; no provider here compresses", change: zipped,
	},
	{
		Name: "folded-line", About: "a header line of no meaning goes on in the next line (obs-fold)", Expect: Either, Source: "RFC 9112 section 5.2",
		Why: "a receiver refuses it with 400, or takes the fold for a blank", change: func(p *passage) error {
			p.header.Add("X-Simhook-Folded", "one\r\n two")
			return nil
		},
	},
	{
		Name: "empty-line-first", About: "an empty line comes before the request line", Expect: Either, Source: "RFC 9112 section 2.2",
		Why: "a receiver should skip it, but need not: net/http of Go does so between requests only", change: func(p *passage) error {
			p.lead = "\r\n"
			return nil
		},
	},
}

func respelt(spell func(string) string) func(*passage) error {
	return func(p *passage) error {
		for i := range p.header {
			p.header[i].Name = spell(p.header[i].Name)
		}
		return nil
	}
}

// linesTwice leaves single what frames a message and what signs it; there are
// faults for signatures.
func linesTwice(p *passage) error {
	var twice Header
	for _, f := range p.header {
		twice = append(twice, f)
		switch strings.ToLower(f.Name) {
		case "host", "content-length", "transfer-encoding":
			continue
		}
		if !p.isSigned(f.Name) {
			twice = append(twice, f)
		}
	}
	if len(twice) == len(p.header) {
		return errors.New("there is no line that may come twice")
	}
	p.header = twice
	return nil
}

func zipped(p *passage) error {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(p.body)
	if err := w.Close(); err != nil {
		return err
	}
	p.body = b.Bytes()
	p.header.Set("Content-Length", strconv.Itoa(len(p.body)))
	p.header.Add("Content-Encoding", "gzip")
	return needsBody(p)
}
