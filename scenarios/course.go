package scenarios

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"simhook/fixtures"
	"simhook/simulator"
)

// A Course is what is told, as data: a scenario file, or what a [Script] wrote
// down. It has no conditions and no loops. It survives YAML, JSON and back; its
// schema for editors is [Schema].
type Course struct {
	Name      string   `yaml:"name" json:"name"`
	About     string   `yaml:"about" json:"about,omitempty"`
	Source    string   `yaml:"source" json:"source,omitempty"`       // where such a course was seen
	Provider  string   `yaml:"provider" json:"provider,omitempty"`   // who sends; "": whoever is told to
	Variant   string   `yaml:"variant" json:"variant,omitempty"`     // "": the provider's default
	Retry     bool     `yaml:"retry" json:"retry,omitempty"`         // the provider's schedule is followed; forged deliveries are not tried again
	Endpoints []Sender `yaml:"endpoints" json:"endpoints,omitempty"` // others beside the first, which is named after its provider
	Steps     []Step   `yaml:"steps" json:"steps"`

	fixtures.Placed `json:"-"`
}

// A Sender is a provider and the endpoint it sends to, where a course has several.
type Sender struct {
	Name     string   `yaml:"name" json:"name"`
	Provider string   `yaml:"provider" json:"provider,omitempty"` // "": the course's
	Variant  string   `yaml:"variant" json:"variant,omitempty"`
	Ahead    Duration `yaml:"ahead" json:"ahead,omitempty"`   // by how much its clock is ahead
	Tenant   bool     `yaml:"tenant" json:"tenant,omitempty"` // another account: its things have ids of their own

	fixtures.Placed `json:"-"`
}

// A Step is one line of a course. It has one verb.
type Step struct {
	Send      []Ref        `yaml:"send" json:"send,omitempty"`           // one after another, each when the one before is answered
	Together  []Ref        `yaml:"together" json:"together,omitempty"`   // at the same moment
	Burst     *Burst       `yaml:"burst" json:"burst,omitempty"`         // many, without waiting for answers
	Later     Duration     `yaml:"later" json:"later,omitempty"`         // the provider's clock goes on
	Redeliver []Ref        `yaml:"redeliver" json:"redeliver,omitempty"` // sent before, and sent again by hand
	Story     *StoryStep   `yaml:"story" json:"story,omitempty"`         // of the pack, in true order or another
	Permute   *PermuteStep `yaml:"permute" json:"permute,omitempty"`     // a small story of the pack, in every order
	Roll      bool         `yaml:"roll" json:"roll,omitempty"`           // from here on the next secret signs, where there is one
	Outage    Duration     `yaml:"outage" json:"outage,omitempty"`       // for so long from here on no attempt reaches a receiver; the provider's clock does not go on by it

	fixtures.Placed `json:"-"`
}

// A Ref is an event, and how it is sent. The same event twice is a duplicate; As
// makes another of the same type.
type Ref struct {
	Event  string   `yaml:"event" json:"event"` // "": the provider's everyday event
	As     string   `yaml:"as" json:"as,omitempty"`
	To     string   `yaml:"to" json:"to,omitempty"`         // an endpoint of the course; "": the first
	Fault  string   `yaml:"fault" json:"fault,omitempty"`   // see [simulator.Faults]
	Way    string   `yaml:"way" json:"way,omitempty"`       // over the wire; see [simulator.Ways]
	Age    Duration `yaml:"age" json:"age,omitempty"`       // how long ago it happened
	Missed int      `yaml:"missed" json:"missed,omitempty"` // so many attempts do not reach the receiver; the provider tries again
	Times  int      `yaml:"times" json:"times,omitempty"`   // default 1
	Set    []string `yaml:"set" json:"set,omitempty"`       // PATH=VALUE

	fixtures.Placed `json:"-"`
}

// FromText reads an event that stands alone.
func (r *Ref) FromText(text string) error {
	r.Event = text
	return nil
}

// A Burst is many events of one type, each about things of its own.
type Burst struct {
	Event  string   `yaml:"event" json:"event"` // "": the provider's everyday event
	Count  int      `yaml:"count" json:"count"`
	Over   Duration `yaml:"over" json:"over,omitempty"` // from the first to the last; 0: all at once
	To     string   `yaml:"to" json:"to,omitempty"`
	Fault  string   `yaml:"fault" json:"fault,omitempty"`
	Missed int      `yaml:"missed" json:"missed,omitempty"`

	fixtures.Placed `json:"-"`
}

// A StoryStep is a story of the pack. Told again it is the same events again. They
// can be sent after it by their names, too; the second of a type is NAME as "2".
type StoryStep struct {
	Name  string `yaml:"name" json:"name,omitempty"`   // "": the everyday story, see [EverydayStory]
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

// A PermuteStep is a small story of the pack, told in every order.
type PermuteStep struct {
	Name string `yaml:"name" json:"name,omitempty"` // "": the everyday story
	To   string `yaml:"to" json:"to,omitempty"`

	fixtures.Placed `json:"-"`
}

// FromText reads a story that stands alone.
func (s *PermuteStep) FromText(text string) error {
	s.Name = text
	return nil
}

// ReadCourse reads a scenario file: YAML, or JSON, which is YAML. Its errors name
// the line and a hint. A course without a name has the file's.
func ReadCourse(file string, data []byte) (*Course, error) {
	c := &Course{}
	if err := fixtures.DecodeYAML(file, data, c); err != nil {
		return nil, err
	}
	if c.Name == "" {
		c.Name = strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
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
