package simulator

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"simhook/simulator/signature"
)

// oddMessage has a body of two chunks and a header line that is signed with.
func oddMessage() *Message {
	return &Message{
		Method: "POST", Header: Header{{Name: "Host", Value: "shop.test"}, {Name: "X-Kind", Value: "a"}, {Name: "X-Sig", Value: "s"}},
		Body: []byte(strings.Repeat("b", 64) + `{"id":1}`),
	}
}

var oddVariant = Variant{Schemes: []*signature.Scheme{must(signature.Compile(signature.Spec{
	Name: "v1", Signed: "{body}", Digest: "hmac-sha256", Place: signature.Place{Slot: signature.Slot{Header: "X-Sig"}},
}))}}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

const (
	b64    = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	odd    = b64 + `{"id":1}`
	lines  = "POST /hooks?x=1 HTTP/1.1\r\nHost: shop.test\r\nX-Kind: a\r\nX-Sig: s\r\n"
	whole  = lines + "Content-Length: 72\r\n\r\n" + odd
	chunks = "40\r\n" + b64 + "\r\n8\r\n" + `{"id":1}` + "\r\n0\r\n"
)

// How a connection ends, as the receiver sees it.
const (
	answered = "it is answered"       // the sender stays until the answer, and closes
	halved   = "FIN, then answered"   // the sender says that it is done, and stays
	finished = "FIN without answer"   // the sender is gone
	broken   = "reset without answer" // the sender is gone without order
)

// onTheWire is what a receiver gets of each way: the bytes, and the end.
var onTheWire = map[string]struct{ bytes, end string }{
	"cut-head":              {"POST /hooks?x=1 HTTP/1.1\r\nHost: shop.test\r\nX", finished},
	"cut-body":              {whole[:len(whole)-1], finished},
	"cut-body=72":           {lines + "Content-Length: 72\r\n\r\n", finished},
	"cut-body-reset=8":      {lines + "Content-Length: 72\r\n\r\n" + b64, broken},
	"cut-body-reset":        {whole[:len(whole)-1], broken},
	"lost-answer":           {whole, finished},
	"lost-answer-reset":     {whole, broken},
	"half-close":            {whole, halved},
	"slow-head":             {whole, answered},
	"slow-head=5ms":         {whole, answered},
	"slow-body":             {whole, answered},
	"slow-body=5ms":         {whole, answered},
	"single-bytes":          {whole, answered},
	"chunked":               {lines + "Transfer-Encoding: chunked\r\n\r\n" + chunks + "\r\n", answered},
	"chunked-extensions":    {lines + "Transfer-Encoding: chunked\r\n\r\n40;simhook=1;note=\"a;b\"\r\n" + b64 + "\r\n8;simhook=1;note=\"a;b\"\r\n{\"id\":1}\r\n0;simhook=1;note=\"a;b\"\r\n\r\n", answered},
	"chunked-trailers":      {lines + "Trailer: X-Simhook-Trailer\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks + "X-Simhook-Trailer: 1\r\n\r\n", answered},
	"no-length":             {lines + "\r\n" + odd, halved},
	"length-too-small":      {lines + "Content-Length: 71\r\n\r\n" + odd, answered},
	"length-too-great":      {lines + "Content-Length: 73\r\n\r\n" + odd, halved},
	"two-lengths-equal":     {lines + "Content-Length: 72\r\nContent-Length: 72\r\n\r\n" + odd, answered},
	"two-lengths-different": {lines + "Content-Length: 72\r\nContent-Length: 71\r\n\r\n" + odd, answered},
	"length-and-chunked":    {lines + "Transfer-Encoding: chunked\r\nContent-Length: 88\r\n\r\n" + chunks + "\r\n", answered},
	"http1.0":               {strings.Replace(whole, "HTTP/1.1", "HTTP/1.0", 1), answered},
	"lower-case":            {"POST /hooks?x=1 HTTP/1.1\r\nhost: shop.test\r\nx-kind: a\r\nx-sig: s\r\ncontent-length: 72\r\n\r\n" + odd, answered},
	"upper-case":            {"POST /hooks?x=1 HTTP/1.1\r\nHOST: shop.test\r\nX-KIND: a\r\nX-SIG: s\r\nCONTENT-LENGTH: 72\r\n\r\n" + odd, answered},
	"lines-twice":           {strings.Replace(whole, "X-Kind: a\r\n", "X-Kind: a\r\nX-Kind: a\r\n", 1), answered},
	"absolute-form":         {strings.Replace(whole, "/hooks", "http://shop.test/hooks", 1), answered},
	"folded-line":           {lines + "Content-Length: 72\r\nX-Simhook-Folded: one\r\n two\r\n\r\n" + odd, answered},
	"empty-line-first":      {"\r\n" + whole, answered},
	"expect-continue":       {lines + "Content-Length: 72\r\nExpect: 100-continue\r\n\r\n" + odd, answered},
	"keep-alive":            {whole, answered},
}

// sight is what a receiver saw of one connection.
type sight struct{ bytes, end string }

// watch takes one connection, reads n bytes or up to the end, and says how it ended.
func watch(conn net.Conn, n int, end string) sight {
	defer conn.Close()
	got := make([]byte, n)
	read, err := io.ReadFull(conn, got)
	if err == nil && end != answered { // what comes before an answer is given
		var rest []byte
		rest, err = io.ReadAll(conn)
		got, read = append(got, rest...), n+len(rest)
		if err == nil {
			err = io.EOF
		}
	}
	switch {
	case errors.Is(err, syscall.ECONNRESET):
		return sight{string(got[:read]), broken}
	case err != nil && end == finished:
		return sight{string(got[:read]), finished}
	}
	io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	rest, _ := io.ReadAll(conn)
	was := answered
	if err == io.EOF {
		was = halved
	}
	return sight{string(got[:read]) + string(rest), was}
}

// TestWaysOnTheWire: each way is exactly these bytes, and this end.
func TestWaysOnTheWire(t *testing.T) {
	told := []string{"gzip", "keep-alive-after-error", "http2"} // by tests of their own
	for _, w := range Ways {
		if _, ok := onTheWire[w.Name]; !ok && !slices.Contains(told, w.Name) {
			t.Errorf("nobody says how %s looks", w.Name)
		}
	}
	for name, want := range onTheWire {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, err := WayNamed(name)
			if err != nil {
				t.Fatal(err)
			}
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			saw := make(chan sight, 1)
			go func() {
				if conn, err := listener.Accept(); err == nil {
					saw <- watch(conn, len(want.bytes), want.end)
				}
			}()
			r := deliverBy(t, w, mustURL(t, "http://"+listener.Addr().String()+"/hooks?x=1"))
			if got := <-saw; got.bytes != want.bytes || got.end != want.end {
				t.Errorf("%s:\n%q\nwant %s:\n%q", got.end, got.bytes, want.end, want.bytes)
			}
			if r.Way != name || r.Unknown != w.Cut || w.Cut == (r.Err == nil) || r.Satisfied == w.Cut {
				t.Errorf("way %q, unknown %v, satisfied %v, %v", r.Way, r.Unknown, r.Satisfied, r.Err)
			}
			var none *NoAnswerError
			if errors.As(r.Err, &none) && none.Sent != strings.HasPrefix(name, "lost-answer") {
				t.Errorf("the whole request was sent: %v", none.Sent)
			}
			u, _ := url.Parse("http://127.0.0.1/hooks?x=1")
			if wire, err := w.Wire(oddMessage(), u, oddVariant); err != nil || string(wire) != want.bytes {
				t.Errorf("a dry run prints %q, %v", wire, err)
			}
		})
	}
}

// oddDelivery sends oddMessage.
func oddDelivery(w *Way) Delivery {
	m := oddMessage()
	return Delivery{Way: w, Event: Event{
		Provider: &Provider{Patience: time.Minute, Accepts: []StatusRange{{200, 299}}, Retry: Retry{Schedules: []Schedule{{Waits: []time.Duration{time.Hour}}}}},
		Variant:  oddVariant, Method: m.Method, Header: m.Header, Body: m.Body,
	}}
}

func deliverBy(t *testing.T, w *Way, target Target) Receipt {
	t.Helper()
	receipts, err := Deliver(t.Context(), oddDelivery(w), Sending{Target: target})
	if err != nil {
		t.Fatal(err)
	}
	return receipts[0]
}

func mustWay(t *testing.T, name string) *Way {
	t.Helper()
	w, err := WayNamed(name)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestGzip: what is sent is the body, compressed, of the length that is said.
func TestGzip(t *testing.T) {
	u, _ := url.Parse("http://127.0.0.1/")
	wire, err := mustWay(t, "gzip").Wire(oddMessage(), u, oddVariant)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.ReadRequest(newReader(bytes.NewReader(wire)))
	if err != nil || r.Header.Get("Content-Encoding") != "gzip" {
		t.Fatalf("%v, %q", err, wire)
	}
	z, err := gzip.NewReader(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); err != nil || string(got) != odd {
		t.Errorf("%q, %v", got, err)
	}
}

// piece is what came in one piece, and when.
type piece struct {
	at   time.Duration
	text string
}

func wantBytes(way string) string {
	name, _, _ := strings.Cut(way, "=")
	return onTheWire[name].bytes
}

// pieces takes a way over a connection in this process, under virtual time, and
// answers as soon as the whole wire came, or 100 where it is asked for.
func pieces(t *testing.T, name string, interim bool) (all []piece) {
	synctest.Test(t, func(t *testing.T) {
		w := mustWay(t, name)
		u, _ := url.Parse("http://shop.test/hooks?x=1")
		steps, err := w.steps(oddMessage(), u, nil)
		if err != nil {
			t.Fatal(err)
		}
		here, there := net.Pipe()
		began := time.Now()
		go func() {
			defer there.Close()
			buffer := make([]byte, 1<<10)
			for total := 0; total < len(wantBytes(name)); {
				n, err := there.Read(buffer)
				if err != nil {
					t.Error(err)
					return
				}
				all = append(all, piece{time.Since(began), string(buffer[:n])})
				total += n
				if interim && len(all) == 1 {
					time.Sleep(300 * time.Millisecond)
					io.WriteString(there, "HTTP/1.1 100 Continue\r\n\r\n")
				}
			}
			io.WriteString(there, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		}()
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if a, err := newCall(newLink(here, here), steps).finish(ctx); err != nil || a.Status != 200 {
			t.Errorf("%d, %v", a.Status, err)
		}
	})
	return all
}

// TestDrip: pieces come one after another, evenly, over the time that is said.
func TestDrip(t *testing.T) {
	for name, of := range map[string]struct{ first, rest int }{"slow-head=49s": {0, 50}, "slow-body=49s": {1, 51}} {
		all := pieces(t, name, false)
		if len(all) != 51 {
			t.Fatalf("%s: %d pieces", name, len(all))
		}
		for i, p := range all[of.first:of.rest] {
			if p.at != time.Duration(i)*time.Second {
				t.Errorf("%s: piece %d came after %v", name, i, p.at)
			}
		}
	}
	all := pieces(t, "single-bytes", false)
	if len(all) != len(whole) {
		t.Errorf("%d pieces, want one for each of %d bytes", len(all), len(whole))
	}
}

// TestExpectContinue: the body leaves when the receiver says so, or after a second.
func TestExpectContinue(t *testing.T) {
	for interim, at := range map[bool]time.Duration{true: 300 * time.Millisecond, false: time.Second} {
		all := pieces(t, "expect-continue", interim)
		if len(all) != 2 || all[1].text != odd || all[1].at != at {
			t.Errorf("100 sent %v: %+v", interim, all)
		}
	}
}

// TestFinalAnswerEndsSending: what is refused before the body was sent is not sent
// the body, even while the answer is not whole.
func TestFinalAnswerEndsSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u, _ := url.Parse("http://shop.test/hooks?x=1")
		steps, err := mustWay(t, "expect-continue").steps(oddMessage(), u, nil)
		if err != nil {
			t.Fatal(err)
		}
		here, there := net.Pipe()
		var more atomic.Int64
		go func() {
			head := wantBytes("expect-continue")
			io.ReadFull(there, make([]byte, len(head)-len(odd)))
			io.WriteString(there, "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 2\r\n\r\n")
			go func() {
				n, _ := io.Copy(io.Discard, there)
				more.Store(n)
			}()
			time.Sleep(10 * time.Second)
			io.WriteString(there, "no")
		}()
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if a, err := newCall(newLink(here, here), steps).finish(ctx); err != nil || a.Status != 417 || string(a.Body) != "no" {
			t.Errorf("%d, %q, %v", a.Status, a.Body, err)
		}
		synctest.Wait()
		if more.Load() != 0 {
			t.Errorf("%d bytes came after a final answer", more.Load())
		}
	})
}
