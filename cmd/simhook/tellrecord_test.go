package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// TestMain lets the test program be simhook itself, for tests of signals.
func TestMain(m *testing.M) {
	if os.Getenv("SIMHOOK_TEST_MAIN") != "" {
		main()
	}
	os.Exit(m.Run())
}

// recordOf reads a record line by line: every line is whole.
func recordOf(t *testing.T, file string) (lines []map[string]any) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		var line map[string]any
		if err := json.Unmarshal(s.Bytes(), &line); err != nil {
			t.Fatalf("%v: %s", err, s.Text())
		}
		lines = append(lines, line)
	}
	return lines
}

// eventsOf lists the types and the ids of a record's attempts.
func eventsOf(t *testing.T, file string) (types, ids []string) {
	kinds := map[string]string{}
	for _, l := range recordOf(t, file) {
		switch l["kind"] {
		case "event":
			kinds[fmt.Sprint(l["id"])] = fmt.Sprint(l["type"])
		case "invoke":
			types, ids = append(types, kinds[fmt.Sprint(l["event"])]), append(ids, fmt.Sprint(l["event"]))
		}
	}
	return types, ids
}

// TestRunPlan tells a record's course again: the same events, of another run.
func TestRunPlan(t *testing.T) {
	inDir(t, nil)
	shop := newTaker(t, "Stripe-Signature")
	const secret = "whsec_ThisMustNotAppearAnywhere42"
	if r := call(t, "run", "refund-before-payment", "--to", shop.URL, "--seed", "7", "--record", "a.jsonl", "--secret", secret); r.code != 0 || strings.Contains(r.out+r.err, secret) {
		t.Fatalf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	if r := call(t, "run", "--plan", "a.jsonl", "--record", "b.jsonl"); r.code != 0 {
		t.Fatalf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	first, ids := eventsOf(t, "a.jsonl")
	second, others := eventsOf(t, "b.jsonl")
	if len(first) != 8 || !slices.Equal(first, second) || first[0] != "refund.created" {
		t.Errorf("%v, and again %v", first, second)
	}
	for i := range ids {
		if ids[i] == others[i] {
			t.Errorf("%s has the id %s in both runs", first[i], ids[i])
		}
	}
	if came := shop.all(); len(came) != 16 {
		t.Errorf("the address of the record got %d deliveries, not 16", len(came))
	}
	data, err := os.ReadFile("a.jsonl")
	if err != nil || strings.Contains(string(data), secret) || strings.Contains(string(data), "v1=") {
		t.Errorf("the record holds what is secret: %v", err)
	}
	meta := recordOf(t, "b.jsonl")[0]["meta"].(map[string]any)
	if meta["seed"] != 7.0 || meta["name"] != "refund-before-payment" {
		t.Errorf("%v", meta)
	}
	for file, want := range map[string]string{"none.jsonl": "there is no such file", "c.jsonl": "this is no record"} {
		os.WriteFile("c.jsonl", []byte("{\"kind\":\"event\"}\n"), 0o644)
		if r := call(t, "run", "--plan", file); r.code != exitUsage || !strings.Contains(r.err, want) {
			t.Errorf("%s: exit %d\n%s", file, r.code, r.err)
		}
	}
}

// TestRunIsInterrupted: Ctrl-C, or what stops a container, while an answer is awaited
// ends it at once, and leaves a record that can be read, and by its owner alone.
func TestRunIsInterrupted(t *testing.T) {
	for _, sig := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		t.Run(sig.String(), func(t *testing.T) { interrupted(t, sig) })
	}
}

func interrupted(t *testing.T, sig os.Signal) {
	arrived, gone := make(chan struct{}), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		close(arrived)
		<-r.Context().Done() // the client has hung up
		close(gone)
	}))
	defer server.Close()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	record := filepath.Join(t.TempDir(), "a.jsonl")
	if err := os.WriteFile(record, []byte("an old one"), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	c := exec.CommandContext(ctx, program, "run", "delivered-twice", "--provider", "stripe", "--to", server.URL, "--timeout", "1h", "--record", record)
	c.Env = append(os.Environ(), "SIMHOOK_TEST_MAIN=1")
	var out, errs strings.Builder
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	<-arrived
	if err := c.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
	c.Wait()
	<-gone
	if c.ProcessState.ExitCode() != exitStopped || !strings.Contains(errs.String(), "simhook: interrupted") {
		t.Errorf("exit %d\n%s%s", c.ProcessState.ExitCode(), out.String(), errs.String())
	}
	if info, err := os.Stat(record); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, mode %v", err, info.Mode())
	}
	var kinds []string
	for _, l := range recordOf(t, record) {
		kinds = append(kinds, fmt.Sprint(l["kind"]))
	}
	if want := []string{"meta", "event", "invoke", "complete", "end"}; !slices.Equal(kinds, want) {
		t.Errorf("the record has %v, not %v", kinds, want)
	}
}
