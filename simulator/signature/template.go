package signature

import (
	"fmt"
	"slices"
	"strings"
)

// A template is literal text and parts in order. Segments with a group other
// than 0 stand together in one pair of square brackets.
type template struct{ segments []segment }

type segment struct {
	literal string
	part    *part
	arg     string
	group   int
}

func parseTemplate(member, text string) (*template, error) {
	p := &templateParser{member: member, text: text}
	for p.at < len(text) {
		if err := p.step(); err != nil {
			return nil, err
		}
	}
	if p.open {
		return nil, p.fail("has an open bracket", `close it, or write "[[" for the character`)
	}
	p.flush()
	return &template{p.segments}, nil
}

// templateParser reads a template character by character.
type templateParser struct {
	member, text string
	at           int
	literal      strings.Builder
	segments     []segment
	group        int // counts the brackets so far
	open         bool
}

func (p *templateParser) fail(what, hint string) error {
	return &SpecError{p.member, fmt.Sprintf("%q %s", p.text, what), hint}
}

// add appends a segment, in the group of the bracket that is open.
func (p *templateParser) add(s segment) {
	if p.open {
		s.group = p.group
	}
	p.segments = append(p.segments, s)
}

func (p *templateParser) flush() {
	if p.literal.Len() > 0 {
		p.add(segment{literal: p.literal.String()})
		p.literal.Reset()
	}
}

func (p *templateParser) step() error {
	c := p.text[p.at]
	p.at++
	if p.at < len(p.text) && c == p.text[p.at] && strings.IndexByte("{}[]", c) >= 0 {
		p.literal.WriteByte(c)
		p.at++
		return nil
	}
	switch c {
	case '{':
		return p.part()
	case '[':
		if p.open {
			return p.fail("has a bracket inside brackets", `close the first, or write "[[" for the character`)
		}
		p.flush()
		p.open = true
		p.group++
	case ']':
		if !p.open {
			return p.fail("closes a bracket that is not open", `write "]]" for the character`)
		}
		p.flush()
		p.open = false
	default:
		p.literal.WriteByte(c)
	}
	return nil
}

// part reads what stands behind an opening brace.
func (p *templateParser) part() error {
	inside, _, closed := strings.Cut(p.text[p.at:], "}")
	if !closed {
		return p.fail("has an open brace", `close it, or write "{{" for the character`)
	}
	p.flush()
	seg, err := parsePart(p.member, inside)
	if err != nil {
		return err
	}
	p.add(seg)
	p.at += len(inside) + 1
	return nil
}

func parsePart(member, text string) (segment, error) {
	name, arg, hasArg := strings.Cut(text, ":")
	p, err := lookup(member, "part", name, parts, func(p part) string { return p.name })
	if err != nil {
		return segment{}, err
	}
	switch {
	case p.arg != "" && arg == "":
		return segment{}, &SpecError{member, fmt.Sprintf("part {%s} lacks its %s", name, p.arg), fmt.Sprintf("write {%s:%s}", name, strings.ToUpper(p.arg))}
	case p.arg == "" && hasArg:
		return segment{}, &SpecError{member, fmt.Sprintf("part {%s} takes no argument", name), fmt.Sprintf("write {%s}", name)}
	}
	return segment{part: &p, arg: arg}, nil
}

func (t *template) has(part string) bool {
	if t == nil {
		return false
	}
	for _, s := range t.segments {
		if s.part != nil && s.part.name == part {
			return true
		}
	}
	return false
}

// write appends the template's bytes to w. Bracketed segments with an absent
// part write nothing; an absent part elsewhere is an empty string.
func (t *template) write(w *sink, in *input) error {
	for i := 0; i < len(t.segments); i++ {
		seg := &t.segments[i]
		if seg.group != 0 {
			end := i
			for end < len(t.segments) && t.segments[end].group == seg.group {
				end++
			}
			if err := writeGroup(t.segments[i:end], w, in); err != nil {
				return err
			}
			i = end - 1
			continue
		}
		if seg.part == nil {
			w.text(seg.literal)
		} else if _, err := seg.part.write(w, in, seg.arg); err != nil {
			return err
		}
	}
	return nil
}

func writeGroup(segments []segment, w *sink, in *input) error {
	var own sink
	for _, seg := range segments {
		if seg.part == nil {
			own.text(seg.literal)
			continue
		}
		present, err := seg.part.write(&own, in, seg.arg)
		if err != nil || !present {
			return err
		}
	}
	w.bytes(own.buf)
	return nil
}

// text renders the template to a string.
func (t *template) text(in *input) (string, error) {
	var w sink
	err := t.write(&w, in)
	return string(w.buf), err
}

// A taken is what one part of a template stands for in a value: value[from:to].
type taken struct {
	part     string
	from, to int
}

// read takes a value apart: literals must fit, and each part takes what stands
// before the next literal. ok is false where the value has another form.
func (t *template) read(value string) (all []taken, ok bool) {
	at, open := 0, false
	for i := 0; i < len(t.segments); i++ {
		if p := t.segments[i].part; p != nil {
			if open {
				return nil, false // two parts side by side: nothing says where one ends
			}
			all, open = append(all, taken{p.name, at, len(value)}), true
			continue
		}
		literal := ""
		for ; i < len(t.segments) && t.segments[i].part == nil; i++ {
			literal += t.segments[i].literal
		}
		i--
		found := 0
		switch {
		case i == len(t.segments)-1 && open:
			found = len(value) - at - len(literal)
		case open:
			found = strings.Index(value[at:], literal)
		}
		if found < 0 || !strings.HasPrefix(value[at+found:], literal) {
			return nil, false
		}
		if open {
			all[len(all)-1].to, open = at+found, false
		}
		at += found + len(literal)
	}
	return all, open || at == len(value)
}

// bare says whether the template has no literal, and so fits anything.
func (t *template) bare() bool {
	return !slices.ContainsFunc(t.segments, func(s segment) bool { return s.part == nil })
}

// take returns what one part stands for in a value that has the template's form.
func (t *template) take(value, part string) (text string, ok bool) {
	all, fits := t.read(value)
	for _, one := range all {
		if fits && one.part == part {
			return value[one.from:one.to], true
		}
	}
	return "", false
}

// replace puts change(text) where the part stands in a value of the template's form.
func (t *template) replace(value, part string, change func(text string) string) string {
	all, ok := t.read(value)
	for i := len(all) - 1; ok && i >= 0; i-- {
		if one := all[i]; one.part == part {
			value = value[:one.from] + change(value[one.from:one.to]) + value[one.to:]
		}
	}
	return value
}
