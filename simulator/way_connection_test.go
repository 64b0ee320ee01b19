package simulator

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// served is a receiver that answers requests as they come and keeps the bytes of
// each connection.
type served struct {
	mu          sync.Mutex
	connections []string
	address     string
}

// serve answers the n-th request of a connection, counted from 1, with answer(n).
func serve(t *testing.T, answer func(n int) string) *served {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	s := &served{address: "http://" + listener.Addr().String() + "/hooks?x=1"}
	go func() {
		for i := 0; ; i++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.connections = append(s.connections, "")
			s.mu.Unlock()
			go s.converse(conn, i, answer)
		}
	}()
	return s
}

func (s *served) converse(conn net.Conn, i int, answer func(int) string) {
	defer conn.Close()
	var kept strings.Builder
	r := bufio.NewReader(io.TeeReader(conn, &kept))
	for n := 1; ; n++ {
		request, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		io.Copy(io.Discard, request.Body)
		s.mu.Lock()
		s.connections[i] = kept.String()
		s.mu.Unlock()
		text := answer(n)
		io.WriteString(conn, text)
		if strings.Contains(text, "Connection: close") {
			return
		}
	}
}

func (s *served) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.connections)
}

const (
	fine    = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
	refusal = "HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n"
	parting = "HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
)

// TestKeepAlive: one connection carries delivery after delivery, whatever is
// answered, until the receiver closes it.
func TestKeepAlive(t *testing.T) {
	for name, c := range map[string]struct {
		answer      func(n int) string
		connections []int // requests on each
		reused      []bool
		statuses    []int
	}{
		"all fine":         {func(int) string { return fine }, []int{3}, []bool{false, true, true}, []int{200, 200, 200}},
		"after a refusal":  {func(n int) string { return map[bool]string{true: refusal, false: fine}[n == 1] }, []int{3}, []bool{false, true, true}, []int{401, 200, 200}},
		"after a parting":  {func(n int) string { return map[bool]string{true: parting, false: fine}[n == 2] }, []int{2, 1}, []bool{false, true, false}, []int{200, 413, 200}},
		"without a length": {func(int) string { return "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok" }, []int{1, 1, 1}, []bool{false, false, false}, []int{200, 200, 200}},
		"after 100":        {func(int) string { return "HTTP/1.1 100 Continue\r\n\r\n" + fine }, []int{3}, []bool{false, true, true}, []int{200, 200, 200}},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, c.answer)
			target := mustURL(t, s.address)
			defer target.(io.Closer).Close()
			for i := range c.statuses {
				r := deliverBy(t, mustWay(t, "keep-alive"), target)
				if r.Status != c.statuses[i] || r.Reused != c.reused[i] || r.Err != nil {
					t.Errorf("delivery %d: %d, reused %v, %v", i, r.Status, r.Reused, r.Err)
				}
			}
			var got []string
			for _, n := range c.connections {
				got = append(got, strings.Repeat(whole, n))
			}
			if seen := s.seen(); !slices.Equal(seen, got) {
				t.Errorf("%q\nwant %q", seen, got)
			}
		})
	}
}

// TestKeepAliveAfterError: a request without signature and body goes first, and
// the delivery follows on the same connection, or on another where it was closed.
func TestKeepAliveAfterError(t *testing.T) {
	for first, want := range map[string]int{refusal: 1, parting: 2} {
		s := serve(t, func(n int) string {
			return map[bool]string{true: first, false: fine}[n == 1 && strings.Contains(first, "401")]
		})
		if first == parting {
			s = serveFirst(t, parting)
		}
		target := mustURL(t, s.address)
		r := deliverBy(t, mustWay(t, "keep-alive-after-error"), target)
		target.(io.Closer).Close()
		host := target.(*urlTarget).url.Host
		bare := "POST /hooks?x=1 HTTP/1.1\r\nHost: " + host + "\r\nContent-Length: 0\r\n\r\n"
		got := s.seen()
		if len(got) != want || strings.Join(got, "") != bare+whole || r.Status != 200 || r.Reused != (want == 1) {
			t.Errorf("%d, reused %v, %v: %q", r.Status, r.Reused, r.Err, got)
		}
	}
}

// serveFirst gives the first request of all this answer, and fine to the others.
func serveFirst(t *testing.T, answer string) *served {
	first := make(chan string, 1)
	first <- answer
	return serve(t, func(int) string {
		select {
		case a := <-first:
			return a
		default:
			return fine
		}
	})
}

// TestStrayAnswer: a connection on which the receiver says more than it was asked
// carries nothing any more.
func TestStrayAnswer(t *testing.T) {
	s := serve(t, func(int) string { return fine + refusal })
	target := mustURL(t, s.address)
	defer target.(io.Closer).Close()
	deliverBy(t, mustWay(t, "keep-alive"), target)
	<-target.(*urlTarget).kept.idle[0].idle // it has come
	if r := deliverBy(t, mustWay(t, "keep-alive"), target); r.Status != 200 || r.Reused || len(s.seen()) != 2 {
		t.Errorf("%d, reused %v, %d connections", r.Status, r.Reused, len(s.seen()))
	}
}

// TestRetryAfterCut: what a cut wire did not bring across is sent again, plainly.
func TestRetryAfterCut(t *testing.T) {
	s := serve(t, func(int) string { return fine })
	receipts, err := Deliver(t.Context(), oddDelivery(mustWay(t, "lost-answer")), Sending{Target: mustURL(t, s.address), Retry: true})
	if err != nil || len(receipts) != 2 {
		t.Fatalf("%d attempts, %v", len(receipts), err)
	}
	first, second := receipts[0], receipts[1]
	var none *NoAnswerError
	if !first.Unknown || first.Way != "lost-answer" || first.Reason != NoAnswer || !errors.As(first.Err, &none) || !none.Sent || none.HungUp() || none.Timeout() {
		t.Errorf("the first: %+v", first)
	}
	if second.Unknown || second.Way != "" || !second.Satisfied {
		t.Errorf("the second: %+v", second)
	}
	if r := deliverBy(t, mustWay(t, "lost-answer"), mustURL(t, "http://127.0.0.1:1/")); r.Unknown || !r.Away() {
		t.Errorf("nobody was there: %+v", r)
	}
}

// TestWaysTogether: all are on their way but for the last byte before one is
// released, whatever the way.
func TestWaysTogether(t *testing.T) {
	for _, name := range []string{"chunked", "half-close", "slow-body=5ms", "keep-alive", "lost-answer"} {
		s := serve(t, func(int) string { return fine })
		copies := make([]Delivery, 3)
		for i := range copies {
			copies[i] = oddDelivery(mustWay(t, name))
		}
		target := mustURL(t, s.address)
		results, err := Together(t.Context(), copies, Sending{Target: target})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			if r[0].Satisfied == r[0].Unknown || r[0].Way != name {
				t.Errorf("%s: %+v", name, r[0])
			}
		}
		target.(io.Closer).Close()
	}
}

// TestHandlerGoesSomeWays: a handler is given what a server would give it; what
// needs a connection cannot be gone.
func TestHandlerGoesSomeWays(t *testing.T) {
	want := map[string]string{
		"chunked": "72 HTTP/1.1 <nil>", "chunked-extensions": "72 HTTP/1.1 <nil>", "chunked-trailers": "72 HTTP/1.1 <nil>", "length-and-chunked": "72 HTTP/1.1 <nil>",
		"no-length": "0 HTTP/1.1 <nil>", "length-too-small": "71 HTTP/1.1 <nil>", "length-too-great": "72 HTTP/1.1 unexpected EOF",
		"two-lengths-equal": "72 HTTP/1.1 <nil>", "http1.0": "72 HTTP/1.0 <nil>", "lower-case": "72 HTTP/1.1 <nil>", "upper-case": "72 HTTP/1.1 <nil>",
		"lines-twice": "72 HTTP/1.1 <nil>", "absolute-form": "72 HTTP/1.1 <nil>", "folded-line": "72 HTTP/1.1 <nil>", "gzip": "35 HTTP/1.1 <nil>",
	}
	handler := Handler("http://shop.test/hooks", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if r.Header.Get("X-Sig") != "s" || r.Host != "shop.test" {
			t.Errorf("%v, %s", r.Header, r.Host)
		}
		fmt.Fprintf(w, "%d %s %v", len(body), r.Proto, err)
	}))
	for i := range Ways {
		w := &Ways[i]
		receipts, err := Deliver(t.Context(), oddDelivery(w), Sending{Target: handler})
		if text, can := want[w.Name]; !can {
			if !IsCannot(err) || !strings.Contains(err.Error(), "way "+w.Name) {
				t.Errorf("%s: %v", w.Name, err)
			}
		} else if err != nil || w.Name != "gzip" && string(receipts[0].Body) != text || receipts[0].Way != w.Name {
			t.Errorf("%s: %+v, %v", w.Name, receipts, err)
		}
	}
	other := &slowToConnect{}
	if _, err := Deliver(context.Background(), oddDelivery(&Ways[0]), Sending{Target: other}); !IsCannot(err) {
		t.Errorf("a target of somebody's own: %v", err)
	}
}
