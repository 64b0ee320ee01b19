package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestHintFitsWhatHappened: the hint to a wrong answer is about that answer.
func TestHintFitsWhatHappened(t *testing.T) {
	inDir(t, nil)
	for _, c := range []struct {
		args   string
		status int
		want   string
	}{
		{"stripe", 400, "hint: it answered 400 Bad Request: perhaps the secret is another one (this was signed with the public test secret; give yours with --secret-env), or the body is parsed before it is verified, or the path is another one; simhook verify says which"},
		{"stripe --secret whsec_x", 400, "perhaps the secret is another one, or the body"},
		{"sendgrid", 400, "perhaps the key is another one (this was signed with the public test key; give yours with --key)"},
		{"stripe", 401, "a login or CSRF check"},
		{"stripe", 403, "a login or CSRF check"},
		{"stripe", 404, "hint: it answered 404 Not Found: is the path another one?"},
		{"stripe", 500, "hint: it answered 500 Internal Server Error, so it failed on the delivery"},
		{"github", 302, "give the URL that it leads to"},
		{"stripe --fault stale", 200, "a sound receiver does not accept it"},
		{"stripe --fault stale", 500, "it failed on the delivery"},
		{"stripe --fault several.last", 400, "three signatures, the right one last: a sound receiver accepts it all the same"},
		{"stripe --expect 204", 200, "hint: it answered 200 OK"},
		{"stripe --fault stale --expect 401", 400, "hint: it answered 400 Bad Request"},
	} {
		url, _ := capture(t, status(c.status))
		r := call(t, append([]string{"send", "--to", url}, strings.Fields(c.args)...)...)
		if r.code != 1 || !strings.Contains(r.err, c.want) || c.status >= 400 && strings.Contains(r.err, "does not accept it") {
			t.Errorf("%s answered %d: exit %d, want %q\n%s", c.args, c.status, r.code, c.want, r.err)
		}
	}
}

// TestConnectionHints: what is wrong with a connection is said with its cure, and
// without the addresses of sockets.
func TestConnectionHints(t *testing.T) {
	inDir(t, nil)
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	secured := httptest.NewUnstartedServer(http.NotFoundHandler())
	secured.Config.ErrorLog = log.New(io.Discard, "", 0)
	secured.StartTLS()
	defer secured.Close()
	other, _ := capture(t, func(conn net.Conn, _ int) { io.WriteString(conn, "SSH-2.0-OpenSSH\r\n\r\n") })
	redirects, _ := capture(t, func(conn net.Conn, _ int) {
		io.WriteString(conn, "HTTP/1.1 302 X\r\nLocation: http://127.0.0.1:1/gone\r\nContent-Length: 0\r\n\r\n")
	})
	for _, c := range []struct{ provider, to, text, hint string }{
		{"stripe", strings.Replace(plain.URL, "http:", "https:", 1) + "/hooks", "does not answer: it does not speak TLS", "hint: use " + plain.URL + "/hooks"},
		{"stripe", secured.URL, "does not answer: its certificate is not trusted", "SSL_CERT_FILE"},
		{"stripe", other, "does not answer: it does not speak HTTP", "another port"},
		{"stripe", "http://127.0.0.1:1/", "does not answer: connection refused", "start it first"},
		{"slack", redirects, "redirects to http://127.0.0.1:1/gone, which does not answer: connection refused", "start it first"},
	} {
		r := call(t, "send", c.provider, "--to", c.to)
		if r.code != 3 || !strings.Contains(r.err, c.text) || !strings.Contains(r.err, c.hint) {
			t.Errorf("%s at %s: exit %d, want %q and %q\n%s%s", c.provider, c.to, r.code, c.text, c.hint, r.out, r.err)
		}
		if all := r.out + r.err + call(t, "send", c.provider, "--to", c.to, "--output", "json").out; strings.Contains(all, "dial tcp") || strings.Contains(all, "connect:") || strings.Contains(all, "x509:") {
			t.Errorf("%s: the words of the system leak:\n%s", c.to, all)
		}
	}
}

func TestAddressIsEncoded(t *testing.T) {
	inDir(t, nil)
	url, requests := capture(t, status(200))
	if r := call(t, "send", "stripe", "--to", url+"/bär 1?name=a b&x=ü&y=%20"); r.code != 0 {
		t.Fatalf("exit %d\n%s", r.code, r.err)
	}
	if got, _, _ := strings.Cut(requests()[0], "\r\n"); got != "POST /hooks/b%C3%A4r%201?name=a%20b&x=%C3%BC&y=%20 HTTP/1.1" {
		t.Errorf("request line %q", got)
	}
	for _, to := range []string{"http://me:hunter2@127.0.0.1/", "http://me:hunter2%@127.0.0.1/", "me:hunter2@127.0.0.1"} {
		if r := call(t, "send", "stripe", "--to", to); r.code != 2 || strings.Contains(r.out+r.err, "hunter2") {
			t.Errorf("%s: exit %d\n%s", to, r.code, r.err)
		}
	}
}

// TestFlagsWithoutEffect: what does nothing is said, or refused.
func TestFlagsWithoutEffect(t *testing.T) {
	inDir(t, nil)
	for args, want := range map[string]string{
		"stripe --speed 10":             "--speed has no effect without --retry",
		"stripe --together":             "--together has no effect on one delivery",
		"github --retry":                "--retry has no effect: GitHub does not try again",
		"stripe --dry-run --times 2":    "--dry-run sends nothing: --times has no effect",
		"stripe --curl --retry":         "--curl sends nothing: --retry has no effect",
		"stripe --dry-run --together":   "--dry-run sends nothing: --together has no effect",
		"stripe --retry --speed 0.001":  "",
		"stripe --together --times 2":   "",
		"stripe --dry-run --secret abc": "",
	} {
		r := call(t, append([]string{"send"}, strings.Fields(args)...)...)
		if r.code != 0 || !strings.Contains(r.err, want) || want == "" && strings.Contains(r.err, "no effect") {
			t.Errorf("%s: exit %d, want %q\n%s", args, r.code, want, r.err)
		}
	}
}

// TestKeyThatIsNotUsed: a key where secrets sign is refused.
func TestKeyThatIsNotUsed(t *testing.T) {
	inDir(t, map[string]string{"key.pem": "whatever"})
	for _, provider := range []string{"github", "stripe"} {
		r := call(t, "send", provider, "--key", "key.pem")
		if r.code != 2 || !strings.Contains(r.err, "signs with no private key in this manner\nhint: give the secret with --secret-env NAME\n") {
			t.Errorf("%s: exit %d\n%s", provider, r.code, r.err)
		}
	}
}

func TestTestSecretCanBeFound(t *testing.T) {
	inDir(t, nil)
	url, _ := capture(t, status(200))
	r := call(t, "send", "stripe", "--to", url)
	if !strings.Contains(r.err, "signed with the public test secret of Stripe (simhook list stripe shows it); your endpoint must use it too, or give --secret-env") {
		t.Errorf("%s", r.err)
	}
	var all []struct {
		Name   string
		Secret string `json:"test_secret"`
	}
	if err := json.Unmarshal([]byte(call(t, "list", "--output", "json").out), &all); err != nil {
		t.Fatal(err)
	}
	for _, p := range all {
		if shown := strings.Contains(call(t, "list", p.Name).out, "\ntest secret  "+p.Secret+"  (public; used where none is given)\n"); shown != (p.Secret != "") {
			t.Errorf("%s: secret %q in JSON, shown %v", p.Name, p.Secret, shown)
		}
		if p.Name == "stripe" && p.Secret == "" || p.Name == "discord" && p.Secret != "" {
			t.Errorf("%s: test secret %q", p.Name, p.Secret)
		}
	}
}

func TestCompletionOfFlags(t *testing.T) {
	inDir(t, nil)
	for args, want := range map[string]string{
		"send stripe --fault sta":    "stale",
		"send stripe --variant ":     "live",
		"send stripe --output ":      "json",
		"send stripe --speed ":       "max",
		"demo --bug no-c":            "no-clock",
		"verify --provider str":      "stripe",
		"list gitlab --variant ":     "both",
		"verify --output ":           "json",
		"send --variant live stripe": "stripe",
	} {
		words := strings.Split(args, " ")
		if r := call(t, append([]string{"__complete"}, words...)...); !strings.Contains(r.out, want+"\n") {
			t.Errorf("%s: no %q in\n%s", args, want, r.out)
		}
	}
	if r := call(t, "__complete", "send", "gitlab", "--fault", "tampered"); strings.Contains(r.out, "tampered-amount") {
		t.Errorf("a fault that gitlab has not is completed:\n%s", r.out)
	}
}

func TestVersionFlag(t *testing.T) {
	if a, b := call(t, "--version"), call(t, "version"); a.code != 0 || a.out != b.out || a.out == "" {
		t.Errorf("--version %q, version %q", a.out, b.out)
	}
}

func TestListSearch(t *testing.T) {
	var got []struct{ Events []string }
	r := call(t, "list", "--search", "pull_request_review", "--output", "json")
	if err := json.Unmarshal([]byte(r.out), &got); err != nil || r.code != 0 {
		t.Fatalf("%v, exit %d\n%s", err, r.code, r.err)
	}
	found := 0
	for _, p := range got {
		for _, event := range p.Events {
			if found++; !strings.Contains(event, "pull_request_review") {
				t.Errorf("%s", event)
			}
		}
	}
	if found == 0 {
		t.Error("no event found")
	}
	if r := call(t, "list", "stripe", "--search", "xyzzy"); r.code != 0 || r.out != "" || !strings.Contains(r.err, "no event of stripe") {
		t.Errorf("no hits: exit %d\n%s%s", r.code, r.out, r.err)
	}
}

func TestSettingsFile(t *testing.T) {
	url, requests := capture(t, status(200))
	inDir(t, map[string]string{configName: "endpoints:\n  shop:\n    provider: shopify\n    to: " + url + "\n  github:\n    to: " + url + "\n"})
	for _, name := range []string{"shop", "github"} {
		if r := call(t, "send", "--endpoint", name); r.code != 0 {
			t.Errorf("%s: exit %d\n%s", name, r.code, r.err)
		}
	}
	if all := strings.Join(requests(), ""); !strings.Contains(all, "X-Shopify-Topic") || !strings.Contains(all, "X-GitHub-Event") {
		t.Errorf("sent was\n%.300s", all)
	}
	for text, want := range map[string]string{
		"endpoints:\n  shop:\n    provider: shopfiy\n":             "simhook: simhook.yaml: endpoint shop: no provider \"shopfiy\"\nhint: did you mean \"shopify\"?\n",
		"endpoints:\n  shop:\n    to: http://127.0.0.1:1/\n":       "endpoint shop of simhook.yaml has no provider",
		"endpoints: {}\n#" + strings.Repeat("x", 1<<20):            "simhook.yaml is larger than 1 MB",
		"endpoints:\n  shop:\n    provider: github\n    too: http": "unknown key",
	} {
		if err := os.WriteFile(configName, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if r := call(t, "send", "--endpoint", "shop"); r.code != 2 || !strings.Contains(r.err, want) {
			t.Errorf("%.60q: exit %d\n%s", text, r.code, r.err)
		}
	}
	os.Remove(configName)
	if err := os.Mkdir(configName, 0o755); err != nil {
		t.Fatal(err)
	}
	if r := call(t, "send", "stripe"); r.code != 2 || !strings.Contains(r.err, "no regular file") {
		t.Errorf("a folder: exit %d\n%s", r.code, r.err)
	}
}

// TestNoteBelowTheBody: on a terminal the note of a dry run has its own line.
func TestNoteBelowTheBody(t *testing.T) {
	inDir(t, nil)
	for _, terminal := range []bool{true, false} {
		var both bytes.Buffer
		run(context.Background(), []string{"send", "stripe", "--dry-run"}, streams{
			In: strings.NewReader(""), Out: &both, Err: &both, Terminal: terminal, OutTerminal: terminal, Env: func(string) (string, bool) { return "", false },
		})
		if strings.Contains(both.String(), "\nsimhook: signed") != terminal {
			t.Errorf("terminal %v:\n%s", terminal, both.String())
		}
	}
}

func TestCopiesAreCounted(t *testing.T) {
	inDir(t, nil)
	url, _ := capture(t, func(conn net.Conn, n int) { status(map[bool]int{true: 500, false: 200}[n == 1])(conn, n) })
	var got struct {
		Receipts []struct{ Copy, Attempt int }
	}
	r := call(t, "send", "slack", "--to", url, "--retry", "--speed", "max", "--times", "2", "--output", "json")
	if err := json.Unmarshal([]byte(r.out), &got); err != nil || fmt.Sprint(got.Receipts) != "[{1 1} {1 2} {2 1}]" {
		t.Errorf("%v, %v\n%s", err, got.Receipts, r.out)
	}
}

func TestDemoSaysItsPaths(t *testing.T) {
	answer, err := http.Get(demo(t, nil) + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, _ := io.ReadAll(answer.Body); answer.StatusCode != 200 || !strings.Contains(string(text), "/PROVIDER") || !strings.Contains(string(text), "stripe") {
		t.Errorf("%d %s", answer.StatusCode, text)
	}
	for address, warned := range map[string]bool{"0.0.0.0:0": true, "127.0.0.1:0": false} {
		ctx, stop := context.WithCancel(context.Background())
		stop()
		var errs bytes.Buffer
		run(ctx, []string{"demo", "--listen", address}, streams{In: strings.NewReader(""), Out: io.Discard, Err: &errs, Env: func(string) (string, bool) { return "", false }})
		if strings.Contains(errs.String(), "others on the network") != warned {
			t.Errorf("%s: %s", address, errs.String())
		}
	}
}

func TestPackByItsFile(t *testing.T) {
	source, err := filepath.Abs("../../fixtures/razorpay")
	if err != nil {
		t.Fatal(err)
	}
	inDir(t, nil)
	if err := os.CopyFS("acme", os.DirFS(source)); err != nil {
		t.Fatal(err)
	}
	if r := call(t, "list", "--pack", filepath.Join("acme", "provider.yaml"), "--names"); r.code != 0 || r.out == "" {
		t.Errorf("exit %d\n%s", r.code, r.err)
	}
}
