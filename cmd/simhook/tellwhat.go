package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"simhook/fixtures"
	"simhook/scenarios"
	"simhook/simulator"
	"simhook/simulator/nearest"
)

// find finds what is told: a file, a record's course, a built-in scenario or a
// story of the provider.
func (t *telling) find() (err error) {
	f := t.flags
	switch {
	case f.again != "":
		return t.fromRecord()
	case isFile(t.args[0]):
		t.course, err = scenarios.LoadCourse(t.args[0])
		return err
	}
	if t.course, err = scenarios.Named(t.args[0]); err == nil {
		return nil
	}
	if f.provider == "" && f.packDir == "" {
		return t.storyOf(err)
	}
	pack, packErr := t.packOf(f.provider)
	if packErr != nil {
		return packErr
	}
	if t.course, packErr = scenarios.OfStory(pack, t.args[0]); packErr != nil {
		return t.nothing(pack)
	}
	return nil
}

// isFile says whether a word is meant as a file.
func isFile(word string) bool {
	return strings.ContainsRune(word, filepath.Separator) || slices.Contains([]string{".yaml", ".yml", ".json"}, filepath.Ext(word))
}

// storyOf helps whoever names a story without its provider.
func (t *telling) storyOf(err error) error {
	for _, name := range fixtures.Names() {
		pack, loadErr := fixtures.Load(name)
		if loadErr == nil && slices.Contains(pack.Stories(), t.args[0]) {
			return &simulator.Mistake{Text: fmt.Sprintf("no scenario %q; it is a story, and whose is not said", t.args[0]), Hint: fmt.Sprintf("simhook run %s --provider %s", t.args[0], name)}
		}
	}
	return err
}

// nothing says that there is neither a scenario nor a story of that name.
func (t *telling) nothing(pack *fixtures.Pack) error {
	known := pack.Stories()
	for _, c := range scenarios.Library() {
		known = append(known, c.Name)
	}
	name := pack.Provider.Name
	return &simulator.Mistake{
		Text: fmt.Sprintf("no scenario %q, and no story of %s", t.args[0], name),
		Hint: orHint(nearest.Hint(t.args[0], known), "simhook list "+name+" shows its stories, simhook list --scenarios the scenarios"),
	}
}

// fromRecord takes the course, the seed, the provider and the addresses of a
// record, where no flag says otherwise.
func (t *telling) fromRecord() error {
	f := t.flags
	meta, err := readMeta(f.again)
	if err != nil {
		return err
	}
	if t.course, err = scenarios.ReadCourse(f.again, meta.Course); err != nil {
		return err
	}
	if !f.given("seed") {
		f.seed = meta.Seed
	}
	for i, e := range meta.Endpoints {
		if i == 0 {
			f.provider, f.variant = orHint(f.provider, e.Provider), orHint(f.variant, e.Variant)
		}
		if len(f.to) == 0 && !e.Own {
			t.recorded = append(t.recorded, e.Name+"="+e.URL)
		}
	}
	return nil
}

// readMeta reads the first line of a record.
func readMeta(file string) (m simulator.Meta, err error) {
	data, err := os.Open(file)
	if err != nil {
		return m, &simulator.Mistake{Text: fmt.Sprintf("--plan %s: %s", file, plainFileError(err)), Hint: "a record that simhook run --record FILE wrote"}
	}
	defer data.Close()
	line, err := bufio.NewReaderSize(data, 1<<20).ReadSlice('\n')
	var first struct {
		Kind string
		Meta simulator.Meta
	}
	switch {
	case errors.Is(err, bufio.ErrBufferFull), json.Unmarshal(bytes.TrimSpace(line), &first) != nil, first.Kind != "meta":
		return m, &simulator.Mistake{Text: fmt.Sprintf("--plan %s: this is no record", file), Hint: "its first line says what was told; simhook run --record FILE writes one"}
	case len(first.Meta.Course) == 0:
		return m, &simulator.Mistake{Text: fmt.Sprintf("--plan %s: the record does not hold the course", file), Hint: "one that simhook run --record FILE wrote does"}
	}
	return first.Meta, nil
}
