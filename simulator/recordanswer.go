package simulator

import (
	"crypto/sha256"
	"errors"
)

// mostAnswer bounds what is kept of an answer's body, in bytes.
const mostAnswer = 16 << 10

// Ended writes what came of an attempt.
func (r *Recorder) Ended(a *Attempt) {
	l := &r.line
	l.begin("complete")
	l.int("n", int64(a.Number))
	l.int("t", int64(a.Ended))
	l.int("took", int64(a.Took))
	l.text("outcome", a.Outcome())
	if a.From != "" {
		l.text("from", a.From)
	}
	l.flag("reused", a.Reused)
	if a.Way != "" {
		l.text("way", a.Way)
	}
	if a.Reason != "" {
		l.text("reason", string(a.Reason))
	}
	r.answer(a)
	if a.Next > 0 {
		l.int("next", int64(a.Next))
	}
	if a.End != "" {
		l.text("end", string(a.End))
	}
	r.end()
}

// echoed lists what the receiver was sent and may have sent back; nil where it did
// not.
func (r *Recorder) echoed(a *Attempt) []string {
	if r.KeepSecrets {
		return nil
	}
	slow := a.Err != nil || len(a.Redirects) > 0
	for _, f := range a.Answer.Header {
		r.head = append(append(r.head, f.Value...), '\n')
	}
	slow = slow || r.mask.echoes(&a.Event, a.Message, a.Answer.Body, r.head)
	r.head = r.head[:0]
	if !slow {
		return nil
	}
	return r.mask.sent(&a.Event, a.Message)
}

// answer writes what the receiver said, or why it said nothing.
func (r *Recorder) answer(a *Attempt) {
	sent := r.echoed(a)
	l := &r.line
	var none *NoAnswerError
	if errors.As(a.Err, &none) {
		l.flag("wrote", none.Sent)
		l.flag("timeout", none.Timeout())
		l.text("error", r.hidden(none.Err.Error(), sent))
	} else if a.Err != nil {
		l.text("error", r.hidden(a.Err.Error(), sent))
	}
	if len(a.Redirects) > 0 {
		l.open("redirects", '[')
		for i, to := range a.Redirects {
			l.item(i, r.hidden(to, sent))
		}
		l.close(']')
	}
	if a.Status == 0 {
		return
	}
	l.int("status", int64(a.Status))
	r.headers(a.Answer.Header, func(f Field) bool { return isPrivate(f.Name) }, sent)
	body := r.hiddenBytes(a.Answer.Body, sent)
	if len(body) > mostAnswer {
		l.digest("answer_", a.Answer.Body, sha256.Sum256(a.Answer.Body))
		body = wholeRunes(body[:mostAnswer])
	}
	l.body("answer", body)
	l.flag("truncated", a.Truncated)
}

// Outcome is an attempt's in one word: ack, nack, unknown or away.
func (a *Attempt) Outcome() string {
	switch {
	case a.Unknown():
		return "unknown"
	case a.Err != nil:
		return "away"
	case a.Satisfied:
		return "ack"
	}
	return "nack"
}
