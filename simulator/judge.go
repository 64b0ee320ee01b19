package simulator

import (
	"errors"
	"fmt"
)

// Judge says why a receipt is not what a sound receiver gives; "" where it is.
// f is the fault of the delivery, nil for a genuine one. It is pure, and the one
// judge of every door.
//
// A refusal is a 4xx: a 5xx makes the provider send the same again. Where a
// sound receiver may do either, it still answers.
func Judge(f *Fault, expect Expect, r Receipt) string {
	var none *NoAnswerError
	refused := r.Status >= 400 && r.Status <= 499
	switch {
	case errors.As(r.Err, &none) && none.HungUp() && f != nil:
		if f.Unreadable && expect != Accept {
			return ""
		}
		return fmt.Sprintf("expected %s, but the connection was closed without an answer: the receiver may have crashed", expect)
	case r.Err != nil:
		return fmt.Sprintf("expected %s, got %v", expect, r.Err)
	case expect == Accept && !r.Satisfied:
		return fmt.Sprintf("expected an answer that the provider accepts, got %d", r.Status)
	case expect == Refuse && !refused:
		return fmt.Sprintf("expected a refusal by 4xx, got %d", r.Status)
	case expect == Either && !r.Satisfied && !refused:
		return fmt.Sprintf("expected an answer that the provider accepts, or a refusal by 4xx, got %d", r.Status)
	}
	return ""
}

// Away says whether nothing was there to judge: no connection came about.
func (r Receipt) Away() bool {
	var none *NoAnswerError
	return errors.As(r.Err, &none) && !none.Connected
}
