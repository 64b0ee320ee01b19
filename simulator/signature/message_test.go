package signature

import (
	"slices"
	"testing"
)

func TestHeaderKeepsOrderAndSpelling(t *testing.T) {
	h := Header{{"X-A", "1"}, {"x-b", "2"}, {"x-a", "3"}, {"C", ""}}
	if h.Get("x-A") != "1" || !slices.Equal(h.Values("X-a"), []string{"1", "3"}) || h.Get("none") != "" {
		t.Errorf("looked up %q, %q", h.Get("x-A"), h.Values("X-a"))
	}
	if v, ok := h.Lookup("c"); !ok || v != "" {
		t.Error("an empty line is not there")
	}
	h.Set("X-a", "4")
	h.Set("X-D", "5")
	h.Add("x-d", "6")
	if want := (Header{{"X-A", "4"}, {"x-b", "2"}, {"C", ""}, {"X-D", "5"}, {"x-d", "6"}}); !slices.Equal(h, want) {
		t.Errorf("set: %v, want %v", h, want)
	}
	h.Del("X-D")
	if want := (Header{{"X-A", "4"}, {"x-b", "2"}, {"C", ""}}); !slices.Equal(h, want) {
		t.Errorf("removed: %v, want %v", h, want)
	}
}

func TestCloneSharesNothing(t *testing.T) {
	m := posted("body", "A", "1")
	c := m.Clone()
	c.Header.Set("A", "2")
	c.Body[0] = 'B'
	if m.Header.Get("A") != "1" || string(m.Body) != "body" {
		t.Errorf("the original became %v %s", m.Header, m.Body)
	}
}

func TestFormAndQueryKeepTheirSpelling(t *testing.T) {
	for _, c := range []struct{ form, name, value, want string }{
		{"a=%2f&b=x+y", "c", "&=", "a=%2f&b=x+y&c=%26%3D"}, {"a=1&c=&b=2", "c", "3", "a=1&c=3&b=2"}, {"", "c", "3", "c=3"}, {"%63=1", "c", "2", "c=2"}, {"c", "c", "2", "c=2"}, {"a=%zz", "c", "1", "a=%zz&c=1"},
	} {
		if got := string(withForm([]byte(c.form), c.name, c.value)); got != c.want {
			t.Errorf("%q with %s: %q, want %q", c.form, c.name, got, c.want)
		}
	}
	if got := WithQuery("https://example.com/a?b=%2F", "c", "1"); got != "https://example.com/a?b=%2F&c=1" {
		t.Error(got)
	}
	if got := withoutQuery("https://example.com/a?c=1&b=%2F&c=2", "c"); got != "https://example.com/a?b=%2F" {
		t.Error(got)
	}
	if got := withoutQuery("https://example.com/a?c=1", "c"); got != "https://example.com/a" {
		t.Error(got)
	}
}
