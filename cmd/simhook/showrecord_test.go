package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// oddRecord runs a course with something of everything, and names its record.
func oddRecord(t *testing.T, args ...string) string {
	t.Helper()
	inDir(t, map[string]string{"course.yaml": "name: odd\nsteps:\n- send: [payment_intent.succeeded, payment_intent.succeeded]\n- later: 3h\n- send: [{event: charge.refunded, age: 72h}]\n- send: [{event: charge.refunded, as: spoilt, fault: wrong-key}]\n"})
	told := call(t, append([]string{"run", "course.yaml", "--provider", "stripe", "--seed", "7", "--record", "run.jsonl"}, args...)...)
	if told.code != 0 {
		t.Fatalf("exit %d\n%s%s", told.code, told.out, told.err)
	}
	return "run.jsonl"
}

func TestShow(t *testing.T) {
	file := oddRecord(t)
	r := call(t, "show", file)
	lines := strings.Split(strings.TrimSpace(r.out), "\n")
	for i, want := range [][]string{
		{"0s ", "payment_intent.succeeded", "evt_", "200 OK in "},
		{"0s ", "payment_intent.succeeded", "evt_", "200 OK in ", "duplicate"},
		{"waiting 3h (0s here)"},
		{"3h ", "charge.refunded", "200 OK in ", "late by 3d"},
		{"3h ", "charge.refunded", "401 Unauthorized in ", "fault wrong-key"},
		{"3 events, 4 attempts: 3 acknowledged, 1 refused; 1 spoilt, 1 duplicate, 1 late"},
	} {
		for _, text := range want {
			if i >= len(lines) || !strings.Contains(lines[i], text) {
				t.Fatalf("line %d has no %q in\n%s%s", i+1, text, r.out, r.err)
			}
		}
	}
	if r.code != 0 || r.err != "" || len(lines) != 6 {
		t.Errorf("exit %d, %s", r.code, r.err)
	}
}

func TestShowJSON(t *testing.T) {
	file := oddRecord(t)
	var shown struct {
		Meta struct {
			Endpoints []struct{ Provider, Pack string }
		}
		Counts   map[string]int
		Attempts []struct {
			Event, Outcome, Fault string
			At                    float64 `json:"at_s"`
			Notes                 []string
		}
	}
	r := call(t, "show", file, "--output", "json")
	if err := json.Unmarshal([]byte(r.out), &shown); err != nil {
		t.Fatalf("%v\n%s", err, r.out)
	}
	last := shown.Attempts[3]
	if len(shown.Attempts) != 4 || last.At != 10800 || last.Outcome != "nack" || last.Fault != "wrong-key" || shown.Counts["duplicates"] != 1 || len(shown.Meta.Endpoints[0].Pack) != 64 {
		t.Errorf("%+v", shown)
	}
}

func TestShowWritesFiles(t *testing.T) {
	file := oddRecord(t)
	r := call(t, "show", file, "--html", "lanes.html", "--har", "run.har")
	if r.code != 0 || r.out != "" || r.err != "simhook: wrote lanes.html\nsimhook: wrote run.har\n" {
		t.Fatalf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	for name, want := range map[string]string{"lanes.html": `<details class="attempt nack"`, "run.har": `"version": "1.2"`} {
		data, err := os.ReadFile(name)
		if info, _ := os.Stat(name); err != nil || !strings.Contains(string(data), want) || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, no %s in %.300s", name, err, want, data)
		}
	}
}

// A record that was cut off is shown as far as it goes, and that is said.
func TestShowOfWhatIsCut(t *testing.T) {
	file := oddRecord(t)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cut := string(data[:strings.LastIndex(string(data), `{"kind":"complete"`)+30])
	r := simhook(t, nil, cut, "show", "-")
	if r.code != 0 || !strings.Contains(r.err, "killed while it wrote the last line") || !strings.Contains(r.out, "no end is recorded") || !strings.Contains(r.out, "3 events, 4 attempts: 3 acknowledged, 1 open") {
		t.Errorf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	for text, want := range map[string]string{"": "it holds no record", "GET / HTTP/1.1\n": "standard input:1: no JSON"} {
		if r := simhook(t, nil, text, "show", "-"); r.code != exitUsage || !strings.Contains(r.err, want) || !strings.Contains(r.err, "hint: ") {
			t.Errorf("exit %d\n%s", r.code, r.err)
		}
	}
	if r := call(t, "show", "nowhere.jsonl"); r.code != exitUsage || !strings.Contains(r.err, "nowhere.jsonl") {
		t.Errorf("exit %d\n%s", r.code, r.err)
	}
}

// TestRecordsKeepNoSecret: neither the record nor what is made of it, but with
// --keep-secrets.
func TestRecordsKeepNoSecret(t *testing.T) {
	const secret = "whsec_neverWriteMeAnywhere42"
	for _, keep := range []bool{false, true} {
		args := []string{"--secret", secret}
		if keep {
			args = append(args, "--keep-secrets")
		}
		file := oddRecord(t, args...)
		call(t, "show", file, "--html", "lanes.html", "--har", "run.har")
		for _, name := range []string{file, "lanes.html", "run.har"} {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(data), secret) || strings.Contains(string(data), ",v1=") != keep {
				t.Errorf("secrets kept %v: %s\n%.2000s", keep, name, data)
			}
		}
	}
}
