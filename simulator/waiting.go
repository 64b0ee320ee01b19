package simulator

import "time"

// retries are the attempts that wait for their time: a heap, the earliest first.
// It is written out here so that one costs no allocation.
type retries []waiting

// A waiting is a due attempt in few bytes: a million of them wait in 32 MB. It
// holds no message: that is made anew when its time has come.
type waiting struct {
	at          time.Duration
	signed      int64 // of the first attempt, Unix nanoseconds
	step        uint32
	attempt     uint16
	first, last code
}

// A code is a Reason as a number: its place in [Reasons], or a single status.
type code uint16

func codeOf(r Reason) code {
	for i, known := range Reasons {
		if known == r {
			return code(i)
		}
	}
	status := code(0)
	for _, digit := range r {
		status = status*10 + code(digit-'0')
	}
	return status
}

func (c code) reason() Reason {
	if int(c) < len(Reasons) {
		return Reasons[c]
	}
	return Reason([]byte{'0' + byte(c/100), '0' + byte(c/10%10), '0' + byte(c%10)})
}

func (w waiting) due() due {
	return due{
		step: int(w.step), at: w.at, first: w.first.reason(),
		again: retrying{attempt: int(w.attempt), last: w.last.reason(), first: time.Unix(0, w.signed)},
	}
}

func (r retries) earlier(i, j int) bool {
	if r[i].at != r[j].at {
		return r[i].at < r[j].at
	}
	return r[i].step < r[j].step
}

func (r *retries) push(d due) {
	*r = append(*r, waiting{d.at, d.again.first.UnixNano(), uint32(d.step), uint16(d.again.attempt), codeOf(d.first), codeOf(d.again.last)})
	h := *r
	for i := len(h) - 1; i > 0; {
		parent := (i - 1) / 2
		if !h.earlier(i, parent) {
			return
		}
		h[i], h[parent] = h[parent], h[i]
		i = parent
	}
}

// pop takes the earliest away.
func (r *retries) pop() {
	h := *r
	last := len(h) - 1
	h[0] = h[last]
	h = h[:last]
	*r = h
	for i := 0; ; {
		least := i
		for kid := 2*i + 1; kid <= 2*i+2 && kid < last; kid++ {
			if h.earlier(kid, least) {
				least = kid
			}
		}
		if least == i {
			return
		}
		h[i], h[least] = h[least], h[i]
		i = least
	}
}
