package simulator

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// sample is a request on the wire; its body has line ends of both kinds, a byte
// that is no ASCII and dots.
const (
	sampleBody = "{\"amount\": 19.99,\r\n \"name\": \"Zürich\"}\n"
	sampleHead = "POST /webhooks?a=1 HTTP/1.1\r\nHost: localhost:8080\r\nX-Sig: abc=\r\nX-Sig: def\r\nX-Empty:\r\nContent-Length: 39\r\n"
	sampleWire = sampleHead + "\r\n" + sampleBody
)

func read(t *testing.T, data string) *Capture {
	t.Helper()
	c, err := ReadCapture([]byte(data), 0)
	if err != nil {
		t.Fatalf("%v\n%.500s", err, data)
	}
	return c
}

// isSample insists on the sample request.
func (c *Capture) isSample(t *testing.T, format string) {
	t.Helper()
	m := c.Message
	if c.Format != format || c.NoBody || m.Method != "POST" || !strings.HasSuffix(m.URL, "/webhooks?a=1") || string(m.Body) != sampleBody || len(c.Notes) > 0 {
		t.Errorf("%s, %s %s, no body %v, notes %q, body\n%q\nwant\n%q", c.Format, m.Method, m.URL, c.NoBody, c.Notes, m.Body, sampleBody)
	}
	if values := m.Header.Values("x-sig"); !slices.Equal(values, []string{"abc=", "def"}) {
		t.Errorf("%s: X-Sig is %q", format, values)
	}
}

func TestCaptureRaw(t *testing.T) {
	answer := "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
	chunked := strings.Replace(sampleHead, "Content-Length: 39", "Transfer-Encoding: chunked", 1) + "\r\n"
	for name, data := range map[string]string{
		"as on the wire":                    sampleWire,
		"header lines ending in LF":         strings.ReplaceAll(sampleHead, "\r\n", "\n") + "\n" + sampleBody,
		"mixed line ends":                   strings.ReplaceAll(sampleHead, "\r\n", "\n") + "\r\n" + sampleBody,
		"an editor's line feed":             sampleWire + "\n",
		"a line end of Windows":             sampleWire + "\r\n",
		"empty lines before":                "\r\n\n" + sampleWire,
		"a byte order mark":                 "\ufeff" + sampleWire,
		"the answer after it":               sampleWire + "\r\n\r\n" + answer,
		"chunks":                            chunked + "10\r\n" + sampleBody[:16] + "\r\n17;x=y\r\n" + sampleBody[16:] + "\r\n0\r\n\r\n",
		"chunked, but already put together": chunked + sampleBody,
	} {
		t.Run(name, func(t *testing.T) { read(t, data).isSample(t, "raw") })
	}
	if c := read(t, sampleWire); c.Message.URL != "http://localhost:8080/webhooks?a=1" {
		t.Errorf("URL is %s", c.Message.URL)
	}
	proxied := strings.Replace(sampleWire, "X-Empty:", "X-Forwarded-Proto: https", 1)
	if c := read(t, proxied); c.Message.URL != "https://localhost:8080/webhooks?a=1" {
		t.Errorf("behind a proxy the URL is %s", c.Message.URL)
	}
	whole := strings.Replace(sampleWire, "POST /", "POST https://example.com/", 1)
	if c := read(t, whole); c.Message.URL != "https://example.com/webhooks?a=1" {
		t.Errorf("with a whole address the URL is %s", c.Message.URL)
	}
}

// TestCaptureLength: what Content-Length shows of a body that was cut, and that
// nothing is taken away where it does not say so.
func TestCaptureLength(t *testing.T) {
	for _, c := range []struct{ head, body, kept, note string }{
		{"Content-Length: 3", "abc", "abc", ""},
		{"Content-Length: 3", "abc\n\r\n", "abc", ""},
		{"Content-Length: 4", "abc\n\n", "abc\n", ""},
		{"Content-Length: 5", "abc", "abc", "the body has 3 bytes, Content-Length says 5"},
		{"Content-Length: 3", "abcd", "abcd", "the body has 4 bytes, Content-Length says 3"},
		{"Content-Length: 3", "abc HTTP/1", "abc", ""},
		{"Content-Length: x", "abc\n", "abc\n", ""},
		{"Content-Length: -1", "abc\n", "abc\n", ""},
		{"X: y", "abc\n", "abc\n", ""},
	} {
		got := read(t, "POST / HTTP/1.1\r\n"+c.head+"\r\n\r\n"+c.body)
		if string(got.Message.Body) != c.kept || strings.Join(got.Notes, "") != c.note || got.NoBody {
			t.Errorf("%s, %q: body %q, notes %q", c.head, c.body, got.Message.Body, got.Notes)
		}
	}
	for _, c := range []struct {
		data   string
		noBody bool
	}{
		{"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n", true},
		{"POST / HTTP/1.1\r\nContent-Length: 3\r\n", true},
		{"POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", false},
		{"POST / HTTP/1.1\r\nX: y\r\n\r\n", false},
		{"POST / HTTP/1.1\r\nX: y", false},
	} {
		got := read(t, c.data)
		if missing := !strings.Contains(c.data, "\r\n\r\n"); got.NoBody != c.noBody || missing != (len(got.Notes) == 1) {
			t.Errorf("%q: no body %v, notes %q", c.data, got.NoBody, got.Notes)
		}
	}
	c := read(t, "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n")
	if c.SetBody([]byte("abc\n")); c.NoBody || string(c.Message.Body) != "abc" || len(c.Notes) > 0 {
		t.Errorf("a body that was kept elsewhere: %q, %v, %q", c.Message.Body, c.NoBody, c.Notes)
	}
}

// TestCaptureUTF16: PowerShell's > writes UTF-16.
func TestCaptureUTF16(t *testing.T) {
	for _, order := range []func(uint16) []byte{
		func(u uint16) []byte { return []byte{byte(u), byte(u >> 8)} },
		func(u uint16) []byte { return []byte{byte(u >> 8), byte(u)} },
	} {
		data := order(0xfeff)
		for _, unit := range utf16.Encode([]rune(sampleWire)) {
			data = append(data, order(unit)...)
		}
		c, err := ReadCapture(data, 0)
		if err != nil || string(c.Message.Body) != sampleBody || len(c.Notes) != 1 || !strings.Contains(c.Notes[0], "UTF-16") {
			t.Errorf("%v: %+v", err, c)
		}
	}
}

// curl 7.88 of a sample request, -v and its relatives; %s is the end of the output.
const (
	curlV = "*   Trying 127.0.0.1:8080...\n* Connected to 127.0.0.1 (127.0.0.1) port 8080 (#0)\n" +
		"> POST /webhooks?a=1 HTTP/1.1\r\n> Host: 127.0.0.1:8080\r\n> User-Agent: curl/7.88.1\r\n> Accept: */*\r\n> X-Sig: abc=\r\n> X-Sig: def\r\n> Content-Length: 39\r\n> \r\n"
	curlAnswer = "} [39 bytes data]\n< HTTP/1.1 400 Bad Request\r\n< Content-Length: 17\r\n< \r\n{ [17 bytes data]\n* Connection #0 to host 127.0.0.1 left intact\n> bad signature\n>\n\n"
)

func TestCaptureCurl(t *testing.T) {
	meter := "Note: Unnecessary use of -X or --request, POST is already inferred.\n  % Total    % Received\r  0     0    0     0"
	trimmed := strings.ReplaceAll(strings.ReplaceAll(curlV, "\r\n", "\n"), "> \n", ">\n")
	marked := "18:01:02.123456 [0-0] " + strings.TrimSuffix(strings.ReplaceAll(curlV, "\n", "\n18:01:02.123456 [0-0] "), "18:01:02.123456 [0-0] ")
	for name, data := range map[string]string{
		"as curl prints it":            curlV + curlAnswer,
		"with the progress meter":      meter + curlV + curlAnswer,
		"white space trimmed":          trimmed + curlAnswer,
		"with time and connection":     marked + curlAnswer,
		"newer curl":                   curlV + "* upload completely sent off: 39 bytes\n< HTTP/1.1 200 OK\r\n",
		"a redirect after it":          curlV + curlAnswer + strings.Replace(curlV, "a=1", "a=2", 1) + curlAnswer,
		"a redirect right after it":    trimmed + trimmed,
		"the request alone":            strings.TrimPrefix(curlV, curlV[:strings.Index(curlV, "> POST")]),
		"the request alone, cut short": strings.TrimSuffix(trimmed, ">\n"),
	} {
		t.Run(name, func(t *testing.T) {
			c := read(t, data)
			if !c.NoBody || c.Format != "curl -v" || c.Message.URL != "http://127.0.0.1:8080/webhooks?a=1" || len(c.Message.Body) != 0 || len(c.Message.Header) != 6 {
				t.Errorf("no body %v, %s, %s, body %q, %d header lines", c.NoBody, c.Format, c.Message.URL, c.Message.Body, len(c.Message.Header))
			}
		})
	}
	pasted := curlV + sampleBody + "\n" + curlAnswer
	read(t, pasted).isSample(t, "curl -v")
	secure := strings.Replace(curlV, "> POST", "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384\n> POST", 1)
	if c := read(t, secure); !strings.HasPrefix(c.Message.URL, "https://") {
		t.Errorf("over TLS the URL is %s", c.Message.URL)
	}
	get := "* Connected\n> GET / HTTP/1.1\r\n> Content-Length: 0\r\n> \r\n< HTTP/1.1 200 OK\r\n"
	if c := read(t, get); c.NoBody {
		t.Error("a request that has no body lacks it")
	}
}

// TestCaptureQuotedText: text that looks like curl's marks is no curl output.
func TestCaptureQuotedText(t *testing.T) {
	body := "On Monday you wrote:\n> hello\n* one\n=> Send header, 3 bytes (0x3)\n{ \"a\": 1 }"
	c := read(t, "POST / HTTP/1.1\r\nHost: x\r\n\r\n"+body)
	if c.Format != "raw" || string(c.Message.Body) != body {
		t.Errorf("%s %q", c.Format, c.Message.Body)
	}
}

// traces are what curl 7.88 wrote of a body with two lines: --trace-ascii and --trace.
const (
	traceASCII = "== Info:   Trying 127.0.0.1:8080...\n=> Send header, 76 bytes (0x4c)\n0000: POST /webhooks?a=1 HTTP/1.1\n001d: X-Sig: abc=\n002a: X-Sig: def\n0036: Content-Length: 16\n004a: \n" +
		"=> Send data, 16 bytes (0x10)\n0000: {\"a\": 1.5,\n000c: \"b\"}\n<= Recv header, 26 bytes (0x1a)\n0000: HTTP/1.1 400 Bad Request\n<= Recv data, 17 bytes (0x11)\n0000: > bad signature..\n> bad signature\n\n"
	traceBytesText = "18:01:02.123456 == Info: Connected to 127.0.0.1 (127.0.0.1) port 8080 (#0)\n18:01:02.123456 => Send header, 21 bytes (0x15)\n0000: 50 4f 53 54 20 2f 20 48 54 54 50 2f 31 2e 31 0d POST / HTTP/1.1.\n0010: 0a 41 3a 62 0d                                  .A:b.\n" +
		"18:01:02.123456 => Send header, 3 bytes (0x3)\n0000: 0a 0d 0a                                        ...\n18:01:02.123456 => Send data, 4 bytes (0x4)\n0000: ff 00 0d 0a                                     ....\n"
)

func TestCaptureTrace(t *testing.T) {
	c := read(t, traceASCII)
	if c.Format != "curl --trace-ascii" || string(c.Message.Body) != "{\"a\": 1.5,\r\n\"b\"}" || len(c.Notes) != 1 || !strings.Contains(c.Notes[0], "1 dots") {
		t.Errorf("%s %q %q", c.Format, c.Message.Body, c.Notes)
	}
	if c := read(t, strings.ReplaceAll(traceASCII, ": \n", ":\n")); string(c.Message.Body) != "{\"a\": 1.5,\r\n\"b\"}" {
		t.Errorf("with white space trimmed: %q", c.Message.Body)
	}
	c = read(t, traceBytesText)
	if c.Format != "curl --trace" || string(c.Message.Body) != "\xff\x00\r\n" || c.Message.Header.Get("A") != "b" || len(c.Notes) > 0 {
		t.Errorf("%s %q %v %q", c.Format, c.Message.Body, c.Message.Header, c.Notes)
	}
	if c := read(t, traceBytesText+traceBytesText); len(c.Message.Body) != 4 {
		t.Errorf("the second request's body is taken, too: %q", c.Message.Body)
	}
	for name, data := range map[string]string{
		"a line is lost":   strings.Replace(traceASCII, "000c: \"b\"}\n", "", 1),
		"a letter is lost": strings.Replace(traceASCII, "1.5", "15", 1),
		"the end is lost":  traceASCII[:strings.Index(traceASCII, "0036: ")],
		"no request":       "== Info:   Trying 127.0.0.1:8080...\n<= Recv data, 17 bytes (0x11)\n0000: > bad signature..\n",
		"a huge size":      strings.Replace(traceASCII, "16 bytes", "99999999999999999999 bytes", 1),
	} {
		var mistake *Mistake
		if c, err := ReadCapture([]byte(data), 0); !errors.As(err, &mistake) || mistake.Hint == "" {
			t.Errorf("%s: %v %+v", name, err, c)
		}
	}
}

// TestCaptureRealCurl: what the curl of this machine prints is read back.
func TestCaptureRealCurl(t *testing.T) {
	curl, err := exec.LookPath("curl")
	if err != nil {
		t.Skip("no curl here")
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusBadRequest)
		io.WriteString(w, "> bad signature\n=> Send data, 1 bytes (0x1)\n")
	}))
	defer server.Close()
	file := filepath.Join(t.TempDir(), "body")
	os.WriteFile(file, []byte(sampleBody), 0o644)
	run := func(args ...string) string {
		t.Helper()
		all := append(args, server.URL+"/webhooks?a=1", "-H", "X-Sig: abc=", "-H", "X-Sig: def", "-H", "Content-Type: application/json", "--data-binary", "@"+file)
		out, err := exec.Command(curl, all...).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return string(out)
	}
	for _, args := range [][]string{{"-v"}, {"-sv"}, {"-siv"}, {"-v", "-X", "POST"}} {
		c := read(t, run(args...))
		if !c.NoBody {
			t.Errorf("%q: curl -v shows no body, and one is read: %q", args, c.Message.Body)
		}
		c.SetBody([]byte(sampleBody))
		c.isSample(t, "curl -v")
	}
	read(t, run("-s", "--trace", "-")).isSample(t, "curl --trace")
	read(t, run("-s", "--trace-time", "--trace", "-")).isSample(t, "curl --trace")
	read(t, run("-s", "--trace", "-", "-H", "Transfer-Encoding: chunked")).isSample(t, "curl --trace")
	c := read(t, run("-s", "--trace-ascii", "-"))
	want := strings.NewReplacer("ü", "..").Replace(strings.TrimSuffix(sampleBody, "\n")) + "."
	if got := string(c.Message.Body); got != want || len(c.Notes) != 1 {
		t.Errorf("--trace-ascii: %q, want %q; notes %q", got, want, c.Notes)
	}
	long := strings.Repeat("0123456789abcde\r\n", 500) + strings.Repeat("x", 5000)
	os.WriteFile(file, []byte(long), 0o644)
	for _, trace := range []string{"--trace", "--trace-ascii"} {
		if c := read(t, run("-s", trace, "-")); string(c.Message.Body) != long {
			t.Errorf("%s of a long body: %d bytes, want %d", trace, len(c.Message.Body), len(long))
		}
	}
}

// harOf builds a HAR of these requests.
func harOf(t *testing.T, requests ...map[string]any) string {
	t.Helper()
	var entries []any
	for _, r := range requests {
		entries = append(entries, map[string]any{"startedDateTime": "2026-01-02T03:04:05.000Z", "request": r, "response": map[string]any{"status": 400}})
	}
	data, err := json.MarshalIndent(map[string]any{"log": map[string]any{"version": "1.2", "creator": map[string]any{"name": "test"}, "entries": entries}}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func harRequestOf(members map[string]any) map[string]any {
	r := map[string]any{
		"method": "POST", "url": "https://example.com/webhooks?a=1", "httpVersion": "HTTP/1.1", "headersSize": -1, "bodySize": len(sampleBody),
		"headers": []any{
			map[string]any{"name": "x-sig", "value": "abc="}, map[string]any{"name": "x-sig", "value": "def"},
			map[string]any{"name": "content-length", "value": strconv.Itoa(len(sampleBody))},
		},
	}
	for name, value := range members {
		r[name] = value
	}
	return r
}

func TestCaptureHAR(t *testing.T) {
	bytewise := make([]rune, len(sampleBody))
	for i, c := range []byte(sampleBody) {
		bytewise[i] = rune(c)
	}
	encoded := base64.StdEncoding.EncodeToString([]byte(sampleBody))
	get := map[string]any{"method": "GET", "url": "https://example.com/", "headers": []any{}}
	for name, r := range map[string]map[string]any{
		"Chrome":       {"postData": map[string]any{"mimeType": "application/json", "text": sampleBody}},
		"Firefox":      {"postData": map[string]any{"mimeType": "application/json", "params": []any{}, "text": sampleBody}},
		"mitmproxy":    {"postData": map[string]any{"mimeType": "application/json", "text": sampleBody, "params": []any{}}},
		"base64":       {"postData": map[string]any{"mimeType": "application/json", "text": encoded, "encoding": "base64"}},
		"byte by byte": {"postData": map[string]any{"mimeType": "application/json", "text": string(bytewise)}},
		"HTTP Toolkit": {"_content": map[string]any{"size": len(sampleBody), "text": encoded, "encoding": "base64"}, "_requestBodyStatus": "discarded:not-representable"},
	} {
		t.Run(name, func(t *testing.T) {
			read(t, harOf(t, get, harRequestOf(r))).isSample(t, "HAR")
			read(t, "\ufeff"+harOf(t, harRequestOf(r))+"\n").isSample(t, "HAR") // as Fiddler begins it
		})
	}
	form := harRequestOf(map[string]any{"postData": map[string]any{"mimeType": "application/x-www-form-urlencoded", "params": []any{map[string]any{"name": "a b", "value": "ü&"}, map[string]any{"name": "c", "value": ""}}}})
	form["headers"] = []any{}
	if c := read(t, harOf(t, form)); string(c.Message.Body) != "a+b=%C3%BC%26&c=" || len(c.Notes) != 1 || !strings.Contains(c.Notes[0], "form parameters") {
		t.Errorf("params: %q, notes %q", c.Message.Body, c.Notes)
	}
}

func TestCaptureHAREntries(t *testing.T) {
	one := func(n int) map[string]any {
		return harRequestOf(map[string]any{"headers": []any{}, "postData": map[string]any{"text": fmt.Sprint("body ", n)}})
	}
	bare := harRequestOf(map[string]any{"method": "GET", "headers": []any{}})
	har := harOf(t, bare, one(2), one(3))
	for _, c := range []struct {
		entry      int
		body, note string
		noBody     bool
		mistake    string
	}{
		{0, "body 2", "this is request 2 of the HAR's 3", false, ""},
		{1, "", "", true, ""},
		{2, "body 2", "", false, ""},
		{3, "body 3", "", false, ""},
		{4, "", "", false, "the HAR has 3 requests, and no number 4"},
		{-1, "", "", false, "the HAR has 3 requests, and no number -1"},
	} {
		got, err := ReadCapture([]byte(har), c.entry)
		if c.mistake != "" {
			if err == nil || err.Error() != c.mistake {
				t.Errorf("entry %d: %v", c.entry, err)
			}
			continue
		}
		if err != nil || string(got.Message.Body) != c.body || got.NoBody != c.noBody || !strings.HasPrefix(strings.Join(got.Notes, ""), c.note) || c.note == "" && len(got.Notes) > 0 {
			t.Errorf("entry %d: %v %+v", c.entry, err, got)
		}
	}
	for data, mistake := range map[string]string{
		harOf(t, bare): "none of the HAR's 1 request has a body",
		harOf(t):       "none of the HAR's 0 requests has a body",
		`{"log":{}}`:   "none of the HAR's 0 requests has a body",
		`{"log":[]}`:   "this JSON is no capture",
		`{"log":{"entries":[{"request":{"postData":{"text":"%","encoding":"base64"}}}]}}`: "postData of the HAR is no base64",
	} {
		if _, err := ReadCapture([]byte(data), 0); err == nil || !strings.HasPrefix(err.Error(), mistake) {
			t.Errorf("%.60s: %v, want %q", data, err, mistake)
		}
	}
}

func TestCaptureDryRunJSON(t *testing.T) {
	object := func(change func(map[string]any)) string {
		m := map[string]any{
			"provider": "stripe", "event": "charge.succeeded", "id": "evt_1", "method": "POST", "url": "http://localhost:8080/webhooks?a=1",
			"headers": [][]string{{"X-Sig", "abc="}, {"X-Sig", "def"}}, "body": sampleBody, "body_base64": base64.StdEncoding.EncodeToString([]byte(sampleBody)), "secret_source": "test",
		}
		change(m)
		data, _ := json.Marshal(m)
		return string(data)
	}
	for name, change := range map[string]func(map[string]any){
		"both":        func(map[string]any) {},
		"text alone":  func(m map[string]any) { delete(m, "body_base64") },
		"bytes alone": func(m map[string]any) { delete(m, "body") },
		"signed URL":  func(m map[string]any) { m["signed_url"], m["url"] = m["url"], "http://localhost/" },
	} {
		t.Run(name, func(t *testing.T) {
			c := read(t, object(change))
			c.isSample(t, "json")
			if c.Provider != "stripe" {
				t.Errorf("provider is %q", c.Provider)
			}
		})
	}
	if _, err := ReadCapture([]byte(object(func(m map[string]any) { m["body_base64"] = "%" })), 0); err == nil || !strings.Contains(err.Error(), "body_base64 is no base64") {
		t.Errorf("%v", err)
	}
}

// TestCaptureMistakes: what is no capture gives one clear line and a hint.
func TestCaptureMistakes(t *testing.T) {
	for _, c := range []struct{ data, text string }{
		{"", "the capture is empty"},
		{" \r\n\t\n", "the capture is empty"},
		{"\ufeff", "the capture is empty"},
		{`{"id":"evt_1"}`, "this JSON is no capture: it has no headers"},
		{`{"id":`, "the capture begins like JSON, but is none"},
		{`{"headers":{"A":"b"}}`, "this JSON is no capture"},
		{`[1,2]`, `"[1,2]" is no request line`},
		{"hello", `"hello" is no request line`},
		{"hello world\n", `"hello world" is no request line`},
		{"post / HTTP/1.1\r\n\r\n", `"post / HTTP/1.1" is no request line`},
		{"HTTP/1.1 200 OK\r\nA: b\r\n\r\nok", `"HTTP/1.1 200 OK" begins an answer, not a request`},
		{"POST / HTTP/1.1\r\nno colon\r\n\r\n", `line 2, "no colon", is no header line`},
		{"POST / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", `line 3, " folded", is no header line`},
		{"POST / HTTP/1.1\r\nA : b\r\n\r\n", `line 2, "A : b", is no header line`},
		{"POST / HTTP/1.1\r\nA: b\r\n{\"id\": 1}\r\n", `line 3, "{\"id\": 1}", is no header line`},
		{"POST / HTTP/1.1\r\n: b\r\n\r\n", `line 2, ": b", is no header line`},
		{"* Trying 127.0.0.1\n< HTTP/1.1 200 OK\n", "no request in this curl output"},
		{"\x00\x01\x02\xff", "is no request line"},
		{"\xff\xfe\x00", "the capture is empty"},
	} {
		got, err := ReadCapture([]byte(c.data), 0)
		var mistake *Mistake
		if !errors.As(err, &mistake) || !strings.Contains(mistake.Text, c.text) || mistake.Hint == "" {
			t.Errorf("%q: %v, want %q; %+v", c.data, err, c.text, got)
		}
	}
}

// FuzzReadCapture: no file makes it panic, and what it reads has a method, an
// address and, but where it says so, bytes that stand in the file.
func FuzzReadCapture(f *testing.F) {
	for _, seed := range []string{
		sampleWire, curlV + curlAnswer, curlV + sampleBody + curlAnswer, traceASCII, traceBytesText,
		`{"log":{"entries":[{"request":{"method":"POST","url":"/","headers":[{"name":"a","value":"b"}],"postData":{"text":"x","params":[{"name":"a","value":"b"}]}}}]}}`,
		`{"method":"POST","url":"http://x/","headers":[["A","b"]],"body":"x","body_base64":"eA=="}`,
		"\xff\xfeP\x00O\x00", "POST / HTTP/1.1\nTransfer-Encoding: chunked\n\n3\r\nabc\r\n0\r\n\r\n", "POST / HTTP/1.1\nContent-Length: 99999999999999999999\n\n",
		"== Info: x\n=> Send header, 2 bytes (0x2)\n", // found by this target: a header without a line
	} {
		f.Add([]byte(seed), 0)
	}
	f.Fuzz(func(t *testing.T, data []byte, entry int) {
		c, err := ReadCapture(data, entry)
		if err != nil {
			var mistake *Mistake
			if !errors.As(err, &mistake) || mistake.Text == "" || mistake.Hint == "" {
				t.Errorf("%T %v has no hint", err, err)
			}
			return
		}
		if c.Message == nil || c.Format == "" || c.NoBody && len(c.Message.Body) > 0 {
			t.Errorf("%+v", c)
		}
	})
}
