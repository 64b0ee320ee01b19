package main

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"simhook/simulator"
	"simhook/simulator/signature"
)

// show prints the request instead of sending it.
func (s *sending) show() error {
	at := s.plan.Event.Created
	if s.flags.now == "" {
		at = time.Now()
	}
	m, err := simulator.Prepare(s.plan, at)
	if err != nil {
		return err
	}
	u, err := url.Parse(s.target.Address())
	if err != nil {
		return err
	}
	if s.sendsSecret() {
		m = s.masked(m)
		fmt.Fprintf(s.io.Err, "simhook: %s sends the secret itself in this manner; yours is masked as %s\n", s.pack.Provider.Title, mask)
	}
	for _, change := range s.plan.Event.OffSchema {
		s.note("off schema: " + change)
	}
	switch {
	case s.flags.curl:
		fmt.Fprintln(s.io.Out, curlCommand(m, s.target))
	case s.flags.output == "json":
		return s.showJSON(m)
	default:
		wire, err := s.way.Wire(m, u, s.plan.Event.Variant)
		if err != nil {
			return err
		}
		s.io.Out.Write(wire)
	}
	if s.keys.source == "test" {
		if s.io.Terminal && s.io.OutTerminal && s.flags.output == "text" && !s.flags.curl {
			fmt.Fprintln(s.io.Err) // the body seldom ends with a line feed
		}
		s.sayTestSecret("")
	}
	return nil
}

// mask stands where a secret itself would stand.
const mask = "***"

// sendsSecret says whether a secret of the user's goes over the wire as it is.
func (s *sending) sendsSecret() bool {
	return s.keys.own() && slices.ContainsFunc(s.plan.Event.Variant.Schemes, credential)
}

func credential(s *signature.Scheme) bool { return s.Engine == "credential" && s.Keyed() }

// masked returns the message without the secret: its place is masked as a whole,
// whatever a fault made of it, and so is the secret anywhere else.
func (s *sending) masked(m *simulator.Message) *simulator.Message {
	m = m.Clone()
	for _, scheme := range s.plan.Event.Variant.Schemes {
		if credential(scheme) && simulator.Carries(scheme, m) {
			scheme.Overwrite(m, mask)
		}
	}
	for i, f := range m.Header {
		m.Header[i].Value = s.hide(f.Value)
	}
	m.Body, m.URL, m.Query = []byte(s.hide(string(m.Body))), s.hide(m.URL), s.hide(m.Query)
	return m
}

// hideSent masks in an answer what the receiver was sent in the secret's place,
// whatever a fault made of it, and the secret itself.
func (s *sending) hideSent(m *simulator.Message, text string) string {
	if !s.sendsSecret() {
		return s.hide(text)
	}
	var sent []string
	for _, scheme := range s.plan.Event.Variant.Schemes {
		if credential(scheme) {
			for _, name := range scheme.HeaderNames() {
				sent = append(sent, m.Header.Values(name)...)
			}
		}
	}
	slices.SortFunc(sent, func(a, b string) int { return len(b) - len(a) })
	for _, value := range sent {
		if strings.TrimSpace(value) != "" {
			text = strings.ReplaceAll(text, value, mask)
		}
	}
	return s.hide(text)
}

// hide masks a secret that the receiver was sent, and may send back, or that it
// answers a handshake by.
func (s *sending) hide(text string) string {
	if !s.sendsSecret() && (s.shaking == nil || !s.keys.own()) {
		return text
	}
	for _, key := range s.keys.keys {
		for _, form := range []string{key.Secret, base64.StdEncoding.EncodeToString([]byte(key.Secret)), url.QueryEscape(key.Secret)} {
			text = strings.ReplaceAll(text, form, mask)
		}
	}
	return text
}

func (s *sending) secretWord() string {
	for _, scheme := range s.plan.Event.Variant.Schemes {
		if scheme.Asymmetric() {
			return "key"
		}
	}
	return "secret"
}

func (s *sending) showJSON(m *simulator.Message) error {
	shown := struct {
		Provider     string      `json:"provider"`
		Event        string      `json:"event"`
		ID           string      `json:"id"`
		Method       string      `json:"method"`
		URL          string      `json:"url"`
		SignedURL    string      `json:"signed_url,omitempty"`
		Headers      [][2]string `json:"headers"`
		Body         *string     `json:"body,omitempty"`
		BodyBase64   string      `json:"body_base64"`
		SecretSource string      `json:"secret_source"`
		PublicKey    string      `json:"public_key,omitempty"`
		OffSchema    []string    `json:"off_schema,omitempty"`
	}{
		Provider: s.pack.Provider.Name, Event: s.plan.Event.Type, ID: s.plan.Event.ID, Method: m.Method, URL: simulator.Dialled(s.target.Address(), m),
		BodyBase64: base64.StdEncoding.EncodeToString(m.Body), SecretSource: s.keys.source, OffSchema: s.plan.Event.OffSchema,
	}
	if m.URL != shown.URL {
		shown.SignedURL = m.URL
	}
	for _, f := range m.Header {
		shown.Headers = append(shown.Headers, [2]string{f.Name, f.Value})
	}
	if utf8.Valid(m.Body) {
		text := string(m.Body)
		shown.Body = &text
	}
	for _, scheme := range s.plan.Event.Variant.Schemes {
		if !scheme.Asymmetric() {
			continue
		}
		var err error
		if shown.PublicKey, err = scheme.PublicPEM(s.keys.keys[0]); err != nil {
			return err
		}
	}
	writeJSON(s.io.Out, shown)
	return nil
}

// curlCommand writes a command for a POSIX shell that sends the same bytes.
func curlCommand(m *simulator.Message, target simulator.Target) string {
	var b strings.Builder
	if !plainForShell(m.Body) {
		fmt.Fprintf(&b, "echo %s | base64 -d | ", base64.StdEncoding.EncodeToString(m.Body))
	}
	fmt.Fprintf(&b, "curl --silent --show-error --include -X %s %s", m.Method, quoted(simulator.Dialled(target.Address(), m)))
	if socket := simulator.Socket(target); socket != "" {
		b.WriteString(" \\\n  --unix-socket " + quoted(socket))
	}
	// curl adds these by itself; a header without a value takes them away.
	for _, own := range []string{"Accept", "User-Agent", "Content-Type"} {
		if _, ok := m.Header.Lookup(own); !ok {
			fmt.Fprintf(&b, " \\\n  -H %s", quoted(own+":"))
		}
	}
	for _, f := range m.Header {
		line := f.Name + ": " + f.Value
		if strings.TrimSpace(f.Value) == "" {
			line = f.Name + ";"
		}
		fmt.Fprintf(&b, " \\\n  -H %s", quoted(line))
	}
	if plainForShell(m.Body) {
		fmt.Fprintf(&b, " \\\n  --data-binary %s", quoted(string(m.Body)))
	} else {
		b.WriteString(" \\\n  --data-binary @-")
	}
	return b.String()
}

// plainForShell: text that quotes keep as it is and that curl does not take for a file.
func plainForShell(body []byte) bool {
	return utf8.Valid(body) && !strings.ContainsAny(string(body), "\x00\r") && !strings.HasPrefix(string(body), "@")
}

func quoted(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
