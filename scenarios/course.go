package scenarios

import (
	"fmt"
	"os"
	"time"

	"simhook/fixtures"
	"simhook/simulator"
)

// A Course is what is told, as data: a scenario file, or what a [Script] wrote
// down. It has no conditions and no loops.
type Course struct {
	Name      string   `yaml:"name" json:"name"`
	About     string   `yaml:"about" json:"about,omitempty"`
	Source    string   `yaml:"source" json:"source,omitempty"`       // where such a course was seen
	Provider  string   `yaml:"provider" json:"provider,omitempty"`   // who sends; "": whoever is told to
	Variant   string   `yaml:"variant" json:"variant,omitempty"`     // "": the provider's default
	Retry     bool     `yaml:"retry" json:"retry,omitempty"`         // the provider's schedule is followed
	Endpoints []Sender `yaml:"endpoints" json:"endpoints,omitempty"` // others beside the one; each has a name
	Steps     []Step   `yaml:"steps" json:"steps"`

	fixtures.Placed `json:"-"`
}

// A Sender is a provider and the endpoint it sends to, where a course has several.
type Sender struct {
	Name     string        `yaml:"name" json:"name"`
	Provider string        `yaml:"provider" json:"provider,omitempty"` // "": the course's
	Variant  string        `yaml:"variant" json:"variant,omitempty"`
	Ahead    time.Duration `yaml:"ahead" json:"ahead,omitempty"`   // by how much its clock is ahead
	Tenant   bool          `yaml:"tenant" json:"tenant,omitempty"` // another account: its things have ids of their own

	fixtures.Placed `json:"-"`
}

// A Step is one line of a course. It has one verb.
type Step struct {
	Send      []Ref         `yaml:"send" json:"send,omitempty"`           // one after another, each when the one before is answered
	Together  []Ref         `yaml:"together" json:"together,omitempty"`   // at the same moment
	Burst     *Burst        `yaml:"burst" json:"burst,omitempty"`         // many, without waiting for answers
	Later     time.Duration `yaml:"later" json:"later,omitempty"`         // the provider's clock goes on
	Redeliver []Ref         `yaml:"redeliver" json:"redeliver,omitempty"` // sent before, and sent again by hand
	Story     *StoryStep    `yaml:"story" json:"story,omitempty"`         // of the pack, in true order or another
	Permute   string        `yaml:"permute" json:"permute,omitempty"`     // a small story of the pack, in every order
	Roll      bool          `yaml:"roll" json:"roll,omitempty"`           // from here on the next secret signs

	fixtures.Placed `json:"-"`
}

// A Ref is an event, and how it is sent. The same event twice is a duplicate; As
// makes another of the same type.
type Ref struct {
	Event  string        `yaml:"event" json:"event"`
	As     string        `yaml:"as" json:"as,omitempty"`
	To     string        `yaml:"to" json:"to,omitempty"`         // an endpoint of the course; "": the first
	Fault  string        `yaml:"fault" json:"fault,omitempty"`   // see simulator.Faults
	Age    time.Duration `yaml:"age" json:"age,omitempty"`       // how long ago it happened
	Missed int           `yaml:"missed" json:"missed,omitempty"` // so many attempts do not reach the receiver
	Times  int           `yaml:"times" json:"times,omitempty"`   // default 1
	Set    []string      `yaml:"set" json:"set,omitempty"`       // PATH=VALUE

	fixtures.Placed `json:"-"`
}

// FromText reads an event that stands alone.
func (r *Ref) FromText(text string) error {
	r.Event = text
	return nil
}

// A Burst is many events of one type, each about things of its own.
type Burst struct {
	Event string        `yaml:"event" json:"event"`
	Count int           `yaml:"count" json:"count"`
	Over  time.Duration `yaml:"over" json:"over,omitempty"` // from the first to the last; 0: all at once
	Fault string        `yaml:"fault" json:"fault,omitempty"`
	To    string        `yaml:"to" json:"to,omitempty"`

	fixtures.Placed `json:"-"`
}

// A StoryStep is a story of the pack. Its events can be sent before and after by
// their names, too.
type StoryStep struct {
	Name  string `yaml:"name" json:"name"`
	Order []int  `yaml:"order" json:"order,omitempty"` // counted from 1; empty: as it happened
	Back  bool   `yaml:"backwards" json:"backwards,omitempty"`
	Fast  bool   `yaml:"fast" json:"fast,omitempty"` // without the waits between its events
	To    string `yaml:"to" json:"to,omitempty"`

	fixtures.Placed `json:"-"`
}

// FromText reads a story that stands alone.
func (s *StoryStep) FromText(text string) error {
	s.Name = text
	return nil
}

// ReadCourse reads a scenario file. Its errors name the line and a hint.
func ReadCourse(file string, data []byte) (*Course, error) {
	c := &Course{}
	if err := fixtures.DecodeYAML(file, data, c); err != nil {
		return nil, err
	}
	return c, c.check()
}

// LoadCourse reads a scenario file from disk.
func LoadCourse(file string) (*Course, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, &simulator.Mistake{Text: fmt.Sprintf("no scenario file %s", file), Hint: "simhook list --scenarios shows the built-in ones"}
	}
	return ReadCourse(file, data)
}

func (c *Course) check() error {
	if len(c.Steps) == 0 {
		return c.Fail("such as steps: [{send: payment_intent.succeeded}, {later: 1h}]", "the course has no steps")
	}
	for _, s := range c.Steps {
		if n := len(s.verbs()); n != 1 {
			return s.Fail("one of send, together, burst, later, redeliver, story, permute, roll", "a step has one verb, this has %d", n)
		}
	}
	return nil
}

// verbs lists what a step says.
func (s *Step) verbs() (verbs []string) {
	for _, v := range []struct {
		name string
		said bool
	}{
		{"send", s.Send != nil}, {"together", s.Together != nil}, {"burst", s.Burst != nil}, {"later", s.Later != 0},
		{"redeliver", s.Redeliver != nil}, {"story", s.Story != nil}, {"permute", s.Permute != ""}, {"roll", s.Roll},
	} {
		if v.said {
			verbs = append(verbs, v.name)
		}
	}
	return verbs
}
