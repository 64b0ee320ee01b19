package scenarios_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"simhook/fixtures"
	"simhook/scenarios"
	"simhook/simulator"
)

const all = `name: all
about: every word
source: nowhere
provider: stripe
variant: live
retry: true
endpoints:
  - {name: second, provider: stripe, variant: default, ahead: -90s, tenant: true}
steps:
  - send: charge.succeeded
  - send: {event: charge.succeeded, as: 2, to: second, fault: stale, way: chunked, age: 1d2h, missed: 2, times: 3, set: [data.object.amount=5]}
  - together: [charge.succeeded, {event: charge.refunded, times: 2}]
  - burst: {event: charge.succeeded, count: 2, over: 1m30s, to: second, fault: stale, missed: 1}
  - later: 1500ms
  - redeliver: charge.succeeded
  - story: payment
  - story: {name: payment, order: [2, 1], fast: true, to: second}
  - story: {backwards: true}
  - permute: payment
  - permute: {name: payment, to: second}
  - roll: true
  - outage: 90m
`

// A course is the same after YAML → JSON → course, and its JSON has durations as
// text.
func TestCourseSurvivesJSON(t *testing.T) {
	first := read(t, "all.yaml", all)
	written, err := json.Marshal(first)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"ahead":"-1m30s"`, `"age":"26h"`, `"over":"1m30s"`, `"later":"1.5s"`, `"story":{"backwards":true}`, `"roll":true`, `"outage":"1h30m"`} {
		if !bytes.Contains(written, []byte(want)) {
			t.Errorf("no %s in %s", want, written)
		}
	}
	again, err := json.Marshal(read(t, "record.jsonl", string(written)))
	if err != nil || !bytes.Equal(again, written) {
		t.Errorf("%v\n%s\n%s", err, written, again)
	}
	var direct scenarios.Course
	if err := json.Unmarshal(written, &direct); err != nil || time.Duration(direct.Steps[4].Later) != 1500*time.Millisecond {
		t.Errorf("%v %v", err, direct.Steps)
	}
}

func read(t *testing.T, file, text string) *scenarios.Course {
	t.Helper()
	c, err := scenarios.ReadCourse(file, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// The plans of a course and of its JSON are the same: that is what --plan needs.
func TestCourseOfRecordIsTheSame(t *testing.T) {
	p := load(t, "stripe")
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for _, c := range stripes() {
		data, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		again := read(t, "record.jsonl", string(data))
		first := planOf(t, c.Name, p, "r", start)
		if second := planned(t, again, p, "r", start); !slices.Equal(first.Steps, second.Steps) {
			t.Errorf("%s: the plans differ", c.Name)
		}
	}
}

// TestCourseMistakes: what is wrong with a file is told with its line and a hint.
func TestCourseMistakes(t *testing.T) {
	for _, c := range []struct{ text, want, hint string }{
		{"steps: []\n", "bad.yaml:1: the course has no steps", "such as steps:"},
		{"about: x\n", "bad.yaml:1: the course has no steps", "such as steps:"},
		{"stpes: []\n", `bad.yaml:1: unknown key "stpes"`, `did you mean "steps"?`},
		{"steps:\n  - sned: a\n", `bad.yaml:2: unknown key "sned"`, `did you mean "send"?`},
		{"steps:\n  - if: a\n", `bad.yaml:2: unknown key "if"`, "known here: send"},
		{"steps:\n  - {}\n", "bad.yaml:2: a step has one verb, this has 0: none", "one of send"},
		{"steps:\n  - send: a\n    later: 1h\n", "bad.yaml:2: a step has one verb, this has 2: send, later", "each on a line of its own"},
		{"steps:\n  - later: soon\n", `bad.yaml:2: "soon" is no duration`, "such as 10s"},
		{"steps:\n  - later: 5\n", `bad.yaml:2: "5" is no duration`, "such as 10s"},
		{"steps:\n  - later: -5m\n", "bad.yaml:2: later: -5m; the provider's clock does not go back", "age: 1h"},
		{"steps:\n  - outage: -5m\n", "bad.yaml:2: outage: -5m; it takes time", "such as outage: 1h"},
		{"steps:\n  - send: []\n", "bad.yaml:2: send: of what?", "such as send:"},
		{"steps:\n  - send:\n      - {event: a, times: 20000}\n", "bad.yaml:3: times: 20000; from 1 to 10000", "burst"},
		{"steps:\n  - send: {event: a, missed: 256}\n", "bad.yaml:2: missed: 256; from 0 to 255", ""},
		{"steps:\n  - send: {event: a, age: -1h}\n", "bad.yaml:2: age: -1h; an event did not happen later than now", "ahead: 5m"},
		{"steps:\n  - send: {event: a, fault: stael}\n", `bad.yaml:2: no fault "stael"`, `did you mean "stale"?`},
		{"steps:\n  - send: {event: a, way: lost-anser}\n", `bad.yaml:2: no way "lost-anser"`, `did you mean "lost-answer"?`},
		{"steps:\n  - send: {event: a, way: slow-body=x}\n", "bad.yaml:2: way slow-body=x", "it takes"},
		{"steps:\n  - send: {event: a, to: shop}\n", `bad.yaml:2: no endpoint "shop" in this course`, "endpoints: [{name: shop}] adds it"},
		{"provider: stripe\nsteps:\n  - send: {event: a, to: stirpe}\n", `bad.yaml:3: no endpoint "stirpe" in this course`, `did you mean "stripe"?`},
		{"endpoints:\n  - {provider: github}\nsteps: [{send: a}]\n", "bad.yaml:2: an endpoint needs a name", "such as {name: second"},
		{"endpoints:\n  - {name: a}\n  - {name: a}\nsteps: [{send: a}]\n", `bad.yaml:3: two endpoints are called "a"`, "named after its provider"},
		{"endpoints:\n  - {name: a, secret: x}\nsteps: [{send: a}]\n", `bad.yaml:2: unknown key "secret"`, "known here"},
		{"steps:\n  - burst: {event: a, count: 0}\n", "bad.yaml:2: a burst of 0; from 1 to 4194304", "count: 500"},
		{"steps:\n  - burst: {event: a, count: many}\n", `bad.yaml:2: "many" is no whole number`, ""},
		{"steps:\n  - burst: {event: a, count: 2, over: -1s}\n", "bad.yaml:2: over: -1s; it takes time, or none", ""},
		{"steps:\n  - story: {name: a, order: [0]}\n", "bad.yaml:2: order: 0; the first event is 1", "such as order: [2, 1, 3]"},
		{"steps:\n  - story: {name: a, order: [1], backwards: true}\n", "bad.yaml:2: backwards is an order, and order: is another", "use one"},
		{"steps:\n  - roll: maybe\n", `bad.yaml:2: "maybe" is no true or false`, ""},
		{"steps: [{send: a}\n", "bad.yaml:1", ""},
		{"steps: 5\n", "bad.yaml:1", ""},
		// What only a provider can tell.
		{"provider: stripe\nsteps:\n  - send: charge.suceeded\n", `bad.yaml:3: no event "charge.suceeded" for stripe`, `did you mean "charge.succeeded"?`},
		{"provider: stripe\nsteps:\n  - story: paymnt\n", `bad.yaml:3: no story "paymnt" for stripe`, `did you mean "payment"?`},
		{"provider: stripe\nsteps:\n  - story: {name: payment, order: [5]}\n", "bad.yaml:3: order: the story payment has 4 events, and no 5", "left out"},
		{"provider: stripe\nsteps:\n  - permute: refund\n", "bad.yaml:3: permute refund: it has 8 events", "order: […]"},
		{"provider: stripe\nsteps:\n  - redeliver: charge.succeeded\n", "bad.yaml:3: redeliver charge.succeeded: it was not sent before", "send it first"},
		{"provider: stripe\nsteps:\n  - burst: {event: charge.sucseeded, count: 2}\n", `bad.yaml:3: no event "charge.sucseeded" for stripe`, `did you mean`},
		{"provider: stripe\nsteps:\n  - send: {event: charge.succeeded, set: [data.object.amuont=1]}\n", `bad.yaml:3: no member "data.object.amuont"`, `did you mean "data.object.amount"?`},
		{"provider: stripe\nsteps:\n  - send: charge.succeeded\n  - send: {event: charge.succeeded, age: 1h}\n", "bad.yaml:4: charge.succeeded was made before", "as: NAME"},
		{"provider: stripe\nsteps:\n  - roll: true\n", "bad.yaml:3: roll: there is no other secret to sign with", "--secret NEW --secret OLD"},
		{"provider: stripe\nendpoints:\n  - {name: other, provider: gihtub}\nsteps: [{send: charge.succeeded}]\n", `bad.yaml:3: no provider "gihtub"`, `did you mean "github"?`},
		{"provider: stripe\nvariant: lvie\nsteps: [{send: charge.succeeded}]\n", `bad.yaml:1: no variant "lvie" for stripe`, `did you mean "live"?`},
		{"provider: github\nsteps: [{send: push}]\n", "bad.yaml:1: bad is told by github, not by stripe", "simhook list stripe --scenarios"},
	} {
		err := mistake(t, c.text)
		text, hint := "nothing", ""
		if err != nil {
			text = err.Error()
		}
		if f, ok := errors.AsType[*fixtures.FileError](err); ok {
			hint = f.Hint
		} else {
			t.Errorf("%q: no place: %v", c.text, err)
		}
		if !strings.HasPrefix(text, c.want) || !strings.Contains(hint, c.hint) {
			t.Errorf("%q: %s (%s), not %s (%s)", c.text, text, hint, c.want, c.hint)
		}
	}
}

func mistake(t *testing.T, text string) error {
	t.Helper()
	c, err := scenarios.ReadCourse("bad.yaml", []byte(text))
	if err == nil {
		_, err = c.Plan(scenarios.Telling{To: scenarios.Setup{Pack: load(t, "stripe"), Target: simulator.Handler("http://shop.test/", nil)}})
	}
	return err
}

// A course in Go has no lines: its steps are named.
func TestScriptMistakes(t *testing.T) {
	c := scenarios.Write("mine", "", func(s *scenarios.Script) {
		s.Send(s.Event("charge.succeeded"))
		s.Redeliver(s.Event("charge.refunded"))
	})
	_, err := c.Plan(scenarios.Telling{To: scenarios.Setup{Pack: load(t, "stripe"), Target: simulator.Handler("http://shop.test/", nil)}})
	m, ok := errors.AsType[*simulator.Mistake](err)
	if !ok || err.Error() != "step 2: redeliver charge.refunded: it was not sent before" || m.Hint != "send it first" {
		t.Errorf("%v", err)
	}
}

func TestLoadCourse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(file, []byte("steps: [{send: push}]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if c, err := scenarios.LoadCourse(file); err != nil || c.Name != "mine" {
		t.Errorf("%v %v", c, err)
	}
	if _, err := scenarios.LoadCourse(file + "l"); err == nil || !strings.Contains(err.Error(), "no scenario file") {
		t.Errorf("%v", err)
	}
}

// The JSON Schema and the structs that files are read into have the same members.
func TestSchemaAgrees(t *testing.T) {
	var schema struct {
		Properties map[string]any
		Defs       map[string]struct{ Properties map[string]any } `json:"$defs"`
	}
	if err := json.Unmarshal(scenarios.Schema, &schema); err != nil {
		t.Fatal(err)
	}
	for name, of := range map[string]reflect.Type{
		"": reflect.TypeFor[scenarios.Course](), "endpoint": reflect.TypeFor[scenarios.Sender](), "step": reflect.TypeFor[scenarios.Step](), "event": reflect.TypeFor[scenarios.Ref](),
		"burst": reflect.TypeFor[scenarios.Burst](), "story": reflect.TypeFor[scenarios.StoryStep](), "permutation": reflect.TypeFor[scenarios.PermuteStep](),
	} {
		members := schema.Properties
		if name != "" {
			members = schema.Defs[name].Properties
		}
		var fields []string
		for i := range of.NumField() {
			tag, jsonTag := of.Field(i).Tag.Get("yaml"), of.Field(i).Tag.Get("json")
			if tag != "" {
				fields = append(fields, tag)
			}
			if tag != "" && tag != strings.TrimSuffix(jsonTag, ",omitempty") {
				t.Errorf("%v: %s is %s in JSON", of, tag, jsonTag)
			}
		}
		slices.Sort(fields)
		if in := slices.Sorted(maps.Keys(members)); !slices.Equal(in, fields) {
			t.Errorf("%v has %v, the schema %v", of, fields, in)
		}
	}
}
