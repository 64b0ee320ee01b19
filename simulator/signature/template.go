package signature

import (
	"fmt"
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
			flush()
			open = true
			group++
		case ']':
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

// match reads a value back: literals must fit, and the one part of the template
// takes what stands between them. ok is false where the value has another form.
func (t *template) match(value string) (part, found string, ok bool) {
	prefix, suffix := "", ""
	for _, s := range t.segments {
		switch {
		case s.part == nil && part == "":
			prefix += s.literal
		case s.part == nil:
			suffix += s.literal
		case part == "":
			part = s.part.name
		default:
			return "", "", false
		}
	}
	if !strings.HasPrefix(value, prefix) || !strings.HasSuffix(value[len(prefix):], suffix) {
		return "", "", false
	}
	if part == "" && value != prefix {
		return "", "", false
	}
	return part, value[len(prefix) : len(value)-len(suffix)], true
}
