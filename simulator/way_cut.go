package simulator

import (
	"errors"
	"strconv"
	"time"
)

// Ways that are cut off. RFC 9112 section 8: a request that is not whole is
// handled as incomplete; the server may answer before it closes, and what is not
// whole takes no effect. Where only the answer is lost, the delivery may well have
// taken effect: the provider sends it again, and a receiver recognises it.
var cutWays = []Way{
	{
		Name: "cut-head", About: "the connection is closed (FIN) in the middle of the header", Expect: Refuse, Source: "RFC 9112 section 8",
		Cut: true, Socket: true, partial: true,
		cast: func(w *Way, head, _ []byte) ([]step, error) {
			half := len(head) / 2
			if head[half-1] == '\n' { // within a line
				half++
			}
			return w.cut(head[:half]), nil
		},
	},
	{
		Name: "cut-body", About: "the connection is closed (FIN) before the body is whole", Expect: Refuse, Source: "RFC 9112 sections 6.3 and 8",
		Takes: "the number of bytes that are missing, at least 1; default 1", Cut: true, Socket: true, partial: true, missing: 1, with: (*Way).takeMissing, cast: cutBody,
	},
	{
		Name: "cut-body-reset", About: "the connection is reset (RST) before the body is whole", Expect: Refuse, Source: "RFC 9112 sections 6.3, 8 and 9.5",
		Takes: "the number of bytes that are missing, at least 1; default 1", Cut: true, Socket: true, partial: true, reset: true, missing: 1, with: (*Way).takeMissing, cast: cutBody,
	},
	{
		Name: "lost-answer", About: "the connection is closed (FIN) after the last byte, and the answer is lost", Expect: Either, Source: "RFC 9112 section 9.5",
		Why: "a receiver may finish its work or give it up; sent again, the event takes effect once in all",
		Cut: true, Socket: true, cast: func(w *Way, head, body []byte) ([]step, error) { return w.cut(append(head, body...)), nil },
	},
	{
		Name: "lost-answer-reset", About: "the connection is reset (RST) after the last byte, and the answer is lost", Expect: Either, Source: "RFC 9112 section 9.5",
		Why: "a receiver may finish its work or give it up; sent again, the event takes effect once in all",
		Cut: true, Socket: true, reset: true, cast: func(w *Way, head, body []byte) ([]step, error) { return w.cut(append(head, body...)), nil },
	},
	{
		Name: "half-close", About: "the sender closes its half of the connection after the last byte, and still reads the answer", Expect: Either, Source: "RFC 9293 section 3.6",
		Why:    "TCP allows it, and some servers take it for a sender that is gone",
		Socket: true, cast: func(_ *Way, head, body []byte) ([]step, error) {
			return []step{send(append(head, body...)), {do: halfClose}}, nil
		},
	},
}

// underWay is how long a reset waits for what was sent before it: a reset takes
// away what is still on its way.
const underWay = 100 * time.Millisecond

// cut sends data and cuts the connection.
func (w *Way) cut(data []byte) []step {
	if w.reset {
		return []step{send(data), pause(underWay), {do: resetting}}
	}
	return []step{send(data), {do: closing}}
}

func cutBody(w *Way, head, body []byte) ([]step, error) {
	if len(body) < w.missing {
		return nil, errors.New("the body has " + strconv.Itoa(len(body)) + " bytes, so " + strconv.Itoa(w.missing) + " cannot be missing")
	}
	return w.cut(append(head, body[:len(body)-w.missing]...)), nil
}

func (w *Way) takeMissing(value string) error {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 {
		return errors.New("that is no number of bytes")
	}
	w.missing = n
	return nil
}
