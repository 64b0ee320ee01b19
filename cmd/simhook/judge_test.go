package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestJudge: one judge, whatever is expected.
func TestJudge(t *testing.T) {
	inDir(t, nil)
	crashing := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer crashing.Close()
	status := func(code int) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }))
		t.Cleanup(s.Close)
		return s.URL
	}
	ok, refuses, fails := status(200), status(400), status(500)
	for _, c := range []struct {
		args string
		code int
		say  string
	}{
		{"--fault no-signature --to " + crashing.URL, 1, "may have crashed"},
		{"--fault malformed.odd-length --to " + crashing.URL, 1, "may have crashed"},
		{"--fault legacy-only --to " + crashing.URL, 1, "may have crashed"},
		{"--fault malformed.nul --to " + crashing.URL, 0, ""},
		{"--fault legacy-only --to http://127.0.0.1:1", 3, "127.0.0.1:1"},
		{"--fault no-signature --to http://127.0.0.1:1", 3, "127.0.0.1:1"},
		{"--fault legacy-only --to " + ok, 0, ""},
		{"--fault legacy-only --to " + refuses, 0, ""},
		{"--fault legacy-only --to " + fails, 1, "expected either"},
		{"--fault no-signature --to " + refuses, 0, ""},
		{"--fault no-signature --to " + ok, 1, "expected refuse: 400-499"},
		{"--fault no-signature --expect any --to " + crashing.URL, 0, ""},
		{"--to " + crashing.URL, 3, "closed before an answer came"},
		{"--secret test --fault placeholder-key.test --to " + ok, 2, "that is the configured secret"},
	} {
		r := call(t, append([]string{"send", "github"}, strings.Fields(c.args)...)...)
		if r.code != c.code || !strings.Contains(r.out+r.err, c.say) {
			t.Errorf("%s: exit %d, want %d with %q\n%s%s", c.args, r.code, c.code, c.say, r.out, r.err)
		}
		if c.code == 2 && (!strings.Contains(r.err, "cannot be made here") || !strings.Contains(r.err, "hint: ")) {
			t.Errorf("%s: %s", c.args, r.err)
		}
	}
}
