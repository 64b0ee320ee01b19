package scenarios_test

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"simhook/scenarios"
	"simhook/simulator"
)

// raw is one request as it came over a socket.
type raw struct {
	bytes string
	at    time.Time // of its last byte
}

// rawReceiver takes requests off sockets byte by byte, without net/http. The n-th
// is answered with answer(n), counted from 1, when hold(n) returns.
type rawReceiver struct {
	net.Listener
	mu   sync.Mutex
	came []raw
}

func newRawReceiver(t *testing.T, hold func(n int), answer func(n int) string) *rawReceiver {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &rawReceiver{Listener: listener}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				n := r.take(conn)
				hold(n)
				io.WriteString(conn, answer(n))
				io.Copy(io.Discard, conn)
			}()
		}
	}()
	return r
}

var lengthLine = regexp.MustCompile(`(?i)\r\ncontent-length: (\d+)\r\n`)

// take reads one request, and returns its number.
func (r *rawReceiver) take(conn net.Conn) int {
	in, text := bufio.NewReader(conn), ""
	for !strings.HasSuffix(text, "\r\n\r\n") {
		line, err := in.ReadString('\n')
		if text += line; err != nil {
			break
		}
	}
	if m := lengthLine.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1])
		body := make([]byte, n)
		n, _ = io.ReadFull(in, body)
		text += string(body[:n])
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.came = append(r.came, raw{text, time.Now()})
	return len(r.came)
}

// stripeRequest is what Stripe sends in live mode, written down by hand.
func stripeRequest(host, secret, stamp, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + "." + body))
	return "POST /webhooks HTTP/1.1\r\nHost: " + host + "\r\nContent-Type: application/json; charset=utf-8\r\nCache-Control: no-cache\r\n" +
		"User-Agent: Stripe/1.0 (+https://stripe.com/docs/webhooks)\r\nAccept: */*; q=0.5, application/xml\r\n" +
		fmt.Sprintf("Stripe-Signature: t=%s,v1=%x\r\nContent-Length: %d\r\n\r\n%s", stamp, mac.Sum(nil), len(body), body)
}

// lowerNames writes header names in lower case.
func lowerNames(request string) string {
	head, body, _ := strings.Cut(request, "\r\n\r\n")
	lines := strings.Split(head, "\r\n")
	for i, line := range lines[1:] {
		name, value, _ := strings.Cut(line, ":")
		lines[i+1] = strings.ToLower(name) + ":" + value
	}
	return strings.Join(lines, "\r\n") + "\r\n\r\n" + body
}

// TestCourseOnTheWire: a receiver at a raw socket sees the bytes, header lines, times
// and order that the course says: a failure that is tried again five minutes later;
// another way; three at once; one again by hand. Each is signed for the time it leaves.
func TestCourseOnTheWire(t *testing.T) {
	const secret, speed = "whsec_RawSocket0123456789", 6000
	c, err := scenarios.ReadCourse("wire.yaml", []byte(`
provider: stripe
variant: live
retry: true
steps:
  - send:
      - charge.succeeded
      - {event: charge.refunded, way: lower-case}
  - later: 10m
  - together: [{event: charge.failed, times: 2}, charge.captured]
  - later: 50m
  - redeliver: [charge.succeeded]
`))
	if err != nil {
		t.Fatal(err)
	}
	var together sync.WaitGroup
	together.Add(3)
	r := newRawReceiver(t, func(n int) {
		if n >= 4 && n <= 6 { // none is answered before all are there
			together.Done()
			together.Wait()
		}
	}, func(n int) string {
		if n == 1 {
			return "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
		}
		return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
	})
	target, err := simulator.URL("http://"+r.Addr().String()+"/webhooks", false)
	if err != nil {
		t.Fatal(err)
	}
	told := scenarios.Telling{Run: "wire", To: scenarios.Setup{Pack: load(t, "stripe"), Variant: "live", Target: target, Secrets: []string{secret}}}
	plan, err := c.Plan(told)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if err := simulator.Play(t.Context(), plan, simulator.Playing{Speed: speed}); err != nil {
		t.Fatal(err)
	}
	checkCame(t, plan, r, secret, began, speed)
}

// expected is when a step of a plan is to come, on the provider's clock.
type expected struct {
	step int
	at   time.Duration
}

// checkCame compares what came with what the course says, step by step.
func checkCame(t *testing.T, plan *simulator.Plan, r *rawReceiver, secret string, began time.Time, speed time.Duration) {
	t.Helper()
	want := []expected{{0, 0}, {1, 0}, {0, 5 * time.Minute}, {2, 10 * time.Minute}, {3, 10 * time.Minute}, {4, 10 * time.Minute}, {5, time.Hour}}
	if len(r.came) != len(want) {
		t.Fatalf("%d requests came, not %d", len(r.came), len(want))
	}
	body := func(step int) string {
		ev, err := plan.Endpoints[0].Make(plan.Steps[step].Event)
		if err != nil {
			t.Fatal(err)
		}
		return string(ev.Body)
	}
	bodyCame := func(c raw) string { return c.bytes[strings.Index(c.bytes, "\r\n\r\n")+4:] }
	// Those at one moment come in any order.
	slices.SortFunc(r.came[3:6], func(a, b raw) int { return strings.Compare(bodyCame(a), bodyCame(b)) })
	slices.SortFunc(want[3:6], func(a, b expected) int { return strings.Compare(body(a.step), body(b.step)) })
	for i, w := range want {
		came := r.came[i]
		stamp := regexp.MustCompile(`t=(\d+)`).FindStringSubmatch(came.bytes)
		if stamp == nil {
			t.Fatalf("request %d has no time:\n%s", i+1, came.bytes)
		}
		if signed, _ := strconv.ParseInt(stamp[1], 10, 64); signed < began.Unix() || signed > came.at.Unix() {
			t.Errorf("request %d is signed for %d, and came between %d and %d", i+1, signed, began.Unix(), came.at.Unix())
		}
		if early := w.at/speed - came.at.Sub(began); early > 0 {
			t.Errorf("request %d came %v early", i+1, early)
		}
		request := stripeRequest(r.Addr().String(), secret, stamp[1], body(w.step))
		if w.step == 1 {
			request = lowerNames(request)
		}
		if came.bytes != request {
			t.Errorf("request %d:\n%s\nwant\n%s", i+1, came.bytes, request)
		}
	}
}
