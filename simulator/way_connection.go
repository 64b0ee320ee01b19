package simulator

import "time"

// Ways of connections: what two machines agree on before a body goes over.
var connectionWays = []Way{
	{
		Name: "expect-continue", About: "the sender asks first (Expect: 100-continue), and sends the body after 100 or after one second", Expect: Accept, Source: "RFC 9110 section 10.1.1",
		Socket: true, lasts: continueWait,
		change: func(p *passage) error {
			p.header.Add("Expect", "100-continue")
			return needsBody(p)
		},
		cast: func(w *Way, head, body []byte) ([]step, error) {
			return []step{send(head), {do: awaiting, wait: w.lasts}, send(body)}, nil
		},
	},
	{
		Name: "keep-alive", About: "the connection is kept, and carries the next delivery that goes this way", Expect: Accept, Source: "RFC 9112 section 9.3",
		Socket: true, keeps: true,
	},
	{
		Name: "keep-alive-after-error", About: "over the same connection, a request without signature and body goes first, which is refused", Expect: Accept, Source: "RFC 9112 section 9.3",
		Socket: true, keeps: true, badFirst: true,
	},
	{
		Name: "http2", About: "the request is one of HTTP/2, over TLS; header names are in lower case then, and in no order", Expect: Accept, Source: "RFC 9113 sections 3.2 and 8.2.1",
		Socket: true, http2: true,
	},
}

// continueWait is how long curl waits for 100, too. RFC 9110 section 10.1.1: not
// for ever.
const continueWait = time.Second
