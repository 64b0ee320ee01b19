package signature

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestFieldText(t *testing.T) {
	for _, c := range []struct{ body, path, want string }{
		{`{"a":"x"}`, "a", "x"}, {`{"a":{"b":{"c":1}}}`, "a.b.c", "1"}, {`{"a":[[0,1],[2,{"b":true}]]}`, "a.1.1.b", "true"},
		{" \t\r\n{ \"a\" : [ 1 , \"x\" ] } ", "a.1", "x"}, {`[{"a":1},{"a":2}]`, "1.a", "2"}, {`"x"`, "", "x"}, {`-1.50e+3`, "", "-1.50e+3"}, {`{}`, "", "{}"},
		{`{"a":-0.0,"b":1E9}`, "a", "-0.0"}, {`{"a":{"x": [1, 2]} }`, "a", `{"x": [1, 2]}`},
		// keys and strings with escapes
		{`{"\u0061":"x"}`, "a", "x"}, {`{"a\"b":"x"}`, `a"b`, "x"}, {`{"a\\":1,"b":2}`, "b", "2"}, {`{"é":"x"}`, "é", "x"}, {`{"\u00e9":"x"}`, "é", "x"}, {`{"\ud83d\ude00":1}`, "😀", "1"},
		{`{"a":"\u00e9\n\"\\\/\ud83d\ude00"}`, "a", "é\n\"\\/😀"}, {`{"a":"{\"b\":1}","b":2}`, "b", "2"}, {`{"a":"}],[{","b":2}`, "b", "2"}, {`{"x":{"b":1},"b":2}`, "b", "2"}, {`{"":1}`, "", `{"":1}`},
		{`{"a":"","b":1}`, "a", ""}, {`{"ab":1,"a":2}`, "a", "2"}, {`{"A":1,"a":2}`, "a", "2"}, {`{"0":{"1":"x"}}`, "0.1", "x"},
		// a name with dots; the shortest that is there counts
		{`{"a.b":1}`, "a.b", "1"}, {`{"x":{"a.b.c":{"d.e":[0,1]}},"y":2}`, "x.a.b.c.d.e.1", "1"}, {`{"a.b":{"c":1},"a":{"b":{"c":2}}}`, "a.b.c", "2"},
	} {
		if got, ok := FieldText([]byte(c.body), c.path); !ok || got != c.want {
			t.Errorf("%q of %s is %q, %v; want %q", c.path, c.body, got, ok, c.want)
		}
	}
}

func TestFieldThatIsNotThere(t *testing.T) {
	for _, c := range []struct{ body, path string }{
		{`{"a":null}`, "a"}, {`null`, ""}, {`{"a":1}`, "b"}, {`{"a":1}`, "a.b"}, {`{"a":"b"}`, "a.b"}, {`{"a":[1]}`, "a.1"}, {`{"a":[1]}`, "a.-1"}, {`{"a":[1]}`, "a.x"}, {`{"a":[1]}`, "a."}, {`{"a":1}`, ".a"}, {`{"a":1}`, "a..b"},
		{`{"a.b":1}`, "a.b."}, {`{"a.b":1}`, "a"}, {`{"a":{},"a.b":1}`, "a.b"},
		// no JSON
		{``, ""}, {``, "a"}, {`{`, "a"}, {`{"`, "a"}, {`{"a`, "a"}, {`{"a"`, "a"}, {`{"a":`, "a"}, {`{"a":"`, "a"}, {`{"a":"\`, "a"}, {`{"a":"\u12`, "a"}, {`{"a":"\x"}`, "a"}, {`{"a":{`, "a"}, {`{"a":[1`, "a.1"},
		{`{a:1}`, "a"}, {`{"b"}`, "a"}, {`{"b":}`, "a"}, {`{,"a":1}`, "a"}, {`[`, "0"}, {`[}`, "0"}, {`[,1]`, "1"}, {`a=1&b=2`, "a"}, {"\xff\xfe", "a"}, {`{"b":"\`, "a"}, {`"\`, ""}, {`{"\`, "a"}, {`{"b":[[[`, "a"},
	} {
		if got, ok := FieldText([]byte(c.body), c.path); ok || got != "" {
			t.Errorf("%q of %s is %q, want nothing", c.path, c.body, got)
		}
	}
}

func TestSetFieldChangesNoOtherByte(t *testing.T) {
	for _, c := range []struct{ body, path, value, want string }{
		{`{"a" : "x" , "b":[1, 2]}`, "a", "y", `{"a" : "y" , "b":[1, 2]}`}, {`{"a":"x"}`, "a", "1", `{"a":"1"}`}, {`{"a":"x"}`, "a", "\"\\\n</é>\u2028", `{"a":"\"\\\n</é>\u2028"}`},
		{`{"a":0, "b":1}`, "a", "1700000000123", `{"a":1700000000123, "b":1}`}, {`{"a":0}`, "a", "soon", `{"a":"soon"}`}, {`{"a":0}`, "a", "", `{"a":""}`},
		{`{"a":null}`, "a", "12345678", `{"a":"12345678"}`}, {`{"a":{"b":1}}`, "a", "true", `{"a":"true"}`}, {`{"a":0}`, "a", "true", `{"a":"true"}`}, {`{"a":[1,"x",2]}`, "a.1", "y", `{"a":[1,"y",2]}`}, {`"x"`, "", "y", `"y"`},
	} {
		before := strings.Clone(c.body)
		got, ok := SetField([]byte(c.body), c.path, c.value)
		if !ok || string(got) != c.want || c.body != before {
			t.Errorf("%s with %s = %q is %s, %v; want %s", c.body, c.path, c.value, got, ok, c.want)
		}
	}
	if got, ok := SetField([]byte(`{"a":1}`), "b", "x"); ok || string(got) != `{"a":1}` {
		t.Errorf("a member that is not there: %s, %v", got, ok)
	}
}

// TestSetFieldLeavesItsArgument: the body may be shared.
func TestSetFieldLeavesItsArgument(t *testing.T) {
	body := append(make([]byte, 0, 64), `{"a":"x","b":1}`...)
	if _, ok := SetField(body, "a", "longer than it was"); !ok || string(body) != `{"a":"x","b":1}` {
		t.Errorf("the body became %s", body)
	}
}

// TestEveryPrefixOfADocument is malformed in another way.
func TestEveryPrefixOfADocument(t *testing.T) {
	const document = `{"a\"": [1, {"b": "\u00e9\\"}, [[]], null], "c" : {"d": -1.5e3, "e": "x"}, "f": true}`
	for _, path := range []string{"", `a"`, `a".1.b`, "c.e", "f", "none"} {
		whole, _ := FieldText([]byte(document), path)
		for n := range document {
			text, ok := FieldText([]byte(document[:n]), path)
			if ok && path != "" && !strings.HasPrefix(whole, text) {
				t.Errorf("%q of %s is %q, want %q or nothing", path, document[:n], text, whole)
			}
			SetField([]byte(document[:n]), path, "x")
		}
	}
}

// FuzzLocate: no document makes the scanner panic, and in JSON it finds what the
// standard library finds.
func FuzzLocate(f *testing.F) {
	for _, body := range []string{`{"a":{"b":[1,"x"]}}`, `[{"a":null}]`, `{"\u0061":"\ud83d\ude00"}`, `{"a":"\`, "{\"a\": [\t1 ,2 ] }", `"`, `{"a":{"b":1},"a":2}`} {
		for _, path := range []string{"", "a", "a.b.1", "0.a"} {
			f.Add([]byte(body), path)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, path string) {
		start, end, ok := locate(body, path)
		if ok && (start > end || end > len(body)) {
			t.Fatalf("found [%d:%d] of %d bytes", start, end, len(body))
		}
		FieldText(body, path)
		memberText(body, path)
		changed, set := SetField(body, path, "x")
		if !json.Valid(body) {
			return
		}
		if set != ok || set && !json.Valid(changed) {
			t.Fatalf("%q with %q set is %q", body, path, changed)
		}
		if ok && !json.Valid(body[start:end]) {
			t.Fatalf("%q of %q is %q, no JSON", path, body, body[start:end])
		}
		var members map[string]json.RawMessage
		if strings.Contains(path, ".") || path == "" || json.Unmarshal(body, &members) != nil {
			return
		}
		if _, there := members[path]; there != ok {
			t.Fatalf("%q of %q: found %v, want %v", path, body, ok, there)
		}
	})
}
