package scenarios

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"simhook/fixtures"
	"simhook/simulator"
	"simhook/simulator/nearest"
)

//go:embed library
var library embed.FS

// Schema is the JSON Schema of scenario files, for editors.
//
//go:embed course.schema.json
var Schema []byte

// Library lists the built-in scenarios: those that any provider tells, family by
// family, then those of one, by provider and name.
func Library() []*Course {
	all := slices.Concat(duplicates(), order(), retries(), forged(), load(), clocks(), secrets(), tenants())
	own, err := own()
	if err != nil {
		panic(err) // a file of ours; a test reads every one
	}
	return append(all, own...)
}

// own reads the files of library/.
func own() (all []*Course, err error) {
	err = fs.WalkDir(library, "library", func(file string, entry fs.DirEntry, err error) error {
		if err != nil || path.Ext(file) != ".yaml" {
			return err
		}
		data, err := library.ReadFile(file)
		if err != nil {
			return err
		}
		c, err := ReadCourse("scenarios/"+file, data)
		all = append(all, c)
		return err
	})
	return all, err
}

// Named returns the built-in scenario of that name.
func Named(name string) (*Course, error) {
	var known []string
	for _, c := range Library() {
		if c.Name == name {
			return c, nil
		}
		known = append(known, c.Name)
	}
	return nil, &simulator.Mistake{Text: fmt.Sprintf("no scenario %q", name), Hint: cmp.Or(nearest.Hint(name, known), "simhook list --scenarios shows them all")}
}

// OfStory is the course that tells a story of a pack, as it happened.
func OfStory(p *fixtures.Pack, name string) (*Course, error) {
	s, err := p.StoryNamed(name)
	if err != nil {
		return nil, err
	}
	return &Course{Name: name, About: s.About, Source: s.Source, Provider: p.Provider.Name, Steps: []Step{{Story: &StoryStep{Name: name}}}}, nil
}

// Fits says why a provider cannot tell the course in that variant; "" where it
// can. An asked-for second secret is taken for there.
func (c *Course) Fits(p *fixtures.Pack, variant string) string {
	s := Setup{Pack: p, Variant: variant, Target: nowhere{}}
	if v, err := p.Provider.Variant(variant); err == nil && c.Rolls() && hasSecret(v) {
		s.Secrets = []string{NextSecret(p.Provider, v), p.Provider.TestSecret}
	}
	_, err := c.Plan(Telling{To: s, Run: "fits"})
	if err == nil {
		return ""
	}
	return strings.TrimSpace(err.Error())
}

// nowhere is the target of a plan that nobody carries out.
type nowhere struct{ simulator.Target }

func (nowhere) Address() string { return "http://localhost:8080/webhooks" }
