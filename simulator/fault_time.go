package simulator

import (
	"time"

	"simhook/simulator/signature"
)

// Faults of time: the FRESH family of the catalogue of checks. A stale delivery
// is signed correctly, long ago; a replaced time is not what was signed.
var timeFaults = []Fault{
	{
		Name: "stale", About: "signed correctly, a minute longer ago than the provider's tolerance", Expect: Refuse, NotFor: need(signs, aged),
		Before: shift(func(age time.Duration) time.Duration { return -age - time.Minute }),
	},
	{
		Name: "stale-day", About: "signed correctly, 25 hours ago, or a minute longer ago than a tolerance that is longer", Expect: Refuse, NotFor: need(signs, aged),
		Before: shift(func(age time.Duration) time.Duration { return -max(25*time.Hour, age+time.Minute) }),
	},
	{
		Name: "old-time", About: "signed correctly, 25 hours ago, where the provider names no tolerance", Expect: Either, NotFor: need(signs, timed, ageless),
		Why:    "the scheme carries a time, but names no limit; receivers may set one",
		Before: shift(func(time.Duration) time.Duration { return -25 * time.Hour }),
	},
	{
		Name: "future", About: "signed correctly, a minute further ahead than the provider's tolerance", Expect: Refuse, NotFor: need(signs, aged),
		Lenient: forward,
		Before:  shift(func(age time.Duration) time.Duration { return age + time.Minute }),
	},
	{
		Name: "no-timestamp", About: "the time is taken away", Expect: Refuse, NotFor: need(signs, timed, bareTime),
		After: removeTime,
	},
	{
		Name: "malformed-timestamp", About: "the time is no number", Expect: Refuse, NotFor: need(signs, timed, bareTime),
		After: retime(func(*Spoiling, *signature.Scheme) string { return "yesterday" }),
	},
	{
		Name: "empty-timestamp", About: "the time is empty", Expect: Refuse, NotFor: need(signs, timed, bareTime),
		After: retime(func(*Spoiling, *signature.Scheme) string { return "" }),
	},
	{
		Name: "replaced-timestamp", About: "an old signature under a fresh time", Expect: Refuse, NotFor: need(signs, timed, bareTime),
		Before: shift(func(time.Duration) time.Duration { return -time.Hour }),
		After:  retime(func(s *Spoiling, scheme *signature.Scheme) string { return scheme.FormatTime(s.Now) }),
	},
}

// forward says why a time from the future may pass.
func forward(v Variant) string {
	if v.any(func(s *signature.Scheme) bool { age, pastOnly := s.Age(); return age > 0 && pastOnly }) {
		return "the provider's scheme limits old times only; a receiver that looks both ways refuses a time from the future, too"
	}
	return ""
}

var (
	ageless = condition{func(v Variant) bool {
		return v.all(func(s *signature.Scheme) bool { age, _ := s.Age(); return age == 0 })
	}, "it has a tolerance; see stale"}
	bareTime = condition{func(v Variant) bool {
		return v.all(func(s *signature.Scheme) bool { return s.Engine == "digest" })
	}, "the time is inside the signed token"}
)

// shift signs at another time, counted from now. Weaker schemes are left out:
// without a time they would be genuine.
func shift(by func(tolerance time.Duration) time.Duration) func(*Signing) error {
	return func(s *Signing) error {
		s.Schemes = strongOf(s.Schemes)
		longest := time.Duration(0)
		for _, scheme := range s.Schemes {
			if age, _ := scheme.Age(); age > longest {
				longest = age
			}
		}
		s.At = s.At.Add(by(longest))
		return nil
	}
}

// removeTime takes the time of every scheme away that signs one.
func removeTime(s *Spoiling) error {
	return s.eachTime(func(scheme *signature.Scheme) (bool, error) { return scheme.RemoveTime(s.Message) })
}

func retime(to func(*Spoiling, *signature.Scheme) string) func(*Spoiling) error {
	return func(s *Spoiling) error {
		return s.eachTime(func(scheme *signature.Scheme) (bool, error) {
			return scheme.EditTime(s.Message, func(string) string { return to(s, scheme) })
		})
	}
}

func (s *Spoiling) eachTime(change func(*signature.Scheme) (changed bool, err error)) error {
	return each(s.Schemes, func(scheme *signature.Scheme) error {
		if !scheme.SignsTime() {
			return nil
		}
		changed, err := change(scheme)
		if err == nil && !changed {
			err = errCannot("the delivery shows no time")
		}
		return err
	})
}
