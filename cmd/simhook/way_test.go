package main

import (
	"bufio"
	"encoding/json"
	"encoding/pem"
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

	"simhook/simulator"
)

// TestNoWayBlamesASoundReceiver: the receiver of demo, behind net/http's server,
// gives to each way what a sound one gives.
func TestNoWayBlamesASoundReceiver(t *testing.T) {
	inDir(t, nil)
	sound := demo(t, nil)
	for _, w := range simulator.Ways {
		name := w.Name
		if strings.HasPrefix(name, "slow-") {
			name += "=5ms"
		}
		code, say := 0, "<--"
		switch {
		case name == "http2":
			code, say = 2, "HTTP/2 is agreed on within TLS"
		case w.Cut:
			say = "what the receiver did with it is unknown"
		}
		r := call(t, "send", "stripe", "--to", sound+"/stripe", "--way", name)
		if r.code != code || !strings.Contains(r.out+r.err, say) {
			t.Errorf("%s: exit %d, want %d\n%s%s", name, r.code, code, r.out, r.err)
		}
	}
}

// TestWaysFindWhatIsWrong: a receiver that cannot read what it should, or reads
// what it should not, is found.
func TestWaysFindWhatIsWrong(t *testing.T) {
	inDir(t, nil)
	lengthNeeded := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ContentLength < 0 {
			w.WriteHeader(http.StatusLengthRequired)
		}
	}))
	defer lengthNeeded.Close()
	anything := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { io.Copy(io.Discard, r.Body) }))
	defer anything.Close()
	fails := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) }))
	defer fails.Close()
	hangsUp := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer hangsUp.Close()
	caseful, _ := capture(t, func(conn net.Conn, _ int) { io.WriteString(conn, "HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n") })
	for _, c := range []struct {
		args, to string
		code     int
		say      string
	}{
		{"--way chunked", lengthNeeded.URL, 1, "RFC 9112 section 7.1"},
		{"", lengthNeeded.URL, 0, ""},
		{"--way lower-case", caseful, 1, "RFC 9110 section 5.1"},
		{"--way length-too-great", anything.URL, 1, "no effect"},
		{"--way no-length", anything.URL, 1, "no effect"},
		{"--way folded-line", fails.URL, 1, "RFC 9112 section 5.2"},
		{"--way chunked", hangsUp.URL, 1, "closed"},
		{"--way folded-line", hangsUp.URL, 0, ""},
		{"--way length-too-great", hangsUp.URL, 0, ""},
		{"--way chunked --fault wrong-key", anything.URL, 1, "expected refuse"},
		{"--way lost-answer", fails.URL, 0, "is unknown"},
		{"--way lost-answer --expect none", fails.URL, 0, "is unknown"},
		{"--way lost-answer --expect 2xx", anything.URL, 1, "cut on purpose"},
		{"--way lost-answer", "http://127.0.0.1:1/", 3, "does not answer"},
		{"--way lost-answer --retry --speed max", anything.URL, 0, "200 OK"},
		{"--way keep-alive --times 2", anything.URL, 0, "over the connection of an earlier request"},
		{"--way chnked", anything.URL, 2, `did you mean "chunked"?`},
		{"--way chunked=3", anything.URL, 2, "takes no value"},
		{"--way slow-body=soon", anything.URL, 2, "at most 10m"},
		{"--way slow-body=11m", anything.URL, 2, "at most 10m"},
		{"--way cut-body=0", anything.URL, 2, "at least 1"},
		{"--way cut-body=999999", anything.URL, 2, "cannot be missing"},
		{"--way chunked --curl", anything.URL, 2, "--dry-run prints the bytes"},
		{"--way http2 --dry-run", "https://127.0.0.1/", 2, "no text form"},
		{"--way chunked --dry-run", anything.URL, 0, "Transfer-Encoding: chunked\r\n\r\n40\r\n"},
		{"--cert x.pem", anything.URL, 2, "go together"},
		{"--ca missing.pem", anything.URL, 2, "there is no such file"},
		{"--ca missing.pem --insecure", anything.URL, 2, "takes any certificate"},
	} {
		r := call(t, append([]string{"send", "stripe", "--to", c.to}, strings.Fields(c.args)...)...)
		if r.code != c.code || !strings.Contains(r.out+r.err, c.say) {
			t.Errorf("%s: exit %d, want %d with %q\n%.600s%s", c.args, r.code, c.code, c.say, r.out, r.err)
		}
	}
	r := call(t, "send", "stripe", "--to", anything.URL, "--way", "lost-answer", "--output", "json")
	var got struct {
		OK       bool
		Receipts []struct {
			Way     string
			Unknown bool
		}
	}
	if err := json.Unmarshal([]byte(r.out), &got); err != nil || !got.OK || len(got.Receipts) != 1 || got.Receipts[0].Way != "lost-answer" || !got.Receipts[0].Unknown {
		t.Errorf("%v\n%s", err, r.out)
	}
}

// TestWaysAreListed, and completed.
func TestWaysAreListed(t *testing.T) {
	text, asJSON := call(t, "list", "--ways"), call(t, "list", "--ways", "--output", "json")
	completed := call(t, "__complete", "send", "stripe", "--way", "")
	var all []struct{ Name, About, Expect, Source string }
	if err := json.Unmarshal([]byte(asJSON.out), &all); err != nil || len(all) != len(simulator.Ways) {
		t.Fatalf("%v, %d ways", err, len(all))
	}
	for _, w := range all {
		if !strings.HasPrefix(w.Source, "RFC ") || w.About == "" || w.Expect != "accept" && w.Expect != "refuse" && w.Expect != "either" {
			t.Errorf("%+v", w)
		}
		if !strings.Contains("\n"+text.out, "\n"+w.Name+" ") || !strings.Contains("\n"+completed.out, "\n"+w.Name+"\n") {
			t.Errorf("%s is not listed or not completed", w.Name)
		}
	}
}

// TestTransports: over TLS with a given authority or none, over HTTP/2, over a
// unix socket.
func TestTransports(t *testing.T) {
	dir := inDir(t, nil)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "by ", r.Proto) }))
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	defer server.Close()
	ca := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(filepath.Join(dir, "ca.pem"), ca, 0o600); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("unix", "app.sock")
	if err != nil {
		t.Skipf("SKIPPED: no unix sockets here: %v", err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			r, err := http.ReadRequest(bufio.NewReader(conn))
			if err == nil {
				io.Copy(io.Discard, r.Body)
				body := "at " + r.Host + r.RequestURI
				fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
			}
			conn.Close()
		}
	}()
	for _, c := range []struct {
		args string
		code int
		say  string
	}{
		{"--to " + server.URL, 3, "hint: give its authority with --ca FILE"},
		{"--to " + server.URL + " --ca ca.pem", 0, "by HTTP/1.1"},
		{"--to " + server.URL + " --insecure", 0, "by HTTP/1.1"},
		{"--to " + server.URL + " --ca ca.pem --way http2", 0, "by HTTP/2.0"},
		{"--to unix:app.sock:/hooks?a=1", 0, "at localhost/hooks?a=1"},
		{"--to unix:app.sock:/hooks --dry-run", 0, "POST /hooks HTTP/1.1\r\nHost: localhost\r\n"},
		{"--to unix:app.sock:/hooks --curl", 0, "--unix-socket 'app.sock'"},
		{"--to unix:gone.sock:/hooks", 3, "http://localhost/hooks over gone.sock does not answer: no such file"},
		{"--insecure", 0, "--insecure have no effect without --to"},
	} {
		r := call(t, append([]string{"send", "github"}, strings.Fields(c.args)...)...)
		if r.code != c.code || !strings.Contains(r.out+r.err, c.say) {
			t.Errorf("%s: exit %d, want %d with %q\n%.900s%s", c.args, r.code, c.code, c.say, r.out, r.err)
		}
	}
}
