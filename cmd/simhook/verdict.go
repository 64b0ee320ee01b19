package main

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"simhook/simulator"
	"simhook/simulator/signature"
)

// verified: at least one scheme fits, and no scheme that may be trusted fails.
func verified(diagnoses []signature.Diagnosis) bool {
	fits := false
	for _, d := range diagnoses {
		if d.Err == nil {
			fits = true
		} else if !d.Scheme.Legacy {
			return false
		}
	}
	return fits
}

func (v *verifying) text(diagnoses []signature.Diagnosis) {
	out := v.io.Out
	m := v.capture.Message
	fmt.Fprintf(out, "%s %s  %d bytes of body, %s\n", m.Method, printable(m.URL), len(m.Body), v.title)
	if !verified(diagnoses) {
		for _, note := range v.capture.Notes {
			fmt.Fprintf(out, "note: %s\n", printable(note))
		}
	}
	for _, d := range diagnoses {
		name := d.Scheme.Name
		if d.Err == nil {
			fmt.Fprintf(out, "%s: valid%s\n", name, ageText(d))
			continue
		}
		fmt.Fprintf(out, "%s: does not verify: %s\n", name, printable(d.Err.Error()))
		for _, c := range d.Causes {
			fmt.Fprintf(out, "  cause: %s  [%s]\n  cure:  %s\n", printable(c.Text), c.Name, printable(c.Cure))
		}
		if unexplained(d) {
			fmt.Fprintf(out, "  none of the usual mistakes explains it: the %s is another one, or the bytes are\n", v.keyWord())
		}
	}
	for _, clue := range v.clues(diagnoses) {
		fmt.Fprintf(out, "clue: %s\n", clue)
	}
	if v.keys.source == "test" {
		flag := "--secret-env"
		if v.publicOnly() {
			flag = "--key"
		}
		fmt.Fprintf(v.io.Err, "simhook: verified with the public test %s of %s; give yours with %s\n", v.keyWord(), v.title, flag)
	}
}

func (v *verifying) keyWord() string {
	if v.publicOnly() {
		return "key"
	}
	return "secret"
}

func unexplained(d signature.Diagnosis) bool {
	return len(d.Causes) == 0 && errors.Is(d.Err, signature.ErrBadSignature)
}

// clues are looked for where no cause is found.
func (v *verifying) clues(diagnoses []signature.Diagnosis) []string {
	if !slices.ContainsFunc(diagnoses, func(d signature.Diagnosis) bool {
		return unexplained(d) || slices.ContainsFunc(d.Causes, func(c signature.Cause) bool { return c.Name == "other-bytes" })
	}) {
		return nil
	}
	return simulator.Clues(v.capture.Message, v.model)
}

func ageText(d signature.Diagnosis) string {
	if d.At.IsZero() {
		return ""
	}
	text := ", signed at " + d.At.UTC().Format(time.RFC3339)
	if d.At.After(time.Now().AddDate(1, 0, 0)) {
		text += ", which is far ahead: is its time in milliseconds?"
	}
	return text
}

func (v *verifying) json(diagnoses []signature.Diagnosis) {
	type causeJSON struct {
		Name string `json:"name"`
		Text string `json:"text"`
		Cure string `json:"cure"`
	}
	type schemeJSON struct {
		Scheme string      `json:"scheme"`
		Valid  bool        `json:"valid"`
		Error  string      `json:"error,omitempty"`
		Causes []causeJSON `json:"causes,omitempty"`
	}
	result := struct {
		Provider     string       `json:"provider"`
		Valid        bool         `json:"valid"`
		SecretSource string       `json:"secret_source"`
		Notes        []string     `json:"notes,omitempty"`
		Clues        []string     `json:"clues,omitempty"`
		Schemes      []schemeJSON `json:"schemes"`
	}{v.pack.Provider.Name, verified(diagnoses), v.keys.source, v.capture.Notes, v.clues(diagnoses), nil}
	for _, d := range diagnoses {
		s := schemeJSON{Scheme: d.Scheme.Name, Valid: d.Err == nil}
		if d.Err != nil {
			s.Error = d.Err.Error()
		}
		for _, c := range d.Causes {
			s.Causes = append(s.Causes, causeJSON(c))
		}
		result.Schemes = append(result.Schemes, s)
	}
	writeJSON(v.io.Out, result)
}
