package main

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"simhook/fixtures"
	"simhook/fixtures/receiver"
	"simhook/simulator"
)

// capture answers one connection after another and keeps the bytes of each request.
func capture(t *testing.T, answer func(conn net.Conn, n int)) (url string, requests func() []string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	var mu sync.Mutex
	var all []string
	go func() {
		for n := 1; ; n++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			var kept strings.Builder
			r, err := http.ReadRequest(bufio.NewReader(io.TeeReader(conn, &kept)))
			if err == nil {
				io.Copy(io.Discard, r.Body)
			}
			mu.Lock()
			all = append(all, kept.String())
			mu.Unlock()
			go func() {
				defer conn.Close()
				answer(conn, n)
			}()
		}
	}()
	return "http://" + listener.Addr().String() + "/hooks", func() []string {
		mu.Lock()
		defer mu.Unlock()
		return append([]string(nil), all...)
	}
}

func status(code int) func(net.Conn, int) {
	return func(conn net.Conn, _ int) { fmt.Fprintf(conn, "HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n", code) }
}

var fixed = []string{"--seed", "7", "--run", "r", "--now", "2026-01-02T03:04:05Z"}

// TestDryRunIsTheWire: what a dry run prints is what goes out, byte for byte, but
// for the signature, whose time is that of its attempt.
func TestDryRunIsTheWire(t *testing.T) {
	inDir(t, nil)
	url, requests := capture(t, status(200))
	for _, provider := range []string{"github", "shopify", "razorpay"} { // they sign no time
		before := len(requests())
		sent := call(t, append([]string{"send", provider, "--to", url}, fixed...)...)
		if sent.code != 0 {
			t.Fatalf("%s: exit %d\n%s%s", provider, sent.code, sent.out, sent.err)
		}
		dry := call(t, append([]string{"send", provider, "--to", url, "--dry-run"}, fixed...)...)
		if got := requests()[before]; got != dry.out {
			t.Errorf("%s: a dry run prints other bytes than were sent:\n%s\n---\n%s", provider, dry.out, got)
		}
	}
	if got := requests()[0]; !strings.Contains(got, "\r\nX-GitHub-Event: push\r\n") {
		t.Errorf("header names are not in the vendor's spelling:\n%.600s", got)
	}
}

// TestCurlSendsTheSame runs the printed command with the real curl.
func TestCurlSendsTheSame(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("SKIPPED: no curl here")
	}
	inDir(t, nil)
	url, requests := capture(t, status(200))
	for _, provider := range []string{"github", "shopify", "sendgrid", "twilio"} {
		args := append([]string{"send", provider, "--to", url}, fixed...)
		command := call(t, append(args, "--curl")...)
		before := len(requests())
		if out, err := exec.Command("sh", "-c", command.out).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s\n%s", provider, err, out, command.out)
		}
		got, want := requests()[before], call(t, append(args, "--dry-run")...).out
		if body(got) != body(want) || sortedHead(got) != sortedHead(want) {
			t.Errorf("%s: curl sends\n%s\n--- instead of\n%s", provider, got, want)
		}
	}
}

func body(request string) string {
	_, b, _ := strings.Cut(request, "\r\n\r\n")
	return b
}

// sortedHead: curl puts the lines in an order of its own.
func sortedHead(request string) string {
	head, _, _ := strings.Cut(request, "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	for i := range lines {
		for j := i + 1; j < len(lines); j++ {
			if lines[j] < lines[i] {
				lines[i], lines[j] = lines[j], lines[i]
			}
		}
	}
	return strings.Join(lines, "\n")
}

// TestHostileAnswers: whatever a receiver answers, simhook ends soon and in order.
func TestHostileAnswers(t *testing.T) {
	inDir(t, nil)
	endless := func(head string, piece []byte) func(net.Conn, int) {
		return func(conn net.Conn, _ int) {
			io.WriteString(conn, head)
			for {
				if _, err := conn.Write(piece); err != nil {
					return
				}
			}
		}
	}
	done := make(chan struct{})
	defer close(done)
	for name, c := range map[string]struct {
		answer func(net.Conn, int)
		code   int
		say    string
	}{
		"endless body":   {endless("HTTP/1.1 200 OK\r\n\r\n", []byte(strings.Repeat("x", 65536))), 0, "200 OK"},
		"endless chunks": {endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", []byte("1000\r\n"+strings.Repeat("x", 4096)+"\r\n")), 0, "200 OK"},
		"header flood":   {endless("HTTP/1.1 200 OK\r\n", []byte("X-Flood: "+strings.Repeat("y", 1000)+"\r\n")), 3, "longer than 64 KiB"},
		"gzip bomb": {func(conn net.Conn, _ int) {
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n")
			z := gzip.NewWriter(conn)
			for range 64 {
				z.Write(make([]byte, 1<<20))
			}
			z.Close()
		}, 0, "200 OK"},
		"no HTTP":        {func(conn net.Conn, _ int) { io.WriteString(conn, "SSH-2.0-OpenSSH_9\r\n\r\n") }, 3, "no answer"},
		"closes at once": {func(net.Conn, int) {}, 3, "closed before an answer came"},
		"slow drip": {func(conn net.Conn, _ int) {
			io.WriteString(conn, "H")
			<-done
		}, 1, "no answer in time"},
		"another protocol": {func(conn net.Conn, _ int) {
			io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n")
			<-done
		}, 1, "101 Switching Protocols"},
		"terminal commands": {func(conn net.Conn, _ int) {
			io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n\x1b[2J\x1b]0;x")
		}, 0, "\uFFFD[2J"},
	} {
		t.Run(name, func(t *testing.T) {
			url, _ := capture(t, c.answer)
			timeout := "5m" // none of these waits for it
			if c.say == "no answer in time" {
				timeout = "20ms"
			}
			r := call(t, "send", "stripe", "--to", url, "--timeout", timeout)
			if r.code != c.code || !strings.Contains(r.out+r.err, c.say) {
				t.Errorf("exit %d, want %d with %q:\n%s%s", r.code, c.code, c.say, clip(r.out, 600), r.err)
			}
			if strings.Contains(r.out, "\x1b") {
				t.Error("control characters reach the terminal")
			}
		})
	}
}

// demo runs a receiver as `simhook demo` does, and returns its address.
func demo(t *testing.T, bug *receiver.Bug) string {
	t.Helper()
	mux, err := (&demoFlags{}).mux(streams{Out: io.Discard, Err: io.Discard, Env: func(string) (string, bool) { return "", false }}, bug)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// TestFaultsAgainstDemo: against a receiver with a bug, the fault that shows it
// ends with exit 1; against the sound one with 0. That a duplicate is taken twice
// no answer shows: the probe does.
func TestFaultsAgainstDemo(t *testing.T) {
	inDir(t, nil)
	sound := demo(t, nil)
	for i := range receiver.Bugs {
		bug := &receiver.Bugs[i]
		if bug.Handshake != nil || bug.NoVisit {
			continue // a handshake shows it: TestHandshakesAgainstDemo
		}
		broken := demo(t, bug)
		shown := 0
		for j, provider := range []string{"stripe", "svix", "shopify", "github", "slack"} {
			if testing.Short() && (i+j)%5 > 1 {
				continue
			}
			if bug.NoDedupe {
				if got := effectsOfTwo(t, sound, provider); got != 1 {
					t.Errorf("%s: a sound receiver takes a duplicate: %d effects", provider, got)
				}
				if got := effectsOfTwo(t, broken, provider); got != 2 {
					t.Errorf("%s: the bug %s takes effect %d times", provider, bug.Name, got)
				}
				shown++
				continue
			}
			pack, err := fixtures.Load(provider)
			if err != nil {
				t.Fatal(err)
			}
			args := []string{"send", provider}
			if bug.Fault != "" {
				args = append(args, "--fault", bug.Fault)
				f, err := simulator.FaultNamed(bug.Fault)
				if err != nil {
					t.Fatal(err)
				}
				if _, _, notFor := pack.Provider.ExpectOf(f, pack.Provider.Variants[0]); notFor != "" {
					continue
				}
			}
			shown++
			for address, want := range map[string]int{sound: 0, broken: 1} {
				if r := call(t, append(args, "--to", address+"/"+provider)...); r.code != want {
					t.Errorf("%s, %s: exit %d, want %d\n%s%s", provider, bug.Name, r.code, want, r.out, r.err)
				}
			}
		}
		if shown == 0 && !testing.Short() {
			t.Errorf("no provider shows the bug %s", bug.Name)
		}
	}
}

// effectsOfTwo sends one event twice and asks how often it took effect.
func effectsOfTwo(t *testing.T, address, provider string) int {
	t.Helper()
	args := []string{"send", provider, "--to", address + "/" + provider, "--run", t.Name(), "--now", "2026-01-02T03:04:05Z", "--times", "2"}
	if r := call(t, args...); r.code != 0 {
		t.Fatalf("%s: exit %d\n%s%s", provider, r.code, r.out, r.err)
	}
	var sent struct{ ID string }
	if err := json.Unmarshal([]byte(call(t, append(args, "--dry-run", "--output", "json")...).out), &sent); err != nil {
		t.Fatal(err)
	}
	answer, err := http.Get(address + "/_effects?" + url.Values{"provider": {provider}, "event": {sent.ID}}.Encode())
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var effects struct{ Count int }
	if err := json.NewDecoder(answer.Body).Decode(&effects); err != nil {
		t.Fatalf("%s: %d, %v", provider, answer.StatusCode, err)
	}
	return effects.Count
}

func TestRetriesFollowTheSchedule(t *testing.T) {
	inDir(t, nil)
	url, requests := capture(t, func(conn net.Conn, n int) {
		code := 500
		if n == 4 {
			code = 200
		}
		status(code)(conn, n)
	})
	r := call(t, "send", "slack", "--to", url, "--retry", "--speed", "max")
	if r.code != 0 || len(requests()) != 4 {
		t.Fatalf("exit %d after %d attempts\n%s%s", r.code, len(requests()), r.out, r.err)
	}
	for n, request := range requests() {
		has := strings.Contains(request, fmt.Sprintf("\r\nX-Slack-Retry-Num: %d\r\n", n))
		if has != (n > 0) {
			t.Errorf("attempt %d: retry header is %v:\n%.400s", n+1, has, request)
		}
	}
	url, requests = capture(t, status(500))
	if r := call(t, "send", "github", "--to", url, "--retry", "--speed", "max"); r.code != 1 || len(requests()) != 1 {
		t.Errorf("GitHub does not try again: exit %d after %d attempts", r.code, len(requests()))
	}
}

func TestTogether(t *testing.T) {
	inDir(t, nil)
	var mu sync.Mutex
	waiting, most := 0, 0
	gate := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		waiting++
		most = max(most, waiting)
		if waiting == 5 {
			close(gate)
		}
		mu.Unlock()
		<-gate // answers only when all five are here: one after another would hang
	}))
	defer server.Close()
	r := call(t, "send", "stripe", "--to", server.URL, "--times", "5", "--together", "--timeout", "20s")
	if r.code != 0 || most != 5 {
		t.Errorf("exit %d, %d at once\n%s%s", r.code, most, r.out, r.err)
	}
}

func TestRedirects(t *testing.T) {
	inDir(t, nil)
	reached := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/there" {
			reached++
			return
		}
		http.Redirect(w, r, "/there", http.StatusTemporaryRedirect)
	}))
	defer server.Close()
	if r := call(t, "send", "stripe", "--to", server.URL); r.code != 1 || reached != 0 {
		t.Errorf("Stripe takes a redirect for a failure: exit %d, followed %d times", r.code, reached)
	}
	if r := call(t, "send", "slack", "--to", server.URL); r.code != 0 || reached != 1 {
		t.Errorf("Slack follows a redirect: exit %d, followed %d times\n%s%s", r.code, reached, r.out, r.err)
	}
}

func TestInterrupted(t *testing.T) {
	inDir(t, nil)
	ctx, cancel := context.WithCancel(context.Background())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body) // only then does the server notice that the sender is gone
		cancel()
		<-r.Context().Done()
	}))
	defer server.Close()
	var out, errs strings.Builder
	code := run(ctx, []string{"send", "stripe", "--to", server.URL}, streams{In: strings.NewReader(""), Out: &out, Err: &errs, Env: func(string) (string, bool) { return "", false }})
	if code != 130 {
		t.Errorf("exit %d\n%s", code, errs.String())
	}
}

func TestConfig(t *testing.T) {
	url, requests := capture(t, status(200))
	inDir(t, map[string]string{"simhook.yaml": "endpoints:\n  shop:\n    provider: stripe\n    to: " + url + "\n    secret_env: SHOP_SECRET\n"})
	r := simhook(t, map[string]string{"SHOP_SECRET": "whsec_shop"}, "", "send", "stripe")
	if r.code != 0 || len(requests()) != 1 {
		t.Errorf("exit %d, %d requests\n%s%s", r.code, len(requests()), r.out, r.err)
	}
	// One word that is no provider is the event.
	r = simhook(t, map[string]string{"SHOP_SECRET": "whsec_shop"}, "", "send", "--endpoint", "shop", "charge.refunded")
	if r.code != 0 || !strings.Contains(r.out, "-->  charge.refunded  ") {
		t.Errorf("the event alone: exit %d\n%s%s", r.code, r.out, r.err)
	}
	if r := call(t, "send", "github", "--endpoint", "shop"); r.code != 2 || !strings.Contains(r.err, "is for stripe, not for github") {
		t.Errorf("another provider: exit %d\n%s", r.code, r.err)
	}
	inDir(t, map[string]string{"simhook.yaml": "endpoints:\n  shop:\n    providre: stripe\n"})
	if r := call(t, "send", "stripe"); r.code != 2 || !strings.Contains(r.err, `simhook.yaml:3: unknown key "providre"`) || !strings.Contains(r.err, `did you mean "provider"?`) {
		t.Errorf("exit %d\n%s", r.code, r.err)
	}
}
func TestSignedURL(t *testing.T) {
	inDir(t, nil)
	for _, args := range [][]string{{"twilio"}, {"twilio", "--variant", "json"}, {"square"}, {"hubspot"}} {
		args = append(append([]string{"send"}, args...), "--signed-url", "https://shop.example.com/hooks?tenant=a")
		if r := call(t, args...); r.code != 0 || !strings.Contains(r.out, "signature valid") {
			t.Errorf("%v: exit %d\n%s%s", args, r.code, r.out, r.err)
		}
	}
}

// TestEveryProvider: each everyday event, in each variant, is delivered to the
// embedded receiver and accepted; so is every key that is served on loopback.
func TestEveryProvider(t *testing.T) {
	inDir(t, nil)
	for _, name := range fixtures.Names() {
		p, err := fixtures.Load(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range p.Provider.Variants {
			want := "receiver: signature valid"
			if len(v.Schemes) == 0 {
				want = "receiver: unsigned"
			}
			if r := call(t, "send", name, "--variant", v.Name); r.code != 0 || !strings.Contains(r.out, want) {
				t.Errorf("%s/%s: exit %d, not %q\n%s%s", name, v.Name, r.code, want, r.out, r.err)
			}
		}
	}
}

// TestKeysAreServed: a receiver can fetch the certificate or key while it answers.
func TestKeysAreServed(t *testing.T) {
	inDir(t, nil)
	for provider, wants := range map[string]string{"aws_sns": "BEGIN CERTIFICATE", "plaid": `"kty":"EC"`} {
		got := ""
		var page string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if _, after, ok := strings.Cut(string(body), `"SigningCertURL" : "`); ok {
				page, _, _ = strings.Cut(after, `"`)
			}
			if answer, err := http.Get(page); err == nil {
				content, _ := io.ReadAll(answer.Body)
				got = string(content)
			}
		}))
		listener, err := net.Listen("tcp", "127.0.0.1:0") // a port that was free a moment ago
		if err != nil {
			t.Fatal(err)
		}
		address := listener.Addr().String()
		listener.Close()
		page = "http://" + address + "/webhook_verification_key/get"
		r := call(t, "send", provider, "--to", server.URL, "--serve-keys", address)
		server.Close()
		if r.code != 0 || !strings.Contains(got, wants) || !strings.Contains(r.err, "http://"+address) {
			t.Errorf("%s: exit %d, the receiver fetched %q from %q\n%s", provider, r.code, got, page, r.err)
		}
	}
	if r := call(t, "send", "aws_sns", "--to", "http://127.0.0.1:1/", "--serve-keys", "0.0.0.0:0"); r.code != 2 {
		t.Errorf("exit %d\n%s", r.code, r.err)
	}
}
