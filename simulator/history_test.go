package simulator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// recorded plays a course with everything odd in it and returns its record.
func recorded(t *testing.T, answer func(n int, w http.ResponseWriter, r *http.Request), steps ...Step) []byte {
	t.Helper()
	var out bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		r := newPlayedTo(answer)
		plan := playPlan(Handler("http://acme.test/", r), steps...)
		rec := NewRecorder(&out)
		rec.Bodies = true
		rec.Meta(Meta{Version: "simhook test", Name: "test", Run: "r", Start: plan.Start, Endpoints: []MetaEndpoint{{Name: "acme", Provider: "acme", URL: "http://acme.test/"}}})
		err := Play(t.Context(), plan, Playing{Speed: 1, Began: rec.Began, Ended: rec.Ended, Waits: rec.Waits})
		rec.End(err)
		if err != nil || rec.Err() != nil {
			t.Fatal(err, rec.Err())
		}
		time.Sleep(24 * time.Hour) // every handler ends
	})
	return out.Bytes()
}

// oddCourse: refused, lost, missed, a duplicate and two at once.
func oddCourse(t *testing.T) []byte {
	return recorded(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		switch n {
		case 1:
			w.WriteHeader(503)
		case 3:
			time.Sleep(time.Hour)
		}
		fmt.Fprint(w, "ok \"\\\n\x01\xff é")
	}, Step{How: Retried}, Step{At: 2 * time.Hour, Event: 1}, Step{At: 2 * time.Hour, Event: 1}, Step{At: 2 * time.Hour, Event: 2, How: Joined}, Step{At: 3 * time.Hour, Event: 3, Missed: 1})
}

func readRecord(t *testing.T, record []byte) *History {
	t.Helper()
	h, err := ReadHistory("record.jsonl", bytes.NewReader(record))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// What is read back is what happened: the timeline of a record is the live one.
func TestHistoryIsWhatHappened(t *testing.T) {
	h := readRecord(t, oddCourse(t))
	var got []string
	timeline := h.Timeline()
	h.Each(func(p *Past) {
		timeline.Began(&p.Attempt)
		got = append(got, strings.Join(strings.Fields(timeline.PastLine(p)), " "))
	}, func(w Wait) { got = append(got, strings.TrimSpace(WaitLine(w.Provider, w.Real))) })
	want := []string{
		"0s +0s thing a 503 Service Unavailable in 0s again in 1m",
		"waiting 1m",
		"1m +1m thing a 200 OK in 0s attempt 2",
		"waiting 1h59m",
		"2h +2h thing b no answer in 10s unknown",
		"2h +2h thing b 200 OK in 0s duplicate, together 1",
		"2h +2h thing c 200 OK in 0s together 1",
		"waiting 1h (59m50s here)",
		"3h +3h thing d not sent missed",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if text := timeline.Counts.String(); text != "4 events, 6 attempts: 3 acknowledged, 1 refused, 1 unknown, 1 missed (never arrived); 1 retry, 1 duplicate" {
		t.Error(text)
	}
	first, lost := h.Attempts[0], h.Attempts[2]
	if !h.Ended || h.Truncated || first.SHA256 != "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb" || string(first.Message.Body) != "a" ||
		first.Bytes != 1 || string(first.Answer.Body) != "ok \"\\\n\x01\xff é" || !lost.Unknown() || lost.Satisfied || lost.Ended != 2*time.Hour+10*time.Second {
		t.Errorf("%+v\n%+v", first, lost)
	}
}

// Cut anywhere, a record reads up to its last whole line.
func TestHistoryCutAnywhere(t *testing.T) {
	record := oddCourse(t)
	meta := bytes.IndexByte(record, '\n') + 1
	for cut := range len(record) + 1 {
		h, err := ReadHistory("record.jsonl", bytes.NewReader(record[:cut]))
		if whole := cut >= meta-1; (err == nil) != whole {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if err != nil {
			continue
		}
		kept := record[:cut]
		half := cut > 0 && kept[cut-1] != '\n' && (cut == len(record) || record[cut] != '\n')
		if half {
			kept = kept[:bytes.LastIndexByte(kept, '\n')+1]
		}
		landed := 0
		for _, a := range h.Attempts {
			if a.Landed {
				landed++
			}
		}
		if began, ended := bytes.Count(kept, []byte(`{"kind":"invoke"`)), bytes.Count(kept, []byte(`{"kind":"complete"`)); began != len(h.Attempts) || ended != landed || h.Truncated != half {
			t.Fatalf("cut at %d: %d of %d began, %d of %d ended, truncated %v", cut, len(h.Attempts), began, landed, ended, h.Truncated)
		}
	}
}

func TestHistoryMistakes(t *testing.T) {
	const meta = `{"kind":"meta","meta":{"name":"x"}}` + "\n"
	const event = `{"kind":"event","e":1,"id":"a","provider":"acme"}` + "\n"
	for _, c := range []struct{ text, want string }{
		{"", "r: it holds no record"},
		{"hello\n", "r:1: no JSON: invalid character 'h' looking for beginning of value"},
		{event, "r:1: the first line is no meta"},
		{meta + "{\n" + event, "r:2: no JSON: unexpected end of JSON input"},
		{meta + `{"kind":"invoke","n":1,"e":7}` + "\n", "r:2: attempt 1 is at event 7, which no line before describes"},
		{meta + event + `{"kind":"invoke","n":1,"e":1}` + "\n" + `{"kind":"invoke","n":1,"e":1}` + "\n", "r:4: attempt 1 begins a second time"},
		{meta + `{"kind":"complete","n":3}` + "\n", "r:2: attempt 3 ends, and no line before begins it"},
		{meta + `{"kind":"complete","n":"three"}` + "\n", "r:2: n is a string, which it cannot be"},
		{meta + event + `{"kind":"invoke","n":1,"e":1,"bytes":1,"body_base64":"?"}` + "\n", "r:3: body_base64 is no base64"},
	} {
		_, err := ReadHistory("r", strings.NewReader(c.text))
		var m *Mistake
		if !errors.As(err, &m) || m.Text != c.want || m.Hint == "" {
			t.Errorf("%q: %v, not %s", c.text, err, c.want)
		}
	}
	h := readRecord(t, []byte(meta+`{"kind":"weather","sky":[1]}`+"\n\n"+strings.Replace(event, "}", `,"colour":"red"}`, 1)+`{"kind":"invoke","n":1,"e":1,"fault":"of-tomorrow"}`+"\n"+`{"kind":"end"}`))
	if len(h.Attempts) != 1 || h.Attempts[0].Fault.Name != "of-tomorrow" || !h.Ended || h.Truncated {
		t.Errorf("%+v", h)
	}
}

const killedRecord = "SIMHOOK_TEST_KILLED_RECORD"

// TestRecordChild is the process that TestRecordIsKilled kills.
func TestRecordChild(t *testing.T) {
	file := os.Getenv(killedRecord)
	if file == "" {
		t.Skip("not a test of its own")
	}
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	rec := NewRecorder(f)
	rec.Bodies = true
	rec.Meta(Meta{Name: "killed"})
	plan := playPlan(Handler("http://acme.test/", http.NotFoundHandler()), make([]Step, 1<<22)...)
	t.Fatal(Play(context.Background(), plan, Playing{Began: rec.Began, Ended: rec.Ended, Waits: rec.Waits}))
}

// Killed while it writes, simhook leaves a record that reads up to the last line.
func TestRecordIsKilled(t *testing.T) {
	for _, size := range []int64{1, 1e3, 3e4, 5e5, 2e6} {
		file := filepath.Join(t.TempDir(), "record.jsonl")
		child := exec.Command(os.Args[0], "-test.run=^TestRecordChild$")
		child.Env = append(os.Environ(), killedRecord+"="+file)
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		for { // until so much is written
			if info, err := os.Stat(file); err == nil && info.Size() >= size {
				break
			}
			time.Sleep(time.Millisecond)
		}
		child.Process.Kill()
		if err := child.Wait(); child.ProcessState.Success() {
			t.Fatal(err)
		}
		record, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		h := readRecord(t, record)
		landed := 0
		for _, a := range h.Attempts {
			if a.Landed {
				landed++
			}
		}
		if ends := bytes.Count(record, []byte(`{"kind":"complete"`)); landed < ends-1 || h.Ended || h.Incomplete() == "" || size > 1e4 && ends == 0 {
			t.Errorf("%d of %d ends are read, %+v", landed, ends, h.Incomplete())
		}
	}
}
