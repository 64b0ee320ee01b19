package simulator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// authority makes certificates for tests.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	a := &authority{t: t, key: must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))}
	a.cert = must(x509.ParseCertificate(a.sign(&x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, a.key)))
	return a
}

func (a *authority) sign(c *x509.Certificate, key *ecdsa.PrivateKey) []byte {
	c.SerialNumber, c.NotBefore, c.NotAfter = big.NewInt(1), time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	parent := a.cert
	if parent == nil {
		parent = c
	}
	return must(x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, a.key))
}

// pair returns a certificate and its key in PEM.
func (a *authority) pair(c *x509.Certificate) (cert, key []byte) {
	private := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.sign(c, private)}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: must(x509.MarshalPKCS8PrivateKey(private))})
}

func (a *authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.cert.Raw})
}

// secured is a TLS receiver under an authority; it wants a client certificate where
// it is told so.
func (a *authority) secured(client tls.ClientAuthType, h http.Handler) *httptest.Server {
	cert, key := a.pair(&x509.Certificate{DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}})
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	s := httptest.NewUnstartedServer(h)
	s.EnableHTTP2 = true
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{Certificates: []tls.Certificate{must(tls.X509KeyPair(cert, key))}, ClientAuth: client, ClientCAs: pool}
	s.StartTLS()
	a.t.Cleanup(s.Close)
	return s
}

// told answers with what the receiver saw of a request.
var told = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	fmt.Fprintf(w, "%s %s %s %v %d %d", r.Proto, r.Host, r.Header.Get("X-Sig"), r.Header["User-Agent"], len(body), len(r.TLS.PeerCertificates))
})

// TestTLS: a receiver is trusted by the system's authorities, by a given one, or
// where that is asked for; and it is shown a certificate where one is given.
func TestTLS(t *testing.T) {
	a, other := newAuthority(t), newAuthority(t)
	cert, key := a.pair(&x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	wrongCert, wrongKey := other.pair(&x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}})
	open, closed := a.secured(tls.NoClientCert, told), a.secured(tls.RequireAndVerifyClientCert, told)
	for name, c := range map[string]struct {
		server *httptest.Server
		via    Transport
		body   string
		err    error
	}{
		"the system's":        {open, Transport{}, "", ErrCertificate},
		"given":               {open, Transport{CA: a.pem()}, "HTTP/1.1 shop.test s [] 72 0", nil},
		"another":             {open, Transport{CA: other.pem()}, "", ErrCertificate},
		"insecure":            {open, Transport{Insecure: true}, "HTTP/1.1 shop.test s [] 72 0", nil},
		"client":              {closed, Transport{CA: a.pem(), Cert: cert, CertKey: key}, "HTTP/1.1 shop.test s [] 72 1", nil},
		"no client":           {closed, Transport{CA: a.pem()}, "", ErrClientCertificate},
		"a client of another": {closed, Transport{CA: a.pem(), Cert: wrongCert, CertKey: wrongKey}, "", ErrClientCertificate},
	} {
		target, err := URLVia(c.server.URL, c.via)
		if err != nil {
			t.Fatal(err)
		}
		for way, proto := range map[string]string{"": "HTTP/1.1", "http2": "HTTP/2.0", "chunked": "HTTP/1.1"} {
			var w *Way
			if way != "" {
				w = mustWay(t, way)
			}
			r := deliverBy(t, w, target)
			// Over HTTP/2 net/http may see the pipe break before it reads the alert.
			fits := errors.Is(r.Err, c.err) || way == "http2" && c.err == ErrClientCertificate && r.Err != nil
			if want := strings.Replace(c.body, "HTTP/1.1", proto, 1); string(r.Body) != want || !fits {
				t.Errorf("%s, way %q: %q, %v; want %q, %v", name, way, r.Body, r.Err, want, c.err)
			}
		}
	}
	for text, via := range map[string]Transport{
		"no certificate in PEM":  {CA: []byte("x")},
		"the client certificate": {Cert: cert, CertKey: wrongKey},
	} {
		var mistake *Mistake
		if _, err := URLVia("https://localhost/", via); !errors.As(err, &mistake) || !strings.Contains(mistake.Text, text) || mistake.Hint == "" {
			t.Errorf("%v", err)
		}
	}
}

// TestHTTP2 stays bounded, and knows a receiver that ends the stream.
func TestHTTP2(t *testing.T) {
	a := newAuthority(t)
	server := a.secured(tls.NoClientCert, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/endless":
			for {
				if _, err := w.Write(make([]byte, 1<<16)); err != nil {
					return
				}
			}
		case "/flood":
			w.Header().Set("X-Flood", strings.Repeat("y", 128<<10))
		case "/crash":
			panic(http.ErrAbortHandler)
		case "/silent":
			<-r.Context().Done()
		}
	}))
	by := func(path string) Receipt {
		target, err := URLVia(server.URL+path, Transport{CA: a.pem()})
		if err != nil {
			t.Fatal(err)
		}
		patience := time.Minute
		if path == "/silent" {
			patience = 20 * time.Millisecond
		}
		receipts, err := Deliver(t.Context(), oddDelivery(mustWay(t, "http2")), Sending{Target: target, Patience: patience})
		if err != nil {
			t.Fatal(err)
		}
		return receipts[0]
	}
	if r := by("/endless"); r.Status != 200 || len(r.Body) != maxAnswerBody || !r.Truncated {
		t.Errorf("endless: %d, %d bytes, %v", r.Status, len(r.Body), r.Err)
	}
	if r := by("/flood"); r.Err == nil {
		t.Error("a header flood is an answer")
	}
	var none *NoAnswerError
	if r := by("/crash"); !errors.As(r.Err, &none) || !none.HungUp() {
		t.Errorf("crash: %+v, %v", none, r.Err)
	}
	if r := by("/silent"); !errors.As(r.Err, &none) || !none.Timeout() || !none.Connected {
		t.Errorf("silent: %v", r.Err)
	}
	plain := httptest.NewUnstartedServer(told)
	plain.Config.ErrorLog = log.New(io.Discard, "", 0)
	plain.StartTLS()
	defer plain.Close()
	for _, address := range []string{plain.URL, "http://127.0.0.1:1/"} {
		target, err := URLVia(address, Transport{Insecure: true})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Deliver(t.Context(), oddDelivery(mustWay(t, "http2")), Sending{Target: target}); !IsCannot(err) {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestUnixSocket: the path of the socket stands before a colon, that of the
// request behind it.
func TestUnixSocket(t *testing.T) {
	dir, err := os.MkdirTemp("", "s") // the name of a socket is 107 bytes at most
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "app.sock")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Skipf("SKIPPED: no unix sockets here: %v", err)
	}
	go http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprintf(w, "%s %s", r.Host, r.RequestURI) }))
	defer listener.Close()
	for address, want := range map[string]string{
		"unix://" + path + ":/webhooks?a=http://b:/c": "localhost /webhooks?a=http://b:/c",
		"unix://" + path:            "localhost /",
		"unix:" + path + ":/hooks/": "localhost /hooks/",
	} {
		target := mustURL(t, address)
		if a, err := target.Exchange(t.Context(), &Message{Method: "POST"}); err != nil || string(a.Body) != want || Socket(target) != path {
			t.Errorf("%s: %q, %v", address, a.Body, err)
		}
		if r := deliverBy(t, mustWay(t, "chunked"), target); r.Status != 200 {
			t.Errorf("%s: %d, %v", address, r.Status, r.Err)
		}
		if _, err := Deliver(t.Context(), oddDelivery(mustWay(t, "cut-body-reset")), Sending{Target: target}); !IsCannot(err) {
			t.Errorf("a unix socket is reset: %v", err)
		}
		if r := deliverBy(t, mustWay(t, "lost-answer"), target); !r.Unknown {
			t.Errorf("%v", r.Err)
		}
	}
	if _, err := mustURL(t, "unix://"+path+"x:/").Exchange(t.Context(), &Message{Method: "POST"}); err == nil || err.Error() != "no answer: no such file or directory" {
		t.Errorf("%v", err)
	}
	if _, err := URL("unix://:/hooks", false); err == nil {
		t.Error("a socket without a name is a target")
	}
}

// TestOtherHostIsNotTrusted: where an answer redirects to another host, that is
// neither reached over the socket of this one nor shown its certificate.
func TestOtherHostIsNotTrusted(t *testing.T) {
	from := &urlTarget{url: mustURL(t, "https://shop.test/a").(*urlTarget).url, socket: "/run/app.sock", tls: &tls.Config{Certificates: make([]tls.Certificate, 1)}, kept: &pool{}, public: true}
	for address, same := range map[string]bool{"https://shop.test/b": true, "https://other.test/b": false, "https://shop.test:8443/b": false} {
		next, err := from.redirectedTo(address)
		if err != nil || next.Address() != address || !next.redirected || !next.public {
			t.Fatalf("%s: %+v, %v", address, next, err)
		}
		if (next.socket != "") != same || (len(next.tls.Certificates) > 0) != same || (next.kept == from.kept) != same {
			t.Errorf("%s: socket %q, %d certificates", address, next.socket, len(next.tls.Certificates))
		}
	}
}

func TestIPv6Literal(t *testing.T) {
	listener, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skipf("SKIPPED: no IPv6 here: %v", err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Host) })}
	go server.Serve(listener)
	defer server.Close()
	address := listener.Addr().String()
	if a, err := mustURL(t, "http://"+address).Exchange(t.Context(), &Message{Method: "POST"}); err != nil || string(a.Body) != address {
		t.Errorf("%q, %v", a.Body, err)
	}
	for text, want := range map[string]string{"http://[fe80::1%25eth0]:80/": "[fe80::1]:80", "http://[::1]/": "[::1]"} {
		if got := hostOf(mustURL(t, text).(*urlTarget).url); got != want {
			t.Errorf("%s: the Host line is %q", text, got)
		}
	}
}

// A receiver is not away because this system has no file left for a connection.
func TestNoFileLeft(t *testing.T) {
	for _, cause := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ECONNREFUSED} {
		err := notReached(&net.OpError{Op: "dial", Err: os.NewSyscallError("socket", cause)})
		var away *NoAnswerError
		if errors.As(err, &away) != (cause == syscall.ECONNREFUSED) {
			t.Errorf("%v: %v", cause, err)
		}
	}
}
