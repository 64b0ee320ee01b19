package simulator

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestHandlerThatEndsItsGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		began := time.Now()
		for name, handler := range map[string]http.HandlerFunc{
			"t.FailNow": func(http.ResponseWriter, *http.Request) { runtime.Goexit() },
			"panic":     func(http.ResponseWriter, *http.Request) { panic("no") },
		} {
			_, err := Handler("http://shop.test/", handler).Exchange(ctx, &Message{Method: "POST"})
			var none *NoAnswerError
			if !errors.As(err, &none) || none.Timeout() || none.HungUp() {
				t.Errorf("%s: %v", name, err)
			}
		}
		if waited := time.Since(began); waited != 0 {
			t.Errorf("it took %v", waited)
		}
	})
}

// TestHandlerAnswerIsBounded: the answer of a handler is cut where one over the
// network is.
func TestHandlerAnswerIsBounded(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/pieces" {
			for range 2 << 10 {
				w.Write(make([]byte, 1<<10))
			}
			return
		}
		w.Write(make([]byte, 2<<20))
	})
	server := httptest.NewServer(handler)
	defer server.Close()
	for _, path := range []string{"/", "/pieces"} {
		overNetwork, err := URL(server.URL+path, false)
		if err != nil {
			t.Fatal(err)
		}
		for _, target := range []Target{overNetwork, Handler("http://shop.test"+path, handler)} {
			a, err := target.Exchange(t.Context(), &Message{Method: "POST"})
			if err != nil || len(a.Body) != 1<<20 || !a.Truncated {
				t.Errorf("%s: %d bytes, truncated %v, %v", target.Address(), len(a.Body), a.Truncated, err)
			}
		}
	}
}

// TestSentIsKnown: whether a request was whole on its way does not hang on which
// goroutine comes first.
func TestSentIsKnown(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			if _, err := http.ReadRequest(newReader(conn)); err != nil {
				t.Error(err)
			}
			conn.Close()
		}
	}()
	target, err := URL("http://"+listener.Addr().String(), false)
	if err != nil {
		t.Fatal(err)
	}
	for range 200 {
		_, err := target.Exchange(t.Context(), &Message{Method: "POST"})
		var none *NoAnswerError
		if !errors.As(err, &none) || !none.Sent || !none.HungUp() {
			t.Fatalf("%v: %+v", err, none)
		}
	}
}

// TestNearby: loopback and private addresses are targets, and this host's; those
// where cloud machines keep their keys are not.
func TestNearby(t *testing.T) {
	for text, want := range map[string]bool{
		"127.0.0.1": true, "::1": true, "10.1.2.3": true, "172.16.0.1": true, "192.168.1.1": true, "fd00::1": true, "0.0.0.0": true, "::": true,
		"169.254.169.254": false, "fe80::1": false, "192.0.2.1": false, "100.64.0.1": false, "2001:db8::1": false, "172.32.0.1": false, "224.0.0.1": false,
	} {
		ip := netip.MustParseAddr(text)
		err := (&urlTarget{}).allows(ip)
		if (err == nil) != want {
			t.Errorf("%s: %v", text, err)
		}
		var mistake *Mistake
		if err != nil && (!errors.As(err, &mistake) || !strings.Contains(mistake.Hint, "--public")) {
			t.Errorf("%s: no hint at --public: %v", text, err)
		}
		if err := (&urlTarget{public: true}).allows(ip); err != nil {
			t.Errorf("%s, --public: %v", text, err)
		}
		if err := (&urlTarget{public: true, redirected: true}).allows(ip); (err != nil) != ip.IsLinkLocalUnicast() {
			t.Errorf("%s, --public, where an answer redirects to: %v", text, err)
		}
	}
}

func TestThisHostIsDialled(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	_, port, _ := net.SplitHostPort(server.Listener.Addr().String())
	target, err := URL("http://0.0.0.0:"+port, false)
	if err != nil {
		t.Fatal(err)
	}
	if a, err := target.Exchange(t.Context(), &Message{Method: "POST"}); err != nil || a.Status != 200 {
		t.Errorf("%d, %v", a.Status, err)
	}
}

// TestRedirectToCloudKeys: an answer cannot send simhook to where cloud machines
// keep their keys.
func TestRedirectToCloudKeys(t *testing.T) {
	for _, public := range []bool{false, true} {
		server := httptest.NewServer(http.RedirectHandler("http://169.254.169.254/latest/meta-data/", http.StatusTemporaryRedirect))
		target, err := URL(server.URL, public)
		if err != nil {
			t.Fatal(err)
		}
		d := Delivery{Event: Event{Provider: &Provider{Redirects: 3, Patience: 5 * time.Second}, Method: "POST"}}
		_, err = Deliver(t.Context(), d, Sending{Target: target})
		var mistake *Mistake
		if !errors.As(err, &mistake) || !strings.Contains(mistake.Text, "redirects to 169.254.169.254") {
			t.Errorf("public %v: %v", public, err)
		}
		server.Close()
	}
}

// TestPoise: all but the last byte is on the wire before finish, and no more.
func TestPoise(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	target, err := URL("http://"+listener.Addr().String(), false)
	if err != nil {
		t.Fatal(err)
	}
	m := &Message{Method: "POST", Body: []byte(`{"a":1}`)}
	finish, err := target.(poised).poise(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	request := make([]byte, len(Wire(m, target.(*urlTarget).url)))
	if _, err := io.ReadFull(conn, request[:len(request)-1]); err != nil {
		t.Fatal(err)
	}
	conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	if n, _ := conn.Read(request[len(request)-1:]); n != 0 {
		t.Error("the last byte came before its time")
	}
	conn.SetReadDeadline(time.Time{})
	go func() {
		io.ReadFull(conn, request[len(request)-1:])
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	}()
	if a, err := finish(t.Context()); err != nil || a.Status != 200 || !strings.HasSuffix(string(request), `{"a":1}`) {
		t.Errorf("%d, %v, %q", a.Status, err, request)
	}
}
