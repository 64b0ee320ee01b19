package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"simhook/fixtures"
)

// result is what one call of the command did.
type result struct {
	code     int
	out, err string
}

// simhook runs the command in this process, with these variables and no others.
func simhook(t *testing.T, env map[string]string, stdin string, args ...string) result {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(context.Background(), args, streams{
		In: strings.NewReader(stdin), Out: &out, Err: &errs,
		Env: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
	})
	return result{code, out.String(), errs.String()}
}

func call(t *testing.T, args ...string) result {
	t.Helper()
	return simhook(t, nil, "", args...)
}

// inDir runs the test in a folder with these files.
func inDir(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	return dir
}

func TestFirstCommandOfANewcomer(t *testing.T) {
	inDir(t, nil)
	r := call(t, "send", "stripe", "payment_intent.succeeded")
	if r.code != 0 {
		t.Fatalf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	for _, want := range []string{
		`-->  payment_intent\.succeeded  evt_[13]\w{23}  genuine  [\d.]+ kB  POST http://127\.0\.0\.1:\d+/webhooks/stripe`,
		`Stripe-Signature: t=\d+,v1=[0-9a-f]{20}`,
		`<--  200 OK in `,
		`receiver: signature valid, signed 0s ago; payment_intent\.succeeded took effect once`,
	} {
		if !regexp.MustCompile(want).MatchString(r.out) {
			t.Errorf("no %q in\n%s", want, r.out)
		}
	}
}

// TestMistakes: bad input of any kind gives one clear line, a hint, the right
// exit code and no stack trace.
func TestMistakes(t *testing.T) {
	inDir(t, map[string]string{
		"broken.json":         `{"data":`,
		"pack/provider.yaml":  "name: acme\nsignatures:\n  - name: main\n    signed: \"{tiemstamp}.{body}\"\n    digest: hmac-sha256\n    place: {header: X-Sig}\n",
		"typo/provider.yaml":  "name: acme\nsignatres: []\n",
		"part/provider.yaml":  "name: acme\nsignatures:\n  - name: main\n    digest: hmac-sha256\n    place: {header: X-Sig}\n",
		"empty/provider.yaml": "",
	})
	for _, c := range []struct {
		args       string
		code       int
		text, hint string
	}{
		{"send", 2, "a provider is missing", "simhook send stripe"},
		{"send strpe", 2, `no provider "strpe"`, `did you mean "stripe"?`},
		{"send stripe payment_intent.suceeded", 2, `no event "payment_intent.suceeded" for stripe`, `did you mean "payment_intent.succeeded"?`},
		{"send github pushed", 2, `no event "pushed" for github`, `did you mean "push"?`},
		{"send stripe --fault stael", 2, `no fault "stael"`, `did you mean "stale"?`},
		{"send github --fault stale", 2, "fault stale is not for github: no age is checked", "simhook list github --faults"},
		{"send stripe --variant lvie", 2, `no variant "lvie" for stripe`, `did you mean "live"?`},
		{"send stripe --set data.object.amuont=5", 2, `no member "data.object.amuont"`, `did you mean "data.object.amount"?`},
		{"send stripe --set data.object.amount=abc", 2, `wanted a number, got "abc"`, "--merge"},
		{"send stripe --set data.object.amount", 2, "no value", "--set data.object.amount=500"},
		{"send stripe --unset data.nothing", 2, `no member "data.nothing"`, "members there"},
		{"send stripe --option api_vresion=1", 2, `stripe has no option "api_vresion"`, `did you mean "api_version"?`},
		{"send stripe --to http://127.0.0.1:1/", 3, "does not answer: connection refused", "start it first"},
		{"send stripe --to localhost:80", 2, "is no http or https URL", "such as http://"},
		{"send stripe --to http://192.0.2.1/", 2, "192.0.2.1 is not a loopback or private address", "--public"},
		{"send stripe --secret-env NOT_SET", 2, "the variable NOT_SET is not set", "export NOT_SET="},
		{"send stripe --secret x --secret-env Y", 2, "exclude each other", "--secret-env"},
		{"send standardwebhooks --secret whsec_%%%", 2, "not in the form", "look like whsec_"},
		{"send stripe --body missing.json", 2, "missing.json: there is no such file", "standard input"},
		{"send stripe --merge broken.json", 2, "this is no JSON object", ""},
		{"send sendgrid --key missing.pem", 2, "there is no such file", "PEM"},
		{"send stripe --now yesterday", 2, `--now "yesterday" is no time`, "2026-01-02T03:04:05Z"},
		{"send stripe --speed fast", 2, `--speed "fast"`, "max"},
		{"send stripe --times 0", 2, "--times 0", "1 to 1000"},
		{"send stripe --expect 2yy", 2, "no HTTP status", "2xx"},
		{"send stripe --header Foo", 2, "is no header line", "X-Name: value"},
		{"send stripe --output xml", 2, `--output "xml"`, "text or json"},
		{"send stripe --secert x", 2, "unknown flag: --secert", `did you mean "--secret"?`},
		{"send stripe a b", 2, "one word too many", "send PROVIDER EVENT"},
		{"send acme --pack pack", 2, `pack/provider.yaml:4: signature "main": signed: unknown part "tiemstamp"`, `did you mean "timestamp"?`},
		{"send acme --pack typo", 2, `typo/provider.yaml:2: unknown key "signatres"`, `did you mean "signatures"?`},
		{"send acme --pack part", 2, `what is signed is missing`, "{timestamp}.{body}"},
		{"send acme --pack empty", 2, "the file is empty", ""},
		{"send acme --pack nowhere", 2, "no pack at nowhere", "provider.yaml"},
		{"sned", 2, `no command "sned"`, `did you mean "send"?`},
		{"list strip", 2, `no provider "strip"`, `did you mean "stripe"?`},
		{"list stripe --search xyzzy", 0, "no event of stripe", ""},
		{"list --search review", 2, "--search: of which provider?", "simhook list github --search review"},
		{"list --names", 2, "--names: of which provider?", "simhook list github --names"},
		{"list --retries --output json", 2, "--retries: of which provider?", "simhook list github --retries"},
		{"list a b", 2, `"b" is one word too many`, "simhook list [PROVIDER]"},
		{"demo now", 2, `"now" is one word too many`, "simhook demo"},
		{"help nope", 2, `no command "nope"`, "simhook --help"},
		{"help completion nope", 2, `no command "nope"`, "simhook completion --help"},
		{"completion nope", 2, `no completion for "nope"`, "zsh"},
		{"completion bahs", 2, `no completion for "bahs"`, `did you mean "bash"?`},
		{"send stripe --times abc", 2, `--times: "abc" is no whole number`, "--times 3"},
		{"send stripe --timeout 5", 2, `--timeout: "5" is no length of time`, "--timeout 5s"},
		{"send stripe --timeout soon", 2, `--timeout: "soon" is no length of time`, "--timeout 5s"},
		{"send stripe --retry=maybe", 2, `--retry: "maybe" is no yes or no`, "--retry alone"},
		{"send stripe --to", 2, "--to has no value", "--to URL"},
		{"send stripe -x", 2, "unknown shorthand flag", "lists the flags"},
		{"send stripe --speed NaN --retry", 2, `--speed "NaN"`, "0.001"},
		{"send stripe --speed Inf --retry", 2, `--speed "Inf"`, "0.001"},
		{"send stripe --speed 0.0009 --retry", 2, `--speed "0.0009"`, "0.001"},
		{"send stripe --curl --output json", 2, "--curl prints a command", "--dry-run --output json"},
		{"send github --key missing.pem", 2, "there is no such file", "PEM"},
		{"send sendgrid --secret x", 2, "signs with a private key", "--key FILE"},
		{"send stripe --to http://127.0.0.1:65536/", 2, "from 1 to 65535", "http://localhost"},
		{"send stripe --to http://me:hunter2@127.0.0.1/", 2, "a user and a password", "Authorization"},
		{"send stripe --signed-url shop", 2, `--signed-url "shop" is no http or https URL`, "https://"},
		{"verify --signed-url shop", 2, `--signed-url "shop" is no http or https URL`, "https://"},
		{"send standardwebhooks --secret whsec_%%%", 2, "it is no base64", "look like whsec_"},
		{"send github pull_request", 2, `no event "pull_request"`, `did you mean "pull_request.`},
		{"send stripe --set items[0].price=5", 2, "no member", "items.0.price"},
		{"demo --bug no-clok", 2, `no bug "no-clok"`, `did you mean "no-clock"?`},
		{"verify missing.http", 2, "there is no such file", "standard input"},
	} {
		r := call(t, strings.Fields(c.args)...)
		lines := strings.Split(strings.TrimSpace(r.err), "\n")
		last := lines
		for len(last) > 0 && !strings.HasPrefix(last[0], "simhook: ") || len(last) > 2 {
			last = last[1:]
		}
		message := strings.Join(last, "\n")
		if r.code != c.code || !strings.Contains(message, c.text) || !strings.Contains(message, c.hint) {
			t.Errorf("%s: exit %d, want %d, with %q and %q:\n%s", c.args, r.code, c.code, c.text, c.hint, r.err)
		}
		if c.hint != "" && (len(last) != 2 || !strings.HasPrefix(last[1], "hint: ")) {
			t.Errorf("%s: want one line and one hint:\n%s", c.args, r.err)
		}
		if strings.Contains(r.err, "goroutine ") || strings.Contains(r.err, ".go:") {
			t.Errorf("%s: a stack trace:\n%s", c.args, r.err)
		}
	}
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	inDir(t, nil)
	const secret = "whsec_ThisMustNotAppearAnywhere42"
	env := map[string]string{"MY_SECRET": secret}
	for _, args := range [][]string{
		{"send", "stripe", "--secret-env", "MY_SECRET"},
		{"send", "stripe", "--secret", secret, "--dry-run"},
		{"send", "stripe", "--secret", secret, "--dry-run", "--output", "json"},
		{"send", "stripe", "--secret", secret, "--curl"},
		{"send", "stripe", "--secret", secret, "--fault", "wrong-key", "--output", "json"},
		{"send", "stripe", "--secret", secret, "--to", "http://127.0.0.1:1/"},
		{"send", "standardwebhooks", "--secret", "whsec_!" + secret},
	} {
		r := simhook(t, env, "", args...)
		if all := r.out + r.err; strings.Contains(all, secret) || strings.Contains(all, secret[6:]) {
			t.Errorf("%v prints the secret:\n%s", args, all)
		}
	}
}

func TestSameBytesForEver(t *testing.T) {
	args := []string{"send", "stripe", "charge.succeeded", "--seed", "7", "--run", "r", "--now", "2026-01-02T03:04:05Z", "--dry-run"}
	first := call(t, args...)
	if second := call(t, args...); second.out != first.out || first.code != 0 {
		t.Errorf("two dry runs differ:\n%s\n%s", first.out, second.out)
	}
	args[4] = "8"
	if other := call(t, args...); other.out == first.out {
		t.Error("another seed gives the same bytes")
	}
}

func TestDryRunJSON(t *testing.T) {
	r := call(t, "send", "github", "push", "--dry-run", "--output", "json")
	var got map[string]any
	if err := json.Unmarshal([]byte(r.out), &got); err != nil {
		t.Fatalf("%v\n%s", err, r.out)
	}
	for _, member := range []string{"provider", "event", "id", "method", "url", "headers", "body", "body_base64", "secret_source"} {
		if _, ok := got[member]; !ok {
			t.Errorf("no member %q", member)
		}
	}
	if got["secret_source"] != "test" || got["provider"] != "github" || got["event"] != "push" {
		t.Errorf("got %v", got)
	}
	r = call(t, "send", "sendgrid", "--dry-run", "--output", "json")
	if !strings.Contains(r.out, `"public_key":"-----BEGIN PUBLIC KEY-----`) {
		t.Errorf("no public key:\n%s", r.out)
	}
}

func TestListJSON(t *testing.T) {
	var got []struct {
		Name     string
		Events   []string
		Stories  []string
		Variants []string
		Faults   []struct{ Name, Expect string }
	}
	if err := json.Unmarshal([]byte(call(t, "list", "--output", "json").out), &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(fixtures.Names()) {
		t.Errorf("%d providers, want %d", len(got), len(fixtures.Names()))
	}
	for _, p := range got {
		if len(p.Events) == 0 || len(p.Stories) == 0 || len(p.Variants) == 0 || len(p.Faults) < 10 {
			t.Errorf("%s: %d events, %d stories, %d variants, %d faults", p.Name, len(p.Events), len(p.Stories), len(p.Variants), len(p.Faults))
		}
		for _, f := range p.Faults {
			if f.Expect != "accept" && f.Expect != "refuse" && f.Expect != "either" {
				t.Errorf("%s: fault %s expects %q", p.Name, f.Name, f.Expect)
			}
		}
	}
}

func TestListShowsEvidence(t *testing.T) {
	out := call(t, "list", "stripe").out
	for _, want := range []string{"patience", "inferred", "captured", "run", "memory", "retry live"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

func TestHelpAndCompletion(t *testing.T) {
	if r := call(t, "--help"); r.code != 0 || !strings.Contains(r.out, "send") || !strings.Contains(r.out, "Exit codes") {
		t.Errorf("help: %v", r)
	}
	for _, shell := range []string{"bash", "zsh", "fish", "powershell"} {
		if r := call(t, "completion", shell); r.code != 0 || len(r.out) < 100 {
			t.Errorf("completion %s: exit %d, %d bytes", shell, r.code, len(r.out))
		}
	}
	if r := call(t, "__complete", "send", "stripe", "payment_intent.s"); !strings.Contains(r.out, "payment_intent.succeeded") {
		t.Errorf("events are not completed:\n%s", r.out)
	}
}

func TestVersion(t *testing.T) {
	if r := call(t, "version"); r.code != 0 || !strings.HasPrefix(r.out, "simhook ") {
		t.Errorf("%v", r)
	}
}
