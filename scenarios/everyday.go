package scenarios

import (
	"cmp"
	"fmt"
	"slices"

	"simhook/fixtures"
	"simhook/simulator"
)

// How long an everyday story is at least, where the pack has such a one: one that
// is told, and one that is told in every order.
const (
	fewEvents   = 4
	threeEvents = 3
)

// EverydayStory is the story that a course means which names none: the shortest
// with the provider's everyday event and at least so many events; "" where the
// pack has no story.
func EverydayStory(p *fixtures.Pack, least int) string {
	type candidate struct {
		name            string
		everyday, small bool
		events          int
	}
	var all []candidate
	for _, name := range p.Stories() {
		s, _ := p.StoryNamed(name)
		all = append(all, candidate{name, slices.Contains(s.Events, p.DefaultEvent()), len(s.Events) < least, len(s.Events)})
	}
	if len(all) == 0 {
		return ""
	}
	return slices.MinFunc(all, func(a, b candidate) int {
		return cmp.Or(firstWhere(!a.small, !b.small), firstWhere(a.everyday, b.everyday), a.events-b.events, cmp.Compare(a.name, b.name))
	}).name
}

// firstWhere puts a before b where it alone holds of a.
func firstWhere(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// storyName is a story's name; "" is the everyday one.
func (s *sender) storyName(name string, least int) (string, error) {
	if name != "" {
		return name, nil
	}
	if name = EverydayStory(s.setup.Pack, least); name == "" {
		return "", &simulator.Mistake{Text: fmt.Sprintf("%s has no stories", s.setup.Pack.Provider.Title), Hint: "send names single events"}
	}
	return name, nil
}
