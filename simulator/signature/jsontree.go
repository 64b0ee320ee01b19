package signature

import (
	"encoding/json"
	"slices"
	"strings"
)

// jsonTree is JSON with its members in their order and its texts as they stand.
type jsonTree struct {
	name, quoted  string // of a member
	object, array bool
	kids          []jsonTree
	raw           []byte // of anything else
}

func parseJSON(b []byte) (jsonTree, bool) {
	if !json.Valid(b) {
		return jsonTree{}, false
	}
	s := &scanner{body: b}
	return s.tree(), true
}

// tree reads one value of valid JSON.
func (s *scanner) tree() (t jsonTree) {
	switch {
	case s.eat('{'):
		t.object = true
		for !s.eat('}') {
			s.eat(',')
			s.space()
			from := s.at
			s.skipString()
			quoted := s.body[from:s.at]
			s.eat(':')
			kid := s.tree()
			kid.quoted = string(quoted)
			if json.Unmarshal(quoted, &kid.name) != nil {
				kid.name = kid.quoted
			}
			t.kids = append(t.kids, kid)
		}
	case s.eat('['):
		t.array = true
		for !s.eat(']') {
			s.eat(',')
			t.kids = append(t.kids, s.tree())
		}
	default:
		s.space()
		from := s.at
		s.skip()
		t.raw = s.body[from:s.at]
	}
	return t
}

// appendTo writes the tree compact, the members of each object in this order.
func (t *jsonTree) appendTo(dst []byte, compare func(path, a, b string) int, path string) []byte {
	open, shut := byte('['), byte(']')
	kids := t.kids
	switch {
	case t.object:
		open, shut = '{', '}'
		kids = slices.Clone(kids)
		slices.SortStableFunc(kids, func(a, b jsonTree) int { return compare(path, a.name, b.name) })
	case !t.array:
		return append(dst, t.raw...)
	}
	dst = append(dst, open)
	for i := range kids {
		if i > 0 {
			dst = append(dst, ',')
		}
		if t.object {
			dst = append(append(dst, kids[i].quoted...), ':')
		}
		dst = kids[i].appendTo(dst, compare, path+"."+kids[i].name)
	}
	return append(dst, shut)
}

// A habit is the order in which a provider writes members, learnt from one body.
type habit struct {
	names map[string][]string // by path
	lead  []string            // where members are sorted by name, but for these
	sorts bool
}

func learn(model jsonTree) habit {
	h := habit{names: map[string][]string{}}
	h.read(&model, "")
	root := h.names[""]
	for lead := 0; lead <= 2 && lead+2 < len(root); lead++ {
		if slices.IsSorted(root[lead:]) {
			h.lead, h.sorts = root[:lead], true
			break
		}
	}
	return h
}

func (h *habit) read(t *jsonTree, path string) {
	for i := range t.kids {
		kid := &t.kids[i]
		if t.object && !slices.Contains(h.names[path], kid.name) {
			h.names[path] = append(h.names[path], kid.name)
		}
		h.read(kid, path+"."+kid.name)
	}
}

// compare: a sorting provider sorts what the model does not have, too; of another
// the members that the model does not have come last, as they came.
func (h habit) compare(path, a, b string) int {
	names := h.names[path]
	if h.sorts {
		names = h.lead
	}
	rank := func(name string) int {
		if i := slices.Index(names, name); i >= 0 {
			return i
		}
		return len(names)
	}
	d := rank(a) - rank(b)
	if d == 0 && h.sorts {
		return strings.Compare(a, b)
	}
	return d
}

// Sorted says whether the members of every object of a JSON body are in the order
// of their names, and whether there are enough of them for that to be no chance.
func Sorted(b []byte) bool {
	tree, ok := parseJSON(b)
	if !ok {
		return false
	}
	pairs, sorted := tree.neighbours()
	return sorted && pairs >= 8
}

func (t *jsonTree) neighbours() (pairs int, sorted bool) {
	sorted = true
	for i := range t.kids {
		if t.object && i > 0 {
			pairs++
			sorted = sorted && t.kids[i-1].name <= t.kids[i].name
		}
		n, ok := t.kids[i].neighbours()
		pairs, sorted = pairs+n, sorted && ok
	}
	return pairs, sorted
}
