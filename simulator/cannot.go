package simulator

import "errors"

// cannotError reports a fault that the delivery at hand gives no hold for.
type cannotError struct{ mistake Mistake }

func (e *cannotError) Error() string { return e.mistake.Text }

func (e *cannotError) Unwrap() error { return &e.mistake }

func errCannot(why string) error {
	return &cannotError{Mistake{"cannot be made here: " + why, "another event, secret or fault will do; simhook list PROVIDER --faults lists them"}}
}

// IsCannot says whether an error of [Prepare] means that a fault cannot be
// committed on this event or with this secret. Nothing was sent then, and nothing
// is to be judged.
func IsCannot(err error) bool {
	var own *cannotError
	return errors.As(err, &own)
}
