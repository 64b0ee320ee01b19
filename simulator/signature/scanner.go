package signature

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// scanner walks over JSON without decoding it.
type scanner struct {
	body []byte
	at   int
}

func (s *scanner) space() {
	for s.at < len(s.body) && strings.IndexByte(" \t\r\n", s.body[s.at]) >= 0 {
		s.at++
	}
}

func (s *scanner) eat(c byte) bool {
	s.space()
	if s.at < len(s.body) && s.body[s.at] == c {
		s.at++
		return true
	}
	return false
}

// enter moves to the value of one member of the object, or one element of the
// array, that begins here.
func (s *scanner) enter(step string) bool {
	switch {
	case s.eat('{'):
		for !s.eat('}') {
			s.space()
			from := s.at
			if !s.skipString() {
				return false
			}
			key := s.body[from:s.at]
			if !s.eat(':') {
				return false
			}
			if keyIs(key, step) {
				return true
			}
			if !s.skip() {
				return false
			}
			s.eat(',')
		}
	case s.eat('['):
		index, err := strconv.Atoi(step)
		if err != nil {
			return false
		}
		for i := 0; !s.eat(']'); i++ {
			if i == index {
				return true
			}
			if !s.skip() {
				return false
			}
			s.eat(',')
		}
	}
	return false
}

// follow enters the member or element that a path begins with, and returns what is
// left of the path, if more is. A name may have dots itself: where there is no
// "payment", "payment.downtime" is looked for.
func (s *scanner) follow(path string) (rest string, more, ok bool) {
	from := s.at
	for end := 0; ; end++ {
		dot := strings.IndexByte(path[end:], '.')
		if dot < 0 {
			return "", false, s.enter(path)
		}
		end += dot
		if s.enter(path[:end]) {
			return path[end+1:], true, true
		}
		s.at = from
	}
}

func keyIs(quoted []byte, name string) bool {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1:len(quoted)-1]) == name
	}
	var key string
	return json.Unmarshal(quoted, &key) == nil && key == name
}

func (s *scanner) skipString() bool {
	if !s.eat('"') {
		return false
	}
	for s.at < len(s.body) {
		switch s.body[s.at] {
		case '\\':
			s.at += 2
		case '"':
			s.at++
			return true
		default:
			s.at++
		}
	}
	return false
}

// skip moves past one value of any kind.
func (s *scanner) skip() bool {
	s.space()
	if s.at >= len(s.body) {
		return false
	}
	switch s.body[s.at] {
	case '"':
		return s.skipString()
	case '{', '[':
		depth := 0
		for s.at < len(s.body) {
			switch s.body[s.at] {
			case '"':
				if !s.skipString() {
					return false
				}
				continue
			case '{', '[':
				depth++
			case '}', ']':
				depth--
			}
			s.at++
			if depth == 0 {
				return true
			}
		}
		return false
	default:
		from := s.at
		for s.at < len(s.body) && strings.IndexByte(",]} \t\r\n", s.body[s.at]) < 0 {
			s.at++
		}
		return s.at > from
	}
}
