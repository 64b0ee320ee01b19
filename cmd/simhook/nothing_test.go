package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A wrong path refuses everything: that is no verdict on the endpoint.
func TestWrongPathIsNoPass(t *testing.T) {
	inDir(t, nil)
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	r := call(t, "send", "stripe", "--fault", "stale", "--to", server.URL)
	if r.code != exitAway || !strings.Contains(r.err, "nothing was judged") {
		t.Errorf("exit %d, want %d\n%s", r.code, exitAway, r.err)
	}
}

// One accepted forgery outweighs a second copy that got no answer.
func TestLostCopyHidesNoFailure(t *testing.T) {
	inDir(t, nil)
	url, _ := capture(t, func(conn net.Conn, n int) {
		if n == 1 {
			status(200)(conn, n)
			return
		}
		io.WriteString(conn, "not HTTP at all\r\n\r\n")
	})
	if r := call(t, "send", "stripe", "--fault", "stale", "--times", "2", "--to", url); r.code != exitFailed {
		t.Errorf("exit %d, want %d\n%s%s", r.code, exitFailed, r.out, r.err)
	}
}

// A receiver that sends back what it got shows neither the secret nor what a
// fault made of it.
func TestEchoedSecretIsMasked(t *testing.T) {
	inDir(t, nil)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprintf(w, "bad token %q", r.Header.Values("X-Gitlab-Token"))
	}))
	defer server.Close()
	for _, fault := range []string{"", "truncated-signature.last", "signature-twice.bad-last", "extended-signature"} {
		args := []string{"send", "gitlab", "--variant", "token", "--secret", "SuperSecretValue9", "--to", server.URL, "--output", "json", "--expect", "any"}
		if fault != "" {
			args = append(args, "--fault", fault)
		}
		r := call(t, args...)
		if strings.Contains(r.out+r.err, "SuperSecret") || strings.Contains(r.out, "Tvqfs") {
			t.Errorf("%s: the secret is shown:\n%s", fault, r.out)
		}
	}
}

// GitHub and Razorpay sign nothing for an endpoint without a secret.
func TestNoSecret(t *testing.T) {
	inDir(t, nil)
	for provider, header := range map[string]string{"github": "X-Hub-Signature", "razorpay": "X-Razorpay-Signature"} {
		url, requests := capture(t, status(200))
		r := call(t, "send", provider, "--no-secret", "--to", url)
		if r.code != 0 || len(requests()) != 1 || strings.Contains(requests()[0], header) {
			t.Errorf("%s: exit %d\n%s%s\n%v", provider, r.code, r.out, r.err, requests())
		}
	}
	for _, args := range [][]string{
		{"send", "github", "--no-secret"},
		{"send", "github", "--no-secret", "--secret", "x", "--dry-run"},
		{"send", "github", "--no-secret", "--fault", "wrong-key", "--dry-run"},
		{"send", "discord", "--no-secret", "--dry-run"},
	} {
		if r := call(t, args...); r.code != exitUsage || !strings.Contains(r.err, "hint: ") {
			t.Errorf("%v: exit %d\n%s", args, r.code, r.err)
		}
	}
}
