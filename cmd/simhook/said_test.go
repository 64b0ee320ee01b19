package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"simhook/fixtures"
	"simhook/fixtures/receiver"
	"simhook/simulator"
)

// TestCredentialsAreMasked: where the secret itself is sent, no output has it,
// whatever a fault makes of it and whatever the receiver sends back.
func TestCredentialsAreMasked(t *testing.T) {
	inDir(t, nil)
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { r.Header.Write(w) }))
	defer echo.Close()
	const secret = "whsec_VGhpcyBpcyBhIHNlY3JldCBvZiBzb21lYm9keSwgMzIr"
	dry := [][]string{{"--dry-run"}, {"--dry-run", "--output", "json"}, {"--curl"}}
	for _, args := range [][]string{{"gitlab"}, {"gitlab", "--variant", "both"}, {"zoom", "--variant", "legacy-token"}} {
		args = append([]string{"send"}, args...)
		for _, more := range append(dry, []string{}, []string{"--output", "json"}, []string{"--to", echo.URL}, []string{"--to", echo.URL, "--output", "json"},
			[]string{"--dry-run", "--fault", "extended-signature"}, []string{"--fault", "extended-signature"}, []string{"--curl", "--fault", "signature-twice.both-bad"}) {
			for _, source := range [][]string{{"--secret", secret}, {"--secret-env", "MY_SECRET"}} {
				all := append(append(append([]string{}, args...), more...), source...)
				r := simhook(t, map[string]string{"MY_SECRET": secret}, "", all...)
				if r.code != 0 {
					t.Errorf("%v: exit %d\n%s%s", all, r.code, r.out, r.err)
				}
				if said := r.out + r.err; strings.Contains(said, secret[:20]) || strings.Contains(said, base64.StdEncoding.EncodeToString([]byte(secret))) {
					t.Errorf("%v prints the secret:\n%s", all, said)
				}
			}
		}
		// What a dry run leaves out it says; the test secret is public, and stays.
		for _, more := range dry {
			all := append(append([]string{}, args...), more...)
			if r := call(t, append(all, "--secret", secret)...); !strings.Contains(r.out, mask) || !strings.Contains(r.err, "yours is masked as ***") {
				t.Errorf("%v does not say that the secret is masked:\n%s%s", all, r.out, r.err)
			}
			p, err := fixtures.Load(args[1])
			if err != nil {
				t.Fatal(err)
			}
			if r := call(t, all...); !strings.Contains(r.out, p.Provider.TestSecret) || strings.Contains(r.out+r.err, mask) {
				t.Errorf("%v is not exact with the test secret:\n%s%s", all, r.out, r.err)
			}
		}
	}
}

func TestSecondSecretIsNotSilent(t *testing.T) {
	inDir(t, nil)
	for provider, said := range map[string]bool{"github": true, "stripe": false} {
		r := call(t, "send", provider, "--secret", "one", "--secret", "two")
		if r.code != 0 || strings.Contains(r.err, "the others are not used") != said {
			t.Errorf("%s: exit %d\n%s", provider, r.code, r.err)
		}
	}
}

func TestHostHeader(t *testing.T) {
	inDir(t, nil)
	url, requests := capture(t, status(200))
	if r := call(t, "send", "github", "--to", url, "--header", "Host: shop.test"); r.code != 0 {
		t.Fatalf("exit %d\n%s", r.code, r.err)
	}
	if got := requests()[0]; strings.Count(strings.ToLower(got), "\r\nhost: ") != 1 || !strings.Contains(got, "\r\nHost: shop.test\r\n") {
		t.Errorf("on the wire is\n%.400s", got)
	}
}

// TestTogetherWithItsOwnReceiver: what came of copies that came at once is told
// once, for all of them.
func TestTogetherWithItsOwnReceiver(t *testing.T) {
	inDir(t, nil)
	r := call(t, "send", "stripe", "--times", "5", "--together")
	if r.code != 0 || strings.Count(r.out, "receiver:") != 1 || !strings.Contains(r.out, "receiver: 5 valid signatures; payment_intent.succeeded took effect once, 4 duplicates recognised") {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	r = call(t, "send", "stripe", "--times", "3", "--together", "--fault", "wrong-key")
	if r.code != 0 || strings.Count(r.out, "receiver:") != 1 || !strings.Contains(r.out, "receiver: refused 3, bad signature") {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	r = call(t, "send", "stripe", "--times", "2")
	if r.code != 0 || strings.Count(r.out, "took effect once") != 2 || strings.Count(r.out, "took effect once, this is a duplicate") != 1 {
		t.Errorf("one after another: exit %d\n%s%s", r.code, r.out, r.err)
	}
}

func TestListFaultsOfVariant(t *testing.T) {
	line := func(args ...string) string {
		r := call(t, args...)
		if r.code != 0 {
			t.Fatalf("%v: exit %d\n%s", args, r.code, r.err)
		}
		return regexp.MustCompile(`(?m)^tampered-amount .*$`).FindString(r.out)
	}
	if got := line("list", "gitlab", "--faults"); !strings.Contains(got, "not here") {
		t.Errorf("by its token: %s", got)
	}
	if got := line("list", "gitlab", "--faults", "--variant", "both"); !strings.Contains(got, "refuse") {
		t.Errorf("signed: %s", got)
	}
	if r := call(t, "list", "gitlab", "--output", "json"); strings.Contains(r.out, `"tampered-amount"`) {
		t.Error("JSON lists a fault that the first variant has not")
	}
	if r := call(t, "list", "gitlab", "--variant", "both", "--output", "json"); !strings.Contains(r.out, `{"name":"tampered-amount","expect":"refuse"}`) {
		t.Errorf("JSON of a variant:\n%.600s", r.out)
	}
	for args, want := range map[string]string{"list gitlab --faults --variant bth": `did you mean "both"?`, "list --faults --variant both": "of which provider?"} {
		if r := call(t, strings.Fields(args)...); r.code != exitUsage || !strings.Contains(r.err, want) {
			t.Errorf("%s: exit %d\n%s", args, r.code, r.err)
		}
	}
}

// TestExitCodes: only what the user wrote is the user's mistake.
func TestExitCodes(t *testing.T) {
	io := streams{Out: io.Discard, Err: io.Discard}
	for _, c := range []struct {
		err  error
		code int
	}{
		{errors.New("something else"), exitFault},
		{&simulator.Mistake{Text: "x"}, exitUsage},
		{&fixtures.FileError{}, exitUsage},
		{&failure{exitFailed, "x", ""}, exitFailed},
		{&simulator.NoAnswerError{Err: errors.New("x")}, exitAway},
	} {
		if code := report(io, c.err); code != c.code {
			t.Errorf("%T: exit %d, want %d", c.err, code, c.code)
		}
	}
	inDir(t, map[string]string{"body.json": `{"a":1}`})
	for _, args := range []string{"list a b", "version now", "demo now", "send stripe --times x", "send mailgun --body body.json --dry-run"} {
		if r := call(t, strings.Fields(args)...); r.code != exitUsage {
			t.Errorf("%s: exit %d\n%s", args, r.code, r.err)
		}
	}
}

// TestUnknownEndpointHint is the same each time.
func TestUnknownEndpointHint(t *testing.T) {
	inDir(t, map[string]string{"simhook.yaml": "endpoints:\n  shop1: {provider: stripe}\n  shop2: {provider: stripe}\n  shop3: {provider: stripe}\n  shop4: {provider: stripe}\n"})
	first := call(t, "send", "stripe", "--endpoint", "shop9")
	for range 20 {
		if again := call(t, "send", "stripe", "--endpoint", "shop9"); again.err != first.err || !strings.Contains(again.err, "hint: ") {
			t.Fatalf("%s\nand then\n%s", first.err, again.err)
		}
	}
	if r := call(t, "send", "stripe", "--endpoint", "xyzzy"); !strings.Contains(r.err, "endpoints: shop1, shop2, shop3, shop4") {
		t.Errorf("no list:\n%s", r.err)
	}
}

// TestDemoShowsNoCommands: what a stranger wrote into an event does not command
// the terminal.
func TestDemoShowsNoCommands(t *testing.T) {
	var out bytes.Buffer
	bug, err := receiver.BugNamed("no-verify")
	if err != nil {
		t.Fatal(err)
	}
	mux, err := (&demoFlags{}).mux(streams{Out: &out, Err: io.Discard, Env: func(string) (string, bool) { return "", false }}, bug)
	if err != nil {
		t.Fatal(err)
	}
	mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/stripe", strings.NewReader(`{"id":"evt_\u001b[2J`+strings.Repeat("x", 5000)+`","type":"a\u001b]0;x\u0007\nb"}`)))
	if line := out.String(); strings.ContainsAny(line, "\x1b\a") || strings.Count(line, "\n") != 1 || len(line) > 400 || !strings.Contains(line, "evt_") {
		t.Errorf("%d bytes: %.200q", len(line), line)
	}
}

// lookedAt is a terminal; it tells when something was written.
type lookedAt struct {
	mu   sync.Mutex
	said strings.Builder
	came chan struct{}
}

func (l *lookedAt) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.said.Write(p)
	if strings.Contains(string(p), "waiting for an answer") {
		close(l.came)
	}
	return len(p), nil
}

// TestProgress: an answer that takes its time is waited for aloud on a terminal.
func TestProgress(t *testing.T) {
	inDir(t, nil)
	screen := &lookedAt{came: make(chan struct{})}
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-screen.came }))
	defer server.Close()
	io := streams{Out: io.Discard, Err: screen, Env: func(string) (string, bool) { return "", false }, Terminal: true}
	if code := run(context.Background(), []string{"send", "stripe", "--to", server.URL, "--timeout", "5m"}, io); code != 0 {
		t.Errorf("exit %d\n%s", code, screen.said.String())
	}
	if want := "waiting for an answer (5m0s at most)\n"; !strings.Contains(screen.said.String(), want) {
		t.Errorf("no %q in\n%s", want, screen.said.String())
	}
}

func TestWaitingSaysNothingTooSoon(t *testing.T) {
	for _, terminal := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			var screen bytes.Buffer
			w := newWaiting(streams{Err: &screen, Terminal: terminal}, 10*time.Second)
			said := func() string {
				synctest.Wait()
				w.mu.Lock()
				defer w.mu.Unlock()
				return screen.String()
			}
			w.begin(0)
			time.Sleep(900 * time.Millisecond)
			w.over()
			time.Sleep(time.Minute)
			if said() != "" {
				t.Errorf("an answer within a second: %q", said())
			}
			w.begin(time.Hour) // the next attempt is an hour away
			time.Sleep(time.Hour)
			if said() != "" {
				t.Errorf("between two attempts: %q", said())
			}
			time.Sleep(2 * time.Second)
			before := said()
			if (before == "     waiting for an answer (10s at most)\n") != terminal || !terminal && before != "" {
				t.Errorf("terminal %v: %q", terminal, before)
			}
			w.begin(0)
			w.close()
			time.Sleep(time.Minute)
			if said() != before {
				t.Errorf("after the end: %q", said())
			}
		})
	}
}

// TestNothingStaysOpen: a step that fails leaves no listener behind.
func TestNothingStaysOpen(t *testing.T) {
	open := func() int {
		files, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Skip("SKIPPED: no /proc here")
		}
		return len(files)
	}
	inDir(t, nil)
	call(t, "send", "stripe") // what is opened once for all
	before := open()
	for range 10 {
		if r := call(t, "send", "stripe", "nothing.of_the_kind"); r.code != exitUsage {
			t.Fatalf("exit %d\n%s", r.code, r.err)
		}
	}
	p, err := fixtures.Load("aws_sns")
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if _, err := startEmbedded(p, p.Provider.Variants[0], "", simulator.Keys([]string{"x"}, []byte("no key"))); err == nil {
			t.Fatal("a receiver starts with a key that is none")
		}
	}
	if after := open(); after > before+2 {
		t.Errorf("%d files were open, now %d are", before, after)
	}
}
