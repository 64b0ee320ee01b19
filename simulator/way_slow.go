package simulator

import (
	"errors"
	"time"
)

// Ways in pieces. HTTP is a stream: where its pieces end means nothing, and a
// receiver waits for the rest (RFC 9112 section 2.2).
var slowWays = []Way{
	{
		Name: "slow-head", About: "the header drips, in at most 50 pieces", Expect: Accept, Source: "RFC 9112 sections 2.2 and 9.5",
		Takes: "how long the header takes, such as 5s, at most 10m; default 1s", Socket: true, lasts: time.Second, with: (*Way).takeTime,
		cast: func(w *Way, head, body []byte) ([]step, error) {
			last := len(head) - 1
			return append(dripping(head[:last], w.lasts), send(append(head[last:], body...))), nil
		},
	},
	{
		Name: "slow-body", About: "the body drips, in at most 50 pieces", Expect: Accept, Source: "RFC 9112 sections 2.2 and 9.5",
		Takes: "how long the body takes, such as 5s, at most 10m; default 2s", Socket: true, lasts: 2 * time.Second, with: (*Way).takeTime,
		cast: func(w *Way, head, body []byte) ([]step, error) {
			if len(body) < 2 {
				return nil, errors.New("a body of one byte or none does not drip")
			}
			return append([]step{send(head)}, dripping(body, w.lasts)...), nil
		},
	},
	{
		Name: "single-bytes", About: "every byte is written by itself (TCP_NODELAY), the first 64 KiB of them", Expect: Accept, Source: "RFC 9112 section 2.2", Socket: true,
		cast: func(_ *Way, head, body []byte) (steps []step, _ error) {
			all := append(head, body...)
			const most = 64 << 10
			for len(all) > 1 && len(steps) < most {
				steps, all = append(steps, send(all[:1])), all[1:]
			}
			return append(steps, send(all)), nil
		},
	},
}

const (
	dripPieces  = 50
	longestDrip = 10 * time.Minute
)

// dripping sends data in pieces of about one size, evenly over a time.
func dripping(data []byte, over time.Duration) (steps []step) {
	n := min(len(data), dripPieces)
	for i := range n {
		if i > 0 {
			steps = append(steps, pause(over/time.Duration(n-1)))
		}
		steps = append(steps, send(data[i*len(data)/n:(i+1)*len(data)/n]))
	}
	return steps
}

func (w *Way) takeTime(value string) error {
	d, err := time.ParseDuration(value)
	if err != nil || d <= 0 || d > longestDrip {
		return errors.New("that is no length of time")
	}
	w.lasts = d
	return nil
}
