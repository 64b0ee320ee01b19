package signature

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// jsonSorted writes the body compact with sorted keys; numbers keep their text.
func (w *sink) jsonSorted(body []byte) error {
	var tree any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		return err
	}
	// What comes after, and the first of two members of one name, would not be
	// signed: anybody could put it there.
	if _, err := d.Token(); err != io.EOF {
		return errors.New("there is more after the JSON document")
	}
	if name, twice := twiceNamed(body); twice {
		return fmt.Errorf("member %q is there twice", name)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(tree); err != nil {
		return err
	}
	w.bytes(bareSeparators(bytes.TrimRight(b.Bytes(), "\n")))
	return nil
}

// twiceNamed finds a member that one of the objects of a valid document has twice.
func twiceNamed(body []byte) (name string, found bool) {
	d := json.NewDecoder(bytes.NewReader(body))
	var open []map[string]bool // the names of each object that is open; nil for an array
	key := false               // the next string is a name
	for {
		token, err := d.Token()
		if err != nil {
			return "", false
		}
		switch t := token.(type) {
		case json.Delim:
			switch t {
			case '{':
				open = append(open, map[string]bool{})
			case '[':
				open = append(open, nil)
			default:
				open = open[:len(open)-1]
			}
			key = len(open) > 0 && open[len(open)-1] != nil
			continue
		case string:
			if key {
				names := open[len(open)-1]
				if names[t] {
					return t, true
				}
				names[t] = true
				key = false
				continue
			}
		}
		key = len(open) > 0 && open[len(open)-1] != nil
	}
}
