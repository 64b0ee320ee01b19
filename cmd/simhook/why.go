package main

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"simhook/simulator"
	"simhook/simulator/signature"
)

// whyWrong is the hint to an answer that is not the expected one.
func (s *sending) whyWrong(r simulator.Receipt) string {
	switch {
	case s.way != nil && (s.expect.expect != "" || r.Unknown):
		return s.expect.whyWay(r)
	case r.Err != nil:
		return "its log may say why"
	case s.expect.expect == "":
		return fmt.Sprintf("it answered %s", answerText(r.Status))
	case s.fault == nil && r.Status >= 400 && r.Status < 500:
		return s.whyRefused(r.Status)
	case r.Status >= 500:
		return fmt.Sprintf("it answered %s, so it failed on the delivery: its log may say why", answerText(r.Status))
	case r.Status >= 300 && r.Status < 400:
		return fmt.Sprintf("it answered %s; give the URL that it leads to", answerText(r.Status))
	case s.fault == nil:
		return fmt.Sprintf("it answered %s, which %s does not take for success", answerText(r.Status), s.pack.Provider.Title)
	case s.expect.expect == simulator.Refuse:
		return orHint(s.expect.why, s.fault.About+": a sound receiver does not accept it")
	}
	return s.fault.About + ": " + orHint(s.expect.why, "a sound receiver accepts it all the same")
}

// whyRefused names the commonest causes of a genuine delivery that is refused.
func (s *sending) whyRefused(status int) string {
	diagnose := "simhook verify says which, given the request as the endpoint got it"
	secret := "the " + s.secretWord() + " is another one"
	if s.keys.source == "test" {
		secret += fmt.Sprintf(" (this was signed with the public test %s; give yours with %s)", s.secretWord(), s.keyFlag())
	}
	switch status {
	case http.StatusNotFound, http.StatusMethodNotAllowed:
		return fmt.Sprintf("it answered %s: is the path another one?", answerText(status))
	case http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Sprintf("it answered %s: perhaps %s, or the body is parsed before it is verified, or a login or CSRF check stands before the endpoint; %s", answerText(status), secret, diagnose)
	}
	return fmt.Sprintf("it answered %s: perhaps %s, or the body is parsed before it is verified, or the path is another one; %s", answerText(status), secret, diagnose)
}

func answerText(status int) string {
	return strings.TrimSpace(fmt.Sprintf("%d %s", status, http.StatusText(status)))
}

// keyFlag is the flag that gives what this delivery is signed with.
func (s *sending) keyFlag() string {
	if s.secretWord() == "key" {
		return "--key"
	}
	return "--secret-env"
}

// sayTestSecret says that the public secret was used, and where it is shown.
func (s *sending) sayTestSecret(more string) {
	if !slices.ContainsFunc(s.plan.Event.Variant.Schemes, (*signature.Scheme).Keyed) {
		return
	}
	where := ""
	if s.secretWord() == "secret" && s.flags.packDir == "" {
		where = " (simhook list " + s.pack.Provider.Name + " shows it)"
	}
	fmt.Fprintf(s.io.Err, "simhook: signed with the public test %s of %s%s%s\n", s.secretWord(), s.pack.Provider.Title, where, more)
}

// place says where a target is: its URL, and the socket that leads there.
func place(t simulator.Target) string {
	if socket := simulator.Socket(t); socket != "" {
		return t.Address() + " over " + socket
	}
	return t.Address()
}

// away turns "no answer" into its exit code, with a hint.
func away(target string, r simulator.Receipt) error {
	var none *simulator.NoAnswerError
	if !errors.As(r.Err, &none) {
		return r.Err
	}
	text := target + " does not answer"
	if n := len(r.Redirects); n > 0 {
		text = fmt.Sprintf("%s redirects to %s, which does not answer", target, r.Redirects[n-1])
		target = r.Redirects[n-1]
	}
	return &failure{exitAway, text + ": " + reasonText(none), awayHint(target, none)}
}

func awayHint(target string, none *simulator.NoAnswerError) string {
	switch {
	case errors.Is(none, simulator.ErrNotTLS):
		return "use http://" + strings.TrimPrefix(target, "https://")
	case errors.Is(none, simulator.ErrNotHTTP) && strings.HasPrefix(target, "http://"):
		return "is it another port, or one for https://?"
	case errors.Is(none, simulator.ErrNotHTTP):
		return "is it another port?"
	case errors.Is(none, simulator.ErrCertificate):
		return "give its authority with --ca FILE (or SSL_CERT_FILE), or send to the http:// port behind it"
	case errors.Is(none, simulator.ErrClientCertificate):
		return "--cert FILE --cert-key FILE shows one that it trusts"
	case none.Connected && none.Timeout():
		return "it may be at work still: --timeout waits longer"
	case none.Connected:
		return "its log may say why"
	}
	return "start it first, or check the address"
}

// noAnswerText says why there is no answer, without the addresses of sockets.
func noAnswerText(err error) string {
	var none *simulator.NoAnswerError
	if errors.As(err, &none) && !none.Timeout() {
		return "no answer: " + reasonText(none)
	}
	return err.Error()
}

func reasonText(none *simulator.NoAnswerError) string {
	text := none.Err.Error()
	if i := strings.LastIndex(text, ": "); i >= 0 && (strings.HasPrefix(text, "dial ") || strings.HasPrefix(text, "listen ")) {
		text = text[i+2:]
	}
	return text
}
