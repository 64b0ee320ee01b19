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
	t := &template{}
	group, open := 0, false
	var literal strings.Builder
	flush := func() {
		if literal.Len() > 0 {
			t.segments = append(t.segments, segment{literal: literal.String(), group: groupOf(open, group)})
			literal.Reset()
		}
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		if i+1 < len(text) && c == text[i+1] && strings.IndexByte("{}[]", c) >= 0 {
			literal.WriteByte(c)
			i++
			continue
		}
		switch c {
		case '{':
			end := strings.IndexByte(text[i:], '}')
			if end < 0 {
				return nil, &SpecError{member, fmt.Sprintf("%q has an open brace", text), `close it, or write "{{" for the character`}
			}
			flush()
			seg, err := parsePart(member, text[i+1:i+end])
			if err != nil {
				return nil, err
			}
			seg.group = groupOf(open, group)
			t.segments = append(t.segments, seg)
			i += end
		case '[':
			if open {
				return nil, &SpecError{member, fmt.Sprintf("%q has a bracket inside brackets", text), `close the first, or write "[[" for the character`}
			}
			flush()
			open = true
			group++
		case ']':
			if !open {
				return nil, &SpecError{member, fmt.Sprintf("%q closes a bracket that is not open", text), `write "]]" for the character`}
			}
			flush()
			open = false
		default:
			literal.WriteByte(c)
		}
	}
	if open {
		return nil, &SpecError{member, fmt.Sprintf("%q has an open bracket", text), `close it, or write "[[" for the character`}
	}
	flush()
	return t, nil
}

func groupOf(open bool, group int) int {
	if open {
		return group
	}
	return 0
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
