package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// Captures are made by send --dry-run, spoiled here by hand, and given to verify.
// Every capture is signed at signedAt and verified five seconds later.
const signedAt, verifiedAt = "2026-01-02T03:04:05Z", "2026-01-02T03:04:10Z"

var signedUnix = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).Unix()

// A subject is one provider as verify sees it.
type subject struct {
	provider string
	secret   string   // of the provider's form, but not its public test secret; "" for a public key
	text     []string // flags that put umlauts and signs into the body
	json     bool     // the bytes of a JSON body are signed
}

const strangeText = `Zürich – 5 € <b>&</b> "a/b"`

// subjects are the providers that the diagnosis is held to.
func subjects(t *testing.T) []subject {
	merge := filepath.Join(t.TempDir(), "text.json")
	text, _ := json.Marshal(map[string]any{"simhook_text": strangeText, "simhook_empty": []any{map[string]any{}, []any{}}})
	if err := os.WriteFile(merge, text, 0o644); err != nil {
		t.Fatal(err)
	}
	merged := []string{"--merge", merge}
	return []subject{
		{"stripe", "whsec_bm9ib2R5a25vd3N0aGlzc2VjcmV0", merged, true},
		{"github", "a secret of the user's own", merged, true},
		{"shopify", "shpss_0123456789abcdef0123456789abcdef", merged, true},
		{"razorpay", "rzp-own-secret-42", merged, true},
		{"slack", "0123456789abcdef0fedcba987654321", merged, true},
		{"zoom", "x9F-kQ_7zTn2LwPq0AbCdE", merged, true},
		{"standardwebhooks", "whsec_bm9ib2R5IGtub3dzIHRoaXMgc2VjcmV0", merged, true},
		{"twilio", "fedcba98765432100123456789abcdef", []string{"--set", "Body=" + strangeText}, false},
		{"square", "own-Square-Key+1", merged, true},
		{"hubspot", "01234567-89ab-4cde-8f01-23456789abcd", []string{"--set", "0.changeSource=" + strangeText}, true},
		{"sendgrid", "", []string{"--set", "0.email=" + strangeText}, true},
		{"discord", "", merged, true},
		{"plaid", "", merged, true},
		{"aws_sns", "", []string{"--set", "Message=" + strangeText}, false},
	}
}

// request is a captured request in parts.
type request struct {
	head []string // request line and header lines
	body []byte
}

func (r request) bytes() string {
	return strings.Join(r.head, "\r\n") + "\r\n\r\n" + string(r.body)
}

// with gives the request another body, as something that forwards it would.
func (r request) with(body []byte) request {
	return request{r.head, body}.header("Content-Length", func(string) string { return strconv.Itoa(len(body)) })
}

// header changes the value of a header line; "" takes the line away.
func (r request) header(name string, change func(value string) string) request {
	var head []string
	for _, line := range r.head {
		if n, value, ok := strings.Cut(line, ": "); ok && strings.EqualFold(n, name) {
			if value = change(value); value == "" {
				continue
			}
			line = n + ": " + value
		}
		head = append(head, line)
	}
	return request{head, r.body}
}

func (r request) value(name string) (value string) {
	r.header(name, func(v string) string { value = v; return v })
	return value
}

func (r request) add(line string) request {
	return request{append(slices.Clone(r.head), line), r.body}
}

// dry makes a signed request.
func dry(t *testing.T, args ...string) request {
	t.Helper()
	r := call(t, append([]string{"send"}, append(args, "--dry-run", "--seed", "7", "--run", "r", "--now", signedAt)...)...)
	if r.code != 0 {
		t.Fatalf("send %q: exit %d\n%s", args, r.code, r.err)
	}
	head, body, _ := strings.Cut(r.out, "\r\n\r\n")
	return request{strings.Split(head, "\r\n"), []byte(body)}
}

func (s subject) dry(t *testing.T, args ...string) request {
	t.Helper()
	if s.secret != "" {
		args = append(args, "--secret", s.secret)
	}
	return dry(t, append([]string{s.provider}, args...)...)
}

var causeLine = regexp.MustCompile(`(?m)^  cause: .*  \[([a-z0-9-]+)\]$`)

// judged is what verify says of a capture.
type judged struct {
	result
	causes []string // their names, each once
}

// judge verifies a capture and insists on what holds of every answer.
func judge(t *testing.T, capture string, args ...string) judged {
	t.Helper()
	if !slices.Contains(args, "--now") {
		args = append(args, "--now", verifiedAt)
	}
	j := judged{result: simhook(t, nil, capture, append([]string{"verify", "-"}, args...)...)}
	for _, found := range causeLine.FindAllStringSubmatch(j.out, -1) {
		if !slices.Contains(j.causes, found[1]) {
			j.causes = append(j.causes, found[1])
		}
	}
	if len(j.causes) != 0 && j.code != 1 {
		t.Errorf("exit %d with causes %q", j.code, j.causes)
	}
	for i, arg := range args {
		if arg == "--secret" && len(args[i+1]) > 6 && strings.Contains(j.out+j.err, args[i+1]) {
			t.Errorf("the secret is printed:\n%s%s", j.out, j.err)
		}
	}
	return j
}

func (s subject) judge(t *testing.T, r request, args ...string) judged {
	t.Helper()
	if s.secret != "" && !slices.Contains(args, "--secret") {
		args = append(args, "--secret", s.secret)
	}
	if !slices.Contains(args, "--provider") {
		args = append(args, "--provider", s.provider)
	}
	return judge(t, r.bytes(), args...)
}

// found gives the request to verify without saying whose it is.
func (s subject) found(t *testing.T, r request) judged {
	t.Helper()
	if s.secret == "" {
		return judge(t, r.bytes())
	}
	return judge(t, r.bytes(), "--secret", s.secret)
}

// names insists on exactly these causes.
func (j judged) names(t *testing.T, what string, causes ...string) {
	t.Helper()
	if j.code != 1 || !slices.Equal(j.causes, causes) {
		t.Errorf("%s: exit %d, causes %q, want %q\n%s%s", what, j.code, j.causes, causes, j.out, j.err)
	}
}

func (j judged) holds(t *testing.T, what string) {
	t.Helper()
	if j.code != 0 || strings.Contains(j.out, "does not verify") {
		t.Errorf("%s: exit %d\n%s%s", what, j.code, j.out, j.err)
	}
}

// TestVerifyGenuine: what a provider sends verifies, whether the provider is named
// or found by its headers, in every variant and every format.
func TestVerifyGenuine(t *testing.T) {
	for _, s := range subjects(t) {
		r := s.dry(t, s.text...)
		s.judge(t, r).holds(t, s.provider)
		s.found(t, r).holds(t, s.provider+" found by its headers")
		object := call(t, append([]string{"send", s.provider, "--dry-run", "--output", "json", "--now", signedAt}, s.text...)...)
		judge(t, object.out).holds(t, s.provider+" as JSON")
	}
	for _, variant := range [][]string{
		{"github", "--variant", "form"}, {"stripe", "--variant", "live"}, {"stripe", "--variant", "thin"}, {"shopify", "--variant", "events"},
		{"twilio", "--variant", "json"}, {"square", "--variant", "legacy"}, {"aws_sns", "--variant", "v2"}, {"standardwebhooks", "--variant", "asymmetric"},
		{"gitlab"}, {"gitlab", "--variant", "signing"}, {"gitlab", "--variant", "both"}, {"mailgun"}, {"paddle"}, {"svix"}, {"openai"}, {"clerk"}, {"resend"},
	} {
		r := dry(t, variant...)
		judge(t, r.bytes(), "--provider", variant[0]).holds(t, strings.Join(variant, " "))
	}
}

// TestVerifyStranger: of a signature by any other key nothing is named, but where
// the signature itself shows that its key is another one.
func TestVerifyStranger(t *testing.T) {
	for _, s := range subjects(t) {
		t.Run(s.provider, func(t *testing.T) {
			t.Parallel()
			r := s.dry(t, append(s.text, "--fault", "wrong-key")...)
			switch j := s.judge(t, r); s.provider {
			case "plaid", "aws_sns":
				j.names(t, "wrong key", "key-other")
			default:
				j.names(t, "wrong key")
				if !strings.Contains(j.out, "none of the usual mistakes explains it") {
					t.Errorf("it does not say so:\n%s", j.out)
				}
			}
			if s.secret != "" {
				r = dry(t, s.provider)
				s.judge(t, r).names(t, "simhook's own secret", "key-test")
			}
		})
	}
}

// reserialisers are other tools that parse a body and write it again.
var reserialisers = map[string]struct{ tool, code string }{
	"JSON.stringify":            {"node", "JSON.stringify(JSON.parse(b))"},
	"JSON.stringify by two":     {"node", "JSON.stringify(JSON.parse(b), null, 2)"},
	"json.dumps":                {"python3", "json.dumps(json.loads(b))"},
	"json.dumps compact":        {"python3", "json.dumps(json.loads(b), separators=(',', ':'))"},
	"json.dumps indented":       {"python3", "json.dumps(json.loads(b), indent=2)"},
	"json.dumps without ASCII":  {"python3", "json.dumps(json.loads(b), ensure_ascii=False)"},
	"json.dumps sorted compact": {"python3", "json.dumps(json.loads(b), ensure_ascii=False, separators=(',', ':'), sort_keys=True)"},
}

// rewritten runs every tool once over all bodies.
func rewritten(t *testing.T, bodies [][]byte) map[string][][]byte {
	t.Helper()
	all := map[string][][]byte{}
	for name, r := range reserialisers {
		path, err := exec.LookPath(r.tool)
		if err != nil {
			t.Logf("no %s here: %s is left out", r.tool, name)
			continue
		}
		program := "const t = JSON.parse(require('fs').readFileSync(0)).map(x => { const b = Buffer.from(x, 'base64').toString(); return Buffer.from(" + r.code + ").toString('base64') }); console.log(JSON.stringify(t))"
		flag := "-e"
		if r.tool == "python3" {
			program = "import json, sys, base64\nt = []\nfor x in json.load(sys.stdin):\n    b = base64.b64decode(x).decode()\n    t.append(base64.b64encode((" + r.code + ").encode()).decode())\nprint(json.dumps(t))"
			flag = "-c"
		}
		input, _ := json.Marshal(bodies)
		command := exec.Command(path, flag, program)
		command.Stdin = bytes.NewReader(input)
		out, err := command.Output()
		var texts [][]byte
		if err == nil {
			err = json.Unmarshal(out, &texts)
		}
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, out)
		}
		all[name] = texts
	}
	for _, body := range bodies {
		all["json.Marshal of a map"] = append(all["json.Marshal of a map"], goMap(t, body))
		all["PHP json_encode"] = append(all["PHP json_encode"], php(compacted(t, body)))
		all["PHP pretty print"] = append(all["PHP pretty print"], php(indent(t, body, "    ")))
		all["Ruby JSON.generate"] = append(all["Ruby JSON.generate"], compacted(t, body))
		all["Ruby pretty_generate"] = append(all["Ruby pretty_generate"], oldRuby(indent(t, body, "  ")))
		all["Rails to_json"] = append(all["Rails to_json"], rails(compacted(t, body)))
	}
	return all
}

func goMap(t *testing.T, body []byte) []byte {
	t.Helper()
	var tree any
	if err := json.Unmarshal(body, &tree); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var escape = regexp.MustCompile(`\\(?:u[0-9a-fA-F]{4}|.)`)

// compacted writes JSON without white space and with the least escapes, as most do.
func compacted(t *testing.T, body []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Compact(&out, body); err != nil {
		t.Fatal(err)
	}
	return escape.ReplaceAllFunc(out.Bytes(), func(e []byte) []byte {
		var text string
		if json.Unmarshal([]byte(`"`+string(e)+`"`), &text) != nil || len(text) == 0 || text[0] < ' ' || text == `"` || text == `\` {
			return e
		}
		return []byte(text)
	})
}

func indent(t *testing.T, body []byte, by string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := json.Indent(&out, compacted(t, body), "", by); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// php: slashes and everything beyond ASCII are escaped.
func php(b []byte) []byte {
	var out strings.Builder
	for _, r := range strings.ReplaceAll(string(b), "/", `\/`) {
		if r < 0x80 {
			out.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&out, `\u%04x`, unit)
		}
	}
	return []byte(out.String())
}

// oldRuby: line ends in empty containers, as the json gem wrote before 2.0.
func oldRuby(b []byte) []byte {
	return regexp.MustCompile(`(?m)^( *)(.*)(\[\]|\{\})(,?)$`).ReplaceAllFunc(b, func(line []byte) []byte {
		if bytes.Contains(line, []byte("[]")) {
			return regexp.MustCompile(`^( *)(.*)\[\](,?)$`).ReplaceAll(line, []byte("$1$2[\n\n$1]$3"))
		}
		return regexp.MustCompile(`^( *)(.*)\{\}(,?)$`).ReplaceAll(line, []byte("$1$2{\n$1}$3"))
	})
}

func rails(b []byte) []byte {
	return []byte(strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`).Replace(string(b)))
}

// TestVerifyReserialised: a body that some tool parsed and wrote again is known,
// whichever the tool, and whatever the provider's own manner.
func TestVerifyReserialised(t *testing.T) {
	var all []subject
	var requests []request
	var bodies [][]byte
	for _, s := range append(subjects(t), subject{provider: "twilio", secret: "fedcba98765432100123456789abcdef", text: []string{"--variant", "json", "--set", "Body=" + strangeText}, json: true}) {
		if !s.json {
			continue
		}
		r := s.dry(t, s.text...)
		all, requests, bodies = append(all, s), append(requests, r), append(bodies, r.body)
	}
	for name, texts := range rewritten(t, bodies) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, s := range all {
				text := texts[i]
				want := "body-reserialised"
				switch {
				case bytes.Equal(text, bodies[i]):
					continue // it writes as the provider does
				case string(text)+"\r\n" == string(bodies[i]):
					want = "body-trimmed"
				}
				s.judge(t, requests[i].with(text)).names(t, s.provider+" by "+name, want)
			}
		})
	}
}

// TestVerifyOrderLost: where even the order cannot be found again, the clue is that it is sorted.
func TestVerifyOrderLost(t *testing.T) {
	s := subjects(t)[1]
	body := []byte(`{"zen":"a","ref":{"z":1,"y":2,"x":3,"w":4,"v":5},"list":[{"c":1,"b":2,"a":3}],"after":"b"}`)
	file := filepath.Join(t.TempDir(), "body.json")
	os.WriteFile(file, body, 0o644)
	r := s.dry(t, "--body", file)
	j := s.judge(t, r.with(goMap(t, body)))
	j.names(t, "sorted")
	if !strings.Contains(j.out, "clue: the members of this body are sorted by name") {
		t.Errorf("no clue:\n%s", j.out)
	}
}

// latin1 reads bytes as Latin-1 and writes them as UTF-8.
func latin1(b []byte) []byte {
	var out []rune
	for _, c := range b {
		out = append(out, rune(c))
	}
	return []byte(string(out))
}

// TestVerifyBody: what happens to the bytes of a body on its way.
func TestVerifyBody(t *testing.T) {
	for _, s := range subjects(t) {
		t.Run(s.provider, func(t *testing.T) {
			t.Parallel()
			r := s.dry(t, s.text...)
			body := string(r.body)
			quoted, _ := json.Marshal(body)
			for name, spoiled := range map[string]string{
				"body-padded":      body + "\n",
				"body-bom":         "\ufeff" + body,
				"body-base64":      base64.StdEncoding.EncodeToString(r.body),
				"body-json-string": string(quoted),
				"body-charset":     string(latin1(r.body)),
				"body-trimmed":     strings.TrimSuffix(body, "\r\n"),
				"body-line-ends":   strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "\n", "\r\n"),
			} {
				if spoiled == body {
					continue
				}
				if s.provider == "aws_sns" && (name == "body-padded" || name == "body-line-ends") {
					s.judge(t, r.with([]byte(spoiled))).holds(t, name) // only members of the body are signed
					continue
				}
				s.judge(t, r.with([]byte(spoiled))).names(t, name, name)
			}
		})
	}
}

// TestVerifyCharset: the other ways round, which need a text of their own.
func TestVerifyCharset(t *testing.T) {
	tried := 0
	for _, s := range subjects(t) {
		text := filepath.Join(t.TempDir(), "text.json")
		os.WriteFile(text, []byte(`{"simhook_text":"Zürich, café"}`), 0o644)
		if !slices.Contains(s.text, "--merge") {
			continue
		}
		r := s.dry(t, "--merge", text)
		if !bytes.Contains(r.body, []byte("ü")) {
			continue // escaped: no charset can spoil it
		}
		narrow := bytes.NewBuffer(nil)
		for _, c := range string(r.body) {
			if c > 0xff {
				c = '?'
			}
			narrow.WriteByte(byte(c))
		}
		if want := len(r.body); narrow.Len() == want || bytes.ContainsRune(narrow.Bytes(), '?') && !bytes.ContainsRune(r.body, '?') {
			continue // the pack's own texts do not go into Latin-1
		}
		tried++
		s.judge(t, r.with(narrow.Bytes())).names(t, s.provider+" as Latin-1", "body-charset")
		lossy := strings.NewReplacer("ü", "\ufffd", "é", "\ufffd").Replace(string(r.body))
		j := s.judge(t, r.with([]byte(lossy)))
		if s.provider != "plaid" { // whose token shows that it is of other bytes
			j.names(t, s.provider+" with bytes lost")
		}
		if !strings.Contains(j.out, "clue: the body holds U+FFFD") {
			t.Errorf("%s: no clue:\n%s", s.provider, j.out)
		}
	}
	if tried < 3 {
		t.Errorf("only %d providers have a body that goes into Latin-1", tried)
	}
	s := subjects(t)[0]
	r := s.dry(t, s.text...)
	windows := strings.NewReplacer("ü", "Ã¼", "–", "â€“", "€", "â‚¬").Replace(string(r.body))
	s.judge(t, r.with([]byte(windows))).names(t, "as Windows-1252", "body-charset")
	for text, clue := range map[string]string{"": "the body is empty", "[object Object]": "an object of JavaScript"} {
		j := s.judge(t, r.with([]byte(text)).header("Content-Length", func(string) string { return "" }))
		j.names(t, text)
		if !strings.Contains(j.out, "clue: ") || !strings.Contains(j.out, clue) {
			t.Errorf("%q: no clue:\n%s", text, j.out)
		}
	}
}

// TestVerifyEmptyBody: the sender read the body before it signed, and signed nothing.
func TestVerifyEmptyBody(t *testing.T) {
	for _, s := range subjects(t) {
		if !s.json {
			continue
		}
		empty := s.dry(t, "--body", os.DevNull)
		full := s.dry(t)
		s.judge(t, empty.with(full.body)).names(t, s.provider, "body-empty")
	}
}

// TestVerifyForms: forms, their escapes and the JSON in them.
func TestVerifyForms(t *testing.T) {
	github := subject{provider: "github", secret: "a secret"}
	r := github.dry(t, "--variant", "form", "--set", "head_commit.message=ü * ~ (a+b)")
	payload, _ := strings.CutPrefix(string(r.body), "payload=")
	inner, err := url.QueryUnescape(payload)
	if err != nil {
		t.Fatal(err)
	}
	github.judge(t, r.with([]byte(inner))).names(t, "the JSON taken out of the form", "body-form")
	github.judge(t, r.with(compacted(t, []byte(inner)))).names(t, "the JSON taken out and written again", "body-form")
	github.judge(t, r.with([]byte("payload="+strings.ReplaceAll(payload, "+", "%20")))).names(t, "%20 for +", "body-form")
	github.judge(t, r.with([]byte("payload="+strings.NewReplacer("+", "%20", "%2A", "*", "%28", "(", "%29", ")", "%21", "!", "%27", "'").Replace(payload)))).names(t, "other escapes", "body-form")

	plain := github.dry(t)
	form := []byte("payload=" + url.QueryEscape(string(plain.body)))
	github.judge(t, plain.with(form)).names(t, "the form was not signed", "body-form")

	slack := subject{provider: "slack", secret: "0123456789abcdef0fedcba987654321"}
	command := slack.dry(t, "command", "--set", "text=ü * ~ (a+b) & c")
	slack.judge(t, command.with(bytes.ReplaceAll(command.body, []byte("+"), []byte("%20")))).names(t, "a command with %20 for +", "body-form")
	slack.judge(t, command.with([]byte(strings.NewReplacer("%2A", "*", "~", "%7E").Replace(string(command.body))))).names(t, "a command as a browser writes it", "body-form")
	twilio := subject{provider: "twilio", secret: "fedcba98765432100123456789abcdef"}
	message := twilio.dry(t)
	fields, err := url.ParseQuery(string(message.body))
	if err != nil {
		t.Fatal(err)
	}
	object := map[string]string{}
	for name := range fields {
		object[name] = fields.Get(name)
	}
	asJSON, _ := json.Marshal(object)
	twilio.judge(t, message.with(asJSON)).names(t, "fields made into JSON", "body-form")
	twilio.judge(t, message.with([]byte(fields.Encode()))).holds(t, "fields in another order")
}

// TestVerifyKeys: the secret as people hold it.
func TestVerifyKeys(t *testing.T) {
	decodedText := func(text string) string {
		raw, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	decodedHex := func(text string) string {
		raw, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	for _, s := range subjects(t) {
		if s.secret == "" {
			continue
		}
		t.Run(s.provider, func(t *testing.T) {
			t.Parallel()
			r := s.dry(t)
			s.judge(t, r, "--secret", " "+s.secret+"\t").names(t, "white space", "key-white-space")
			s.judge(t, r, "--secret", `"`+s.secret+`"`).names(t, "quotes", "key-quotes")
			s.judge(t, r, "--secret", s.secret+"\n").holds(t, "the line feed of a file")
			if s.provider != "standardwebhooks" { // its secret is decoded, and no line feed survives that
				s.judge(t, s.dry(t, "--fault", "key-with-newline")).names(t, "the sender's line feed", "key-white-space")
			}
			s.judge(t, s.dry(t, "--fault", "key-other-form")).names(t, "the wrong form", "key-form")
			s.judge(t, s.dry(t, "--fault", "empty-key")).names(t, "no secret", s.empty()...)
			for _, word := range []string{"secret", "whsec_test_secret", "undefined"} {
				s.judge(t, s.dry(t, "--fault", "placeholder-key."+word)).names(t, "placeholder "+word, "key-placeholder")
			}
		})
	}
	for _, c := range []struct{ provider, sender, receiver, cause string }{
		{"stripe", "whsec_bm9ib2R5a25vd3N0aGlzc2VjcmV0", "bm9ib2R5a25vd3N0aGlzc2VjcmV0", "key-prefix"},
		{"stripe", "bm9ib2R5a25vd3N0aGlzc2VjcmV0", "whsec_bm9ib2R5a25vd3N0aGlzc2VjcmV0", "key-prefix"},
		{"stripe", "whsec_bm9ib2R5a25vd3N0aGlzc2VjcmV0", decodedText("bm9ib2R5a25vd3N0aGlzc2VjcmV0"), "key-form"},
		{"stripe", decodedText("bm9ib2R5a25vd3N0aGlzc2VjcmV0"), "whsec_bm9ib2R5a25vd3N0aGlzc2VjcmV0", "key-form"},
		{"slack", "0123456789abcdef0fedcba987654321", decodedHex("0123456789abcdef0fedcba987654321"), "key-form"},
		{"slack", decodedHex("0123456789abcdef0fedcba987654321"), "0123456789abcdef0fedcba987654321", "key-form"},
		{"github", "a b", base64.StdEncoding.EncodeToString([]byte("a b")), "key-form"},
		{"shopify", "shpss_0123456789abcdef0123456789abcdef", "0123456789abcdef0123456789abcdef", "key-prefix"},
		{"shopify", "shpss_0123456789abcdef0123456789abcdef", decodedHex("0123456789abcdef0123456789abcdef"), ""},
		{"standardwebhooks", "whsec_bm9ib2R5IGtub3dzIHRoaXMgc2VjcmV0", "bm9ib2R5IGtub3dzIHRoaXMgc2VjcmV0", "valid"},
		{"standardwebhooks", "whsec_bm9ib2R5IGtub3dzIHRoaXMgc2VjcmV0", "nobody knows this secret", "key-form"},
		{"standardwebhooks", "whsec_" + base64.StdEncoding.EncodeToString([]byte("bm9ib2R5IGtub3dzIHRoaXMgc2VjcmV0")), "whsec_bm9ib2R5IGtub3dzIHRoaXMgc2VjcmV0", "key-form"},
		{"standardwebhooks", "whsec_" + base64.StdEncoding.EncodeToString([]byte("whsec_bm9ib2R5IGtub3dzIHRoaXMgc2VjcmV0")), "whsec_bm9ib2R5IGtub3dzIHRoaXMgc2VjcmV0", "key-form"},
	} {
		sender, receiver := subject{provider: c.provider, secret: c.sender}, subject{provider: c.provider, secret: c.receiver}
		switch j := receiver.judge(t, sender.dry(t)); c.cause {
		case "valid":
			j.holds(t, c.provider)
		case "":
			j.names(t, c.provider+" "+c.sender)
		default:
			j.names(t, c.provider+" "+c.sender, c.cause)
		}
	}
}

// empty: an HMAC has an empty key; HubSpot's first version hashes the secret itself.
func (s subject) empty() []string {
	if s.provider == "hubspot" {
		return []string{"key-empty", "signature-unkeyed"}
	}
	return []string{"key-empty"}
}

// TestVerifySecretsAreNeverPrinted: not even the half of one before an underscore.
func TestVerifySecretsAreNeverPrinted(t *testing.T) {
	const secret = "topsecret_part_one_and_the_longest_part"
	s := subject{provider: "github", secret: secret}
	for _, sender := range []string{"part_one_and_the_longest_part", secret + "\n", "part", secret} {
		r := dry(t, "github", "--secret", sender)
		for _, output := range []string{"text", "json"} {
			j := s.judge(t, r, "--output", output)
			if strings.Contains(j.out+j.err, "topsecret") || strings.Contains(j.out+j.err, "longest") {
				t.Errorf("a part of the secret is printed:\n%s%s", j.out, j.err)
			}
		}
	}
}

// TestVerifySignatureText: the signature is right, but not as it was sent.
func TestVerifySignatureText(t *testing.T) {
	toBase64 := func(text string) string {
		raw, _ := hex.DecodeString(text)
		return base64.StdEncoding.EncodeToString(raw)
	}
	toHex := func(text string) string {
		raw, _ := base64.StdEncoding.DecodeString(text)
		return hex.EncodeToString(raw)
	}
	last := regexp.MustCompile(`[0-9a-f]{64}`)
	first := func(change func(string) string) func(string) string {
		return func(value string) string {
			at := last.FindStringIndex(value)
			return value[:at[0]] + change(value[at[0]:at[1]]) + value[at[1]:]
		}
	}
	half := func(text string) string { return text[:len(text)/2] }
	for _, c := range []struct {
		provider, header string
		change           func(string) string
		cause            string
	}{
		{"stripe", "Stripe-Signature", first(strings.ToUpper), "signature-case"},
		{"stripe", "Stripe-Signature", first(half), "signature-truncated"},
		{"stripe", "Stripe-Signature", first(toBase64), "signature-encoding"},
		{"stripe", "Stripe-Signature", func(v string) string { return strings.ReplaceAll(v, ",", ", ") }, "space-after-separator"},
		{"stripe", "Stripe-Signature", func(v string) string { return `"` + v + `"` }, "quoted"},
		{"stripe", "Stripe-Signature", func(v string) string { return url.QueryEscape(v) }, "percent-encoded"},
		{"github", "X-Hub-Signature-256", func(v string) string { return strings.TrimPrefix(v, "sha256=") }, "prefix-missing"},
		{"github", "X-Hub-Signature-256", func(v string) string { return strings.ToUpper(v[:7]) + v[7:] }, "prefix-case"},
		{"github", "X-Hub-Signature-256", first(strings.ToUpper), "signature-case"},
		{"github", "X-Hub-Signature-256", first(toBase64), "signature-encoding"},
		{"github", "X-Hub-Signature-256", first(half), "signature-truncated"},
		{"github", "X-Hub-Signature-256", func(string) string { return "sha256=undefined" }, "signature-form"},
		{"shopify", "X-Shopify-Hmac-Sha256", toHex, "signature-encoding"},
		{"shopify", "X-Shopify-Hmac-Sha256", func(v string) string { return "sha256=" + v }, "prefix-strange"},
		{"shopify", "X-Shopify-Hmac-Sha256", strings.ToUpper, "signature-case"},
		{"shopify", "X-Shopify-Hmac-Sha256", func(v string) string { return strings.TrimRight(v, "=") }, "signature-truncated"},
		{"razorpay", "X-Razorpay-Signature", toBase64, "signature-encoding"},
		{"razorpay", "X-Razorpay-Signature", func(v string) string { return "sha256=" + v }, "prefix-strange"},
		{"slack", "X-Slack-Signature", func(v string) string { return strings.TrimPrefix(v, "v0=") }, "prefix-missing"},
		{"slack", "X-Slack-Signature", func(v string) string { return "v0= " + v[3:] }, "space-after-separator"},
		{"zoom", "x-zm-signature", strings.ToUpper, "signature-case"},
		{"zoom", "x-zm-signature", func(v string) string { return "V" + v[1:] }, "prefix-case"},
		{"standardwebhooks", "webhook-signature", func(v string) string { return strings.TrimPrefix(v, "v1,") }, "prefix-missing"},
		{"standardwebhooks", "webhook-signature", func(v string) string { return "v1, " + v[3:] }, "space-after-separator"},
		{"standardwebhooks", "webhook-signature", func(v string) string { return "v1," + toHex(v[3:]) }, "signature-encoding"},
		{"standardwebhooks", "webhook-signature", half, "signature-truncated"},
		{"twilio", "X-Twilio-Signature", toHex, "signature-encoding"},
		{"square", "x-square-hmacsha256-signature", toHex, "signature-encoding"},
		{"hubspot", "X-HubSpot-Signature-v3", toHex, "signature-encoding"},
		{"sendgrid", "X-Twilio-Email-Event-Webhook-Signature", toHex, "signature-encoding"},
		{"sendgrid", "X-Twilio-Email-Event-Webhook-Signature", half, "signature-form"},
		{"discord", "X-Signature-Ed25519", toBase64, "signature-encoding"},
		{"discord", "X-Signature-Ed25519", half, "signature-form"},
		{"plaid", "Plaid-Verification", half, "signature-form"},
		{"plaid", "Plaid-Verification", func(v string) string { return "Bearer " + v }, "prefix-strange"},
	} {
		r := dry(t, c.provider)
		s := subject{provider: c.provider}
		before := r.value(c.header)
		if before == "" || c.change(before) == before {
			t.Errorf("%s: %s is %q, and is not changed", c.provider, c.header, before)
		}
		s.judge(t, r.header(c.header, c.change)).names(t, c.provider+" "+c.change(before), c.cause)
	}
	discord := dry(t, "discord").header("X-Signature-Ed25519", strings.ToUpper)
	subject{provider: "discord"}.judge(t, discord).holds(t, "upper case is the same number")
	for _, s := range subjects(t) {
		if s.secret != "" && s.provider != "hubspot" {
			s.judge(t, s.dry(t, "--fault", "unkeyed-hash")).names(t, s.provider+" without a key", "signature-unkeyed")
		}
	}
}

func hmacHex(secret, text string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// TestVerifyOtherBytes: the right key over the wrong bytes, or by the wrong hash.
func TestVerifyOtherBytes(t *testing.T) {
	all := subjects(t)
	stripe, github, slack := all[0], all[1], all[4]
	r := stripe.dry(t)
	stripe.judge(t, r.header("Stripe-Signature", func(string) string {
		return fmt.Sprintf("t=%d,v1=%s", signedUnix, hmacHex(stripe.secret, string(r.body)))
	})).names(t, "the body alone", "signed-other")
	r = slack.dry(t)
	slack.judge(t, r.header("X-Slack-Signature", func(string) string {
		return "v0=" + hmacHex(slack.secret, fmt.Sprintf("%d:%s", signedUnix, r.body))
	})).names(t, "without v0:", "signed-other")
	r = github.dry(t)
	github.judge(t, r.header("X-Hub-Signature", func(string) string { return "" }).header("X-Hub-Signature-256", func(string) string {
		mac := hmac.New(sha1.New, []byte(github.secret))
		mac.Write(r.body)
		return "sha256=" + hex.EncodeToString(mac.Sum(nil))
	})).names(t, "SHA-1 for SHA-256", "signature-algorithm")

	for _, s := range all {
		t.Run(s.provider, func(t *testing.T) {
			t.Parallel()
			r := s.dry(t)
			body := bytes.Replace(r.body, []byte("e"), []byte("f"), 1)
			if i := bytes.Index(body, []byte("\"Message\" : \"")); i >= 0 {
				body = slices.Insert(slices.Clone(r.body), i+13, 'x')
			}
			switch j := s.judge(t, r.with(body)); s.provider {
			case "plaid", "aws_sns":
				j.names(t, "another body", "other-bytes")
			default:
				j.names(t, "another body")
			}
		})
	}
}

// TestVerifyTwoHeaders: the secret that fits the weaker of two headers only.
func TestVerifyTwoHeaders(t *testing.T) {
	all := subjects(t)
	for _, c := range []struct {
		s      subject
		header string
	}{{all[1], "X-Hub-Signature-256"}, {all[9], "X-HubSpot-Signature-v3"}} {
		r := c.s.dry(t)
		other := dry(t, c.s.provider, "--secret", "the secret of somebody else")
		j := c.s.judge(t, r.header(c.header, func(string) string { return other.value(c.header) }))
		j.names(t, c.s.provider, "other-header")
		if !strings.Contains(j.out, ": valid") {
			t.Errorf("the other header is not said to be valid:\n%s", j.out)
		}
	}
	square := all[8]
	r := square.dry(t, "--variant", "legacy")
	other := dry(t, "square", "--variant", "legacy", "--secret", "somebody else's")
	square.judge(t, r.header("x-square-hmacsha256-signature", func(string) string { return other.value("x-square-hmacsha256-signature") })).names(t, "square", "other-header")

	github := all[1]
	r = github.dry(t)
	bad := "X-Hub-Signature-256: sha256=" + strings.Repeat("0", 64)
	twice := request{slices.Insert(slices.Clone(r.head), 1, bad), r.body}
	github.judge(t, twice).names(t, "a wrong line first", "header-twice")
	github.judge(t, r.add(bad)).holds(t, "a wrong line last")
}

// TestVerifyTime: how late, how early, in which unit.
func TestVerifyTime(t *testing.T) {
	at := func(d time.Duration) string { return strconv.FormatInt(signedUnix+int64(d/time.Second), 10) }
	all := subjects(t)
	for _, c := range []struct {
		s        subject
		age      time.Duration
		cause    string
		old, off string
	}{
		{all[0], 5 * time.Minute, "", "", ""},
		{all[0], 5*time.Minute + time.Second, "stale", "5m1s old", "1s more than the 5m0s"},
		{all[0], 26 * time.Hour, "stale", "26h0m0s old", "25h55m0s more than the 5m0s"},
		{all[0], -time.Hour, "", "", ""}, // Stripe's libraries accept what is ahead
		{all[4], 7 * time.Minute, "stale", "7m0s old", "2m0s more than the 5m0s"},
		{all[4], -7 * time.Minute, "future", "7m0s ahead", "2m0s more than the 5m0s"},
		{all[6], 301 * time.Second, "stale", "5m1s old", "1s more than the 5m0s"},
		{all[6], -301 * time.Second, "future", "5m1s ahead", "1s more than the 5m0s"},
		{all[9], 10 * time.Minute, "stale", "10m0s old", "5m0s more than the 5m0s"},
		{all[12], 10 * time.Minute, "stale", "10m0s old", "5m0s more than the 5m0s"},
		{all[5], 1000 * time.Hour, "", "", ""},  // Zoom names no limit
		{all[10], 1000 * time.Hour, "", "", ""}, // nor does SendGrid
	} {
		j := c.s.judge(t, c.s.dry(t), "--now", at(c.age))
		what := fmt.Sprintf("%s after %v", c.s.provider, c.age)
		if c.cause == "" {
			j.holds(t, what)
			continue
		}
		j.names(t, what, c.cause)
		if !strings.Contains(j.out, c.old) || !strings.Contains(j.out, c.off) {
			t.Errorf("%s: no %q and %q in\n%s", what, c.old, c.off, j.out)
		}
	}
	for _, s := range all {
		s.judge(t, s.dry(t), "--now", "capture").holds(t, s.provider+" at its own time")
	}
	ms := all[0].dry(t).header("Stripe-Signature", func(string) string { return "" })
	stamp := strconv.FormatInt(signedUnix*1000, 10)
	j := all[0].judge(t, ms.add("Stripe-Signature: t="+stamp+",v1="+hmacHex(all[0].secret, stamp+"."+string(ms.body))))
	if j.holds(t, "milliseconds, which Stripe's libraries accept"); !strings.Contains(j.out, "is its time in milliseconds?") {
		t.Errorf("nothing is said of the unit:\n%s", j.out)
	}
}

// TestVerifyTimeReplaced: another time than was signed, or in another unit.
func TestVerifyTimeReplaced(t *testing.T) {
	all := subjects(t)
	stripe, slack, zoom, hubspot, discord := all[0], all[4], all[5], all[9], all[11]
	for _, by := range []int64{1, -299, 3600, 30000} {
		later := func(string) string { return strconv.FormatInt(signedUnix+by, 10) }
		now := later("")
		j := slack.judge(t, slack.dry(t).header("X-Slack-Request-Timestamp", later), "--now", now)
		j.names(t, "slack", "time-replaced")
		if want := (time.Duration(by) * time.Second).Abs().String() + " away"; !strings.Contains(j.out, want) {
			t.Errorf("no %q in\n%s", want, j.out)
		}
	}
	stripe.judge(t, stripe.dry(t).header("Stripe-Signature", func(v string) string {
		return strings.Replace(v, "t="+strconv.FormatInt(signedUnix, 10), "t="+strconv.FormatInt(signedUnix+60, 10), 1)
	})).names(t, "stripe", "time-replaced")
	discord.judge(t, discord.dry(t).header("X-Signature-Timestamp", func(string) string { return strconv.FormatInt(signedUnix+900, 10) })).names(t, "discord", "time-replaced")

	ms := strconv.FormatInt(signedUnix*1000, 10)
	r := slack.dry(t)
	inMs := r.header("X-Slack-Request-Timestamp", func(string) string { return ms }).header("X-Slack-Signature", func(string) string {
		return "v0=" + hmacHex(slack.secret, "v0:"+ms+":"+string(r.body))
	})
	slack.judge(t, inMs).names(t, "milliseconds sent and signed", "time-unit")
	slack.judge(t, inMs.header("X-Slack-Request-Timestamp", func(string) string { return strconv.FormatInt(signedUnix, 10) })).names(t, "milliseconds signed, seconds sent", "time-unit")
	zoom.judge(t, zoom.dry(t).header("x-zm-request-timestamp", func(string) string { return ms })).names(t, "seconds signed, milliseconds sent", "time-unit")
	zoom.judge(t, zoom.dry(t).header("x-zm-request-timestamp", func(string) string { return signedAt })).names(t, "seconds signed, a date sent", "time-unit")

	r = hubspot.dry(t)
	seconds := strconv.FormatInt(signedUnix, 10)
	mac := hmac.New(sha256.New, []byte(hubspot.secret))
	mac.Write([]byte("POSThttp://localhost:8080/webhooks" + string(r.body) + seconds))
	j := hubspot.judge(t, r.header("X-HubSpot-Request-Timestamp", func(string) string { return seconds }).
		header("X-HubSpot-Signature-v3", func(string) string { return base64.StdEncoding.EncodeToString(mac.Sum(nil)) }))
	j.names(t, "seconds where milliseconds are wanted", "time-unit")

	for _, c := range []struct {
		s      subject
		header string
	}{{slack, "X-Slack-Request-Timestamp"}, {all[6], "webhook-timestamp"}, {all[6], "webhook-id"}, {hubspot, "X-HubSpot-Request-Timestamp"}} {
		j := c.s.judge(t, c.s.dry(t).header(c.header, func(string) string { return "" }))
		j.names(t, "without "+c.header)
		if !strings.Contains(j.out, c.header+" is missing or empty") {
			t.Errorf("it does not say what is missing:\n%s", j.out)
		}
	}
}

// TestVerifyURL: the provider signs the address it was given, and a proxy hides it.
func TestVerifyURL(t *testing.T) {
	for _, s := range []subject{subjects(t)[7], subjects(t)[8], subjects(t)[9], {provider: "twilio", secret: "fedcba98765432100123456789abcdef", text: []string{"--variant", "json"}}} {
		for _, c := range []struct {
			signed string
			lines  []string
			cause  string
		}{
			{"http://localhost:8080/webhooks", nil, ""},
			{"https://localhost:8080/webhooks", nil, "url"},
			{"https://localhost/webhooks", nil, "url"},
			{"http://localhost/webhooks", nil, "url"},
			{"http://localhost:8080/webhooks/", nil, "url"},
			{"https://localhost:8080/webhooks", []string{"X-Forwarded-Proto: https"}, ""},
			{"https://hooks.example.com/webhooks", []string{"X-Forwarded-Proto: https", "X-Forwarded-Host: hooks.example.com"}, "url"},
			{"https://hooks.example.com/webhooks", []string{"Forwarded: for=192.0.2.1;host=hooks.example.com;proto=https"}, "url"},
			{"https://hooks.example.com/api/webhooks", []string{"X-Original-Host: hooks.example.com", "X-Forwarded-Prefix: /api"}, "url"},
			{"https://elsewhere.example.com/webhooks", nil, "none"},
		} {
			r := s.dry(t, append(s.text, "--signed-url", c.signed)...)
			for _, line := range c.lines {
				r = r.add(line)
			}
			what := s.provider + " signed for " + c.signed
			j := s.judge(t, r)
			switch {
			case c.cause == "":
				j.holds(t, what)
			case c.cause == "url":
				j.names(t, what, "url")
				if !strings.Contains(j.out, "the signature is for "+c.signed) {
					t.Errorf("%s: the address is not said:\n%s", what, j.out)
				}
			case s.provider == "hubspot": // its first version signs no URL
				j.names(t, what, "other-header")
			default:
				j.names(t, what)
			}
			signed := c.signed
			if query := regexp.MustCompile(`\?\S*`).FindString(r.head[0]); query != "" {
				signed += query
			}
			s.judge(t, r, "--signed-url", signed).holds(t, what+", and verified with it")
		}
	}
}

// TestVerifyTwoMistakes: two at once are named together.
func TestVerifyTwoMistakes(t *testing.T) {
	all := subjects(t)
	stripe, square := all[0], all[8]
	r := stripe.dry(t)
	stripe.judge(t, r.with(compacted(t, r.body)), "--secret", `"`+stripe.secret+`"`).names(t, "quotes and another body", "key-quotes", "body-reserialised")
	r = square.dry(t, "--signed-url", "https://localhost/webhooks")
	square.judge(t, r.with(append(r.body, '\n'))).names(t, "URL and line feed", "body-padded", "url")
	square.judge(t, r, "--secret", square.secret+" ").names(t, "URL and white space", "key-white-space", "url")
}

// TestVerifyPublicKeys: a public key is enough, in any form that dashboards show.
func TestVerifyPublicKeys(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	public := func(provider string) string {
		var shown struct {
			PublicKey string `json:"public_key"`
		}
		if err := json.Unmarshal([]byte(call(t, "send", provider, "--dry-run", "--output", "json").out), &shown); err != nil {
			t.Fatal(err)
		}
		return shown.PublicKey
	}
	for _, s := range subjects(t)[10:] {
		pem := public(s.provider)
		file := write(s.provider+".pem", pem)
		r := s.dry(t, s.text...)
		s.judge(t, r, "--key", file).holds(t, s.provider+" by its public key")
		bare := strings.Join(strings.Split(strings.TrimSpace(pem), "\n")[1:], "")
		bare, _, _ = strings.Cut(bare, "-----")
		s.judge(t, r, "--key", write(s.provider+".txt", bare)).holds(t, s.provider+" by the base64 of it")
		s.judge(t, r, "--secret", bare).holds(t, s.provider+" by the base64 of it as its secret")
		if s.provider != "aws_sns" {
			s.judge(t, r.with(append(slices.Clone(r.body), '\n')), "--key", file).names(t, s.provider+" with a line feed more", "body-padded")
		}
		j := s.judge(t, r, "--key", write("junk.pem", "no key"))
		if j.code != 2 || !strings.Contains(j.err, "no key in this PEM") || !strings.Contains(j.err, "hint: the public key of the sender") {
			t.Errorf("%s: exit %d\n%s", s.provider, j.code, j.err)
		}
	}
	raw, err := base64.StdEncoding.DecodeString(strings.Split(public("discord"), "\n")[1])
	if err != nil {
		t.Fatal(err)
	}
	discord := subject{provider: "discord"}
	discord.judge(t, discord.dry(t), "--secret", hex.EncodeToString(raw[len(raw)-32:])).holds(t, "Discord's 64 digits")
	j := discord.judge(t, discord.dry(t), "--key", filepath.Join(dir, "aws_sns.pem"))
	if j.code != 2 || !strings.Contains(j.err, "wants an ed25519 key, got rsa") {
		t.Errorf("a key of another kind: exit %d\n%s", j.code, j.err)
	}
	for provider, curve := range map[string][]string{"sendgrid": {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"}, "discord": {"-algorithm", "ed25519"}, "plaid": {"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"}, "aws_sns": {"-algorithm", "RSA"}} {
		key, err := exec.Command("openssl", append([]string{"genpkey"}, curve...)...).Output()
		if err != nil {
			t.Skip("no openssl here")
		}
		own := write(provider+"-own.pem", string(key))
		s := subject{provider: provider}
		s.judge(t, s.dry(t), "--key", own).names(t, provider+" signed by simhook's test key", "key-test")
		r := s.dry(t, "--key", own)
		s.judge(t, r, "--key", own).holds(t, provider+" by a private key")
		j := s.judge(t, r, "--key", filepath.Join(dir, provider+".pem"))
		switch provider {
		case "plaid", "aws_sns":
			j.names(t, provider+" by a wrong public key", "key-other")
		default:
			j.names(t, provider+" by a wrong public key")
			if !strings.Contains(j.out, "the key is another one, or the bytes are") {
				t.Errorf("it is not said:\n%s", j.out)
			}
		}
	}
	none := dry(t, "plaid").header("Plaid-Verification", func(token string) string {
		return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none"}`)) + token[strings.IndexByte(token, '.'):]
	})
	subject{provider: "plaid"}.judge(t, none).names(t, "a token without a signature", "token-algorithm")
}

// TestVerifyDetection: whose request it is.
func TestVerifyDetection(t *testing.T) {
	for provider, title := range map[string]string{"stripe": "Stripe", "aws_sns": "Amazon SNS", "standardwebhooks": "Standard Webhooks", "openai": "OpenAI", "gitlab": "GitLab", "zoom": "Zoom", "mailgun": "Mailgun"} {
		r := dry(t, provider).add("Authorization: Basic dXNlcjpwYXNzd29yZA==")
		j := judge(t, r.bytes())
		j.holds(t, provider)
		if !strings.Contains(j.out, ", "+title+"\n") {
			t.Errorf("%s is taken for another:\n%s", provider, j.out)
		}
	}
	for _, c := range []struct{ capture, text, hint string }{
		{"POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer abc\r\n\r\n{}", "no header of this request is the signature of a provider", "--provider NAME"},
		{"POST / HTTP/1.1\r\nHost: x\r\nX-Signature: abc\r\n\r\n{}", "no header of this request is the signature of a provider", "--provider NAME"},
		{dry(t, "stripe").header("Stripe-Signature", func(string) string { return "" }).bytes(), "no header of this request is the signature of a provider", "lost on its way"},
		{"", "the capture is empty", "a raw HTTP request"},
		{`{"id":"evt_1","object":"event"}`, "this JSON is no capture: it has no headers", "a bare body needs its header lines too"},
	} {
		j := judge(t, c.capture)
		if j.code != 2 || !strings.Contains(j.err, c.text) || !strings.Contains(j.err, "hint: ") || !strings.Contains(j.err, c.hint) {
			t.Errorf("exit %d, want %q and %q:\n%s", j.code, c.text, c.hint, j.err)
		}
	}
	shared := dry(t, "svix")
	j := judge(t, shared.bytes())
	if j.holds(t, "a header that several share"); !strings.Contains(j.out, " or Svix\n") {
		t.Errorf("the others are not said:\n%s", j.out)
	}
	bare := request{[]string{shared.head[0], shared.head[1]}, shared.body}
	for _, name := range []string{"id", "timestamp", "signature"} {
		bare = bare.add("webhook-" + name + ": " + shared.value("svix-"+name))
	}
	judge(t, bare.bytes()).holds(t, "nothing but the headers of Standard Webhooks")
	j = judge(t, dry(t, "stripe").bytes(), "--provider", "github")
	j.names(t, "the wrong provider")
	if !strings.Contains(j.out, "X-Hub-Signature-256 is missing") {
		t.Errorf("it does not say what is missing:\n%s", j.out)
	}
	if j := judge(t, dry(t, "stripe").bytes(), "--provider", "strpe"); j.code != 2 || !strings.Contains(j.err, `did you mean "stripe"?`) {
		t.Errorf("exit %d\n%s", j.code, j.err)
	}
	if j := judge(t, dry(t, "stripe").bytes(), "--variant", "lvie"); j.code != 2 || !strings.Contains(j.err, `did you mean "live"?`) {
		t.Errorf("exit %d\n%s", j.code, j.err)
	}
}

// TestVerifyBodyFile: a capture without its body is no dead end.
func TestVerifyBodyFile(t *testing.T) {
	r := dry(t, "stripe")
	curl := "> " + strings.Join(r.head, "\r\n> ") + "\r\n> \r\n} [19 bytes data]\r\n< HTTP/1.1 400 Bad Request\r\n"
	j := judge(t, curl)
	if j.code != 2 || !strings.Contains(j.err, "this curl -v capture does not hold the body") || !strings.Contains(j.err, "--body FILE") {
		t.Errorf("exit %d\n%s", j.code, j.err)
	}
	file := filepath.Join(t.TempDir(), "body.json")
	os.WriteFile(file, r.body, 0o644)
	judge(t, curl, "--body", file).holds(t, "with the body")
	os.WriteFile(file, append(r.body, '\n'), 0o644)
	judge(t, curl, "--body", file).holds(t, "with the body as an editor saves it")
	os.WriteFile(file, r.body[:100], 0o644)
	j = judge(t, curl, "--body", file)
	j.names(t, "with half a body")
	if !strings.Contains(j.out, "note: the body has 100 bytes, Content-Length says ") {
		t.Errorf("no note:\n%s", j.out)
	}
	for _, c := range []struct{ args, text string }{
		{"--body -", "standard input can be read once only"}, {"--entry -1", "--entry -1"}, {"--output xml", `--output "xml"`}, {"--now yesterday", `--now "yesterday"`}, {"--body nowhere.json", "there is no such file"},
	} {
		if j := judge(t, r.bytes(), strings.Fields(c.args)...); j.code != 2 || !strings.Contains(j.err, c.text) || !strings.Contains(j.err, "hint: ") {
			t.Errorf("%s: exit %d\n%s", c.args, j.code, j.err)
		}
	}
}

// TestVerifyJSON: the shape of the object.
func TestVerifyJSON(t *testing.T) {
	github := subjects(t)[1]
	r := github.dry(t)
	got := map[string]any{}
	decode := func(j judged) {
		t.Helper()
		clear(got)
		if err := json.Unmarshal([]byte(j.out), &got); err != nil {
			t.Fatalf("%v\n%s", err, j.out)
		}
	}
	j := github.judge(t, r, "--output", "json")
	decode(j)
	want := map[string]any{"provider": "github", "valid": true, "secret_source": "flag", "schemes": []any{map[string]any{"scheme": "sha256", "valid": true}, map[string]any{"scheme": "sha1", "valid": true}}}
	if j.code != 0 || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("exit %d\ngot  %v\nwant %v", j.code, got, want)
	}
	j = github.judge(t, request{r.head, append(slices.Clone(r.body), ' ')}, "--output", "json")
	decode(j)
	scheme := got["schemes"].([]any)[0].(map[string]any)
	cause := scheme["causes"].([]any)[0].(map[string]any)
	if j.code != 1 || got["valid"] != false || scheme["valid"] != false || scheme["error"] == "" || cause["name"] != "body-padded" || cause["text"] == "" || cause["cure"] == "" {
		t.Errorf("exit %d\n%s", j.code, j.out)
	}
	if notes, _ := got["notes"].([]any); len(notes) != 1 || !strings.Contains(notes[0].(string), "Content-Length") {
		t.Errorf("notes are %v", got["notes"])
	}
	decode(github.judge(t, r.with([]byte("[object Object]")), "--output", "json"))
	if clues, _ := got["clues"].([]any); len(clues) != 1 {
		t.Errorf("clues are %v", got["clues"])
	}
}

// elsewhere are faults that the tests above have, and after which everything is tried.
var elsewhere = regexp.MustCompile(`^(placeholder-key\.|truncated-signature\.|tampered-|wrong-key|cut-body|other-event|several\.none|signature-twice\.both-bad)`)

// TestVerifyFaults: whatever fault send can commit, verify never takes it for
// genuine where a sound receiver must refuse it. One provider stands for each kind
// of signature.
func TestVerifyFaults(t *testing.T) {
	for _, s := range subjects(t) {
		if !slices.Contains([]string{"stripe", "hubspot", "discord", "plaid"}, s.provider) {
			continue
		}
		t.Run(s.provider, func(t *testing.T) {
			t.Parallel()
			var listed []struct {
				Faults []struct{ Name, Expect string }
			}
			if err := json.Unmarshal([]byte(call(t, "list", s.provider, "--output", "json").out), &listed); err != nil {
				t.Fatal(err)
			}
			for _, f := range listed[0].Faults {
				if elsewhere.MatchString(f.Name) {
					continue
				}
				r := call(t, "send", s.provider, "--fault", f.Name, "--dry-run", "--seed", "7", "--run", "r", "--now", verifiedAt)
				if r.code != 0 {
					continue // not for this variant
				}
				j := judge(t, r.out, "--provider", s.provider)
				if f.Expect == "refuse" && j.code != 1 || f.Expect == "accept" && j.code != 0 || j.code > 1 {
					t.Errorf("%s: exit %d, a sound receiver shall %s\n%s%s", f.Name, j.code, f.Expect, j.out, j.err)
				}
			}
		})
	}
}
