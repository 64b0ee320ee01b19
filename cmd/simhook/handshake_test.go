package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"simhook/fixtures/receiver"
)

// TestHandshakesAgainstDemo: a sound receiver answers every handshake; one with a
// bug in that is found by the handshake which it spoils, with the reason.
func TestHandshakesAgainstDemo(t *testing.T) {
	inDir(t, nil)
	sound := demo(t, nil)
	for _, c := range []struct{ bug, provider, event, want string }{
		{"", "slack", "url_verification", ""},
		{"", "zoom", "endpoint.url_validation", ""},
		{"", "github", "ping", ""},
		{"", "discord", "ping", ""},
		{"", "discord", "event_ping", ""},
		{"", "aws_sns", "SubscriptionConfirmation", ""},
		{"plain-challenge", "slack", "url_verification", ""}, // Slack takes it as plain text
		{"plain-challenge", "zoom", "endpoint.url_validation", "expected a JSON object with \"plainToken\" and \"encryptedToken\", seen"},
		{"wrong-challenge-key", "zoom", "endpoint.url_validation", "expected the member \"encryptedToken\" to be"},
		{"late-challenge", "zoom", "endpoint.url_validation", "expected an answer within 3s, seen none in "},
		{"no-verify", "discord", "ping", "must be answered 401, seen 200"},
		{"no-visit", "aws_sns", "SubscriptionConfirmation", "seen none: the answer alone confirms nothing"},
	} {
		to, code := sound, 0
		if c.bug != "" {
			bug, err := receiver.BugNamed(c.bug)
			if err != nil {
				t.Fatal(err)
			}
			to = demo(t, bug)
		}
		args := []string{"send", c.provider, c.event, "--to", to + "/" + c.provider}
		if c.want != "" {
			code = 1
			args = append(args, "--timeout", "100ms")
		}
		r := call(t, args...)
		if r.code != code || !strings.Contains(r.err, c.want) {
			t.Errorf("%s %s, bug %q: exit %d, want %d and %q\n%s%s", c.provider, c.event, c.bug, r.code, code, c.want, r.out, r.err)
		}
	}
}

// TestHandshakeMasksTheSecret: a receiver that answers by the secret itself is told
// so without it, in text and in JSON's reason.
func TestHandshakeMasksTheSecret(t *testing.T) {
	inDir(t, nil)
	const secret = "AbCdEfGhIjKlMnOpQrStUv"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var asked struct{ Payload struct{ PlainToken string } }
		data, _ := io.ReadAll(r.Body)
		json.Unmarshal(data, &asked)
		fmt.Fprintf(w, `{"plainToken":%q,"encryptedToken":%q}`, asked.Payload.PlainToken, secret)
	}))
	defer server.Close()
	r := simhook(t, map[string]string{"TOKEN": secret}, "", "send", "zoom", "endpoint.url_validation", "--to", server.URL, "--secret-env", "TOKEN")
	if r.code != 1 || strings.Contains(r.out, secret[:8]) || strings.Contains(r.err, secret[:8]) || !strings.Contains(r.err, "***") {
		t.Errorf("exit %d\n%s", r.code, r.err)
	}
	r = simhook(t, map[string]string{"TOKEN": secret}, "", "send", "zoom", "endpoint.url_validation", "--to", server.URL, "--secret-env", "TOKEN", "--output", "json")
	var told struct {
		Handshake, Why string
		OK             bool
	}
	if err := json.Unmarshal([]byte(r.out), &told); err != nil || told.OK || told.Handshake != "endpoint.url_validation" || !strings.Contains(told.Why, "***") || strings.Contains(r.out, secret) {
		t.Errorf("exit %d, %v\n%s", r.code, err, r.out)
	}
}

// --expect says what is right in the user's own words: then nothing else is judged.
func TestExpectOutranksTheHandshake(t *testing.T) {
	inDir(t, nil)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "ok") }))
	defer server.Close()
	if r := call(t, "send", "zoom", "endpoint.url_validation", "--to", server.URL, "--expect", "200"); r.code != 0 {
		t.Errorf("exit %d\n%s", r.code, r.err)
	}
}
