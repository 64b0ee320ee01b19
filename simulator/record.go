package simulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"time"
)

// RecordSchema is the version of the record's lines. A line of a kind or a member
// that a reader does not know is passed over.
const RecordSchema = 1

// A Recorder writes a record: JSON Lines, one for what was meant to happen (meta),
// for each event, for each attempt as it begins (invoke) and ends (complete), for
// each wait, and for the end. Times are nanoseconds: "at" on the provider's clock,
// "t" really, both since the start. Every line is written whole and at once:
// whenever simhook is killed, the record can be read up to the last line. Signatures,
// secrets and what else opens doors are masked. It is not safe for concurrent use;
// [Playing] tells one thing at a time. Its memory does not grow with the run.
type Recorder struct {
	// Bodies keeps the body of every event; else only those that a fault changed.
	Bodies bool
	// KeepSecrets masks nothing.
	KeepSecrets bool

	w     io.Writer
	line  line
	head  []byte // of an answer, to look through at once
	mask  *masker
	known *memory[int] // the events that are written: their numbers
	last  int          // number of an event
	err   error
}

// mostWritten is how many events a recorder knows at least. One that comes again
// after so many others is written again, with a number of its own.
const mostWritten = 1 << 16

// NewRecorder returns a recorder that writes to w, each line in one call, an event with
// its first invoke.
func NewRecorder(w io.Writer) *Recorder {
	return &Recorder{w: w, mask: newMasker(), known: newMemory[int](mostWritten)}
}

// Err is the first error in writing. Nothing is written after it.
func (r *Recorder) Err() error { return r.err }

// Meta is what a record says of the whole.
type Meta struct {
	Schema    int             `json:"schema"`
	Version   string          `json:"version"` // of simhook
	Name      string          `json:"name"`
	Seed      uint64          `json:"seed"`
	Run       string          `json:"run"`
	Start     time.Time       `json:"start"` // of the provider's clock
	Speed     float64         `json:"speed"`
	Endpoints []MetaEndpoint  `json:"endpoints"`
	Course    json.RawMessage `json:"course,omitempty"` // what was told; simhook run --plan tells it again
}

// MetaEndpoint is what a record says of an endpoint.
type MetaEndpoint struct {
	Name     string `json:"name"`
	Provider string `json:"provider"`
	Variant  string `json:"variant,omitempty"`
	URL      string `json:"url"`
	Own      bool   `json:"own,omitempty"`  // a receiver of simhook's own, which is gone
	Pack     string `json:"pack,omitempty"` // digest of what is known of the provider
}

// Meta writes the first line.
func (r *Recorder) Meta(m Meta) {
	m.Schema = RecordSchema
	if !r.KeepSecrets {
		m.Endpoints = append([]MetaEndpoint(nil), m.Endpoints...)
		for i := range m.Endpoints {
			m.Endpoints[i].URL = withoutPassword(m.Endpoints[i].URL)
		}
	}
	data, err := json.Marshal(m)
	if err != nil {
		r.err = errors.Join(r.err, err)
		return
	}
	r.line.begin("meta")
	r.line.raw("meta", data)
	r.end()
}

func withoutPassword(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.User == nil {
		return address
	}
	u.User = url.User(masking)
	return u.String()
}

// Began writes an attempt that begins, and its event where that is new.
func (r *Recorder) Began(a *Attempt) {
	if !r.KeepSecrets {
		r.mask.learn(a.keys)
	}
	event := r.event(a)
	l := &r.line
	l.begin("invoke")
	l.int("n", int64(a.Number))
	l.int("step", int64(a.Step))
	l.int("attempt", int64(a.Attempt))
	l.text("endpoint", a.Endpoint)
	l.text("event", a.Event.ID)
	l.int("e", int64(event))
	l.int("at", int64(a.At))
	l.int("t", int64(a.Began))
	l.time("sent", a.Sent)
	if a.Group > 0 {
		l.int("group", int64(a.Group))
	}
	if a.Fault != nil {
		l.text("fault", a.Fault.Name)
	}
	l.flag("missed", a.Missed)
	r.request(a)
	r.end()
}

// event writes an event the first time it is sent to an endpoint, and returns its
// number in the record.
func (r *Recorder) event(a *Attempt) int {
	ev, sum := &a.Event, sha256.Sum256(a.Event.Body)
	key := r.known.key(a.Endpoint+"\x00"+ev.ID, string(sum[:])) // some have no id
	if n, ok := r.known.get(key); ok {
		return n
	}
	r.last++
	number := r.last
	r.known.put(key, number)
	l := &r.line
	l.begin("event")
	l.int("e", int64(number))
	l.text("id", ev.ID)
	l.text("provider", ev.Provider.Name)
	l.text("variant", ev.Variant.Name)
	l.text("endpoint", a.Endpoint)
	l.text("type", ev.Type)
	l.text("object", ev.Object)
	l.time("created", ev.Created)
	l.digest("", ev.Body, sum)
	if r.Bodies {
		l.body("body", r.hiddenBytes(ev.Body, nil))
	}
	l.next() // it goes out with the invoke, in one call
	return number
}

// request writes what goes out: its header lines, and the body where it is not
// the event's.
func (r *Recorder) request(a *Attempt) {
	m, l := a.Message, &r.line
	changed := !bytes.Equal(m.Body, a.Event.Body)
	query, body, kept := m.Query, m.Body, true
	if !r.KeepSecrets && (changed || query != "") {
		query, body, kept = r.mask.content(&a.Event, m, r.mask.sent(&a.Event, m))
	}
	l.text("method", m.Method)
	if query != "" {
		l.text("query", query)
	}
	r.headers(m.Header, func(f Field) bool { return r.mask.holds(&a.Event, f.Name) }, nil)
	if !changed {
		return
	}
	l.digest("", m.Body, sha256.Sum256(m.Body))
	if kept {
		l.body("body", body)
	}
}

// headers writes header lines; those that hide says hold a secret are masked.
func (r *Recorder) headers(h Header, hide func(Field) bool, sent []string) {
	l := &r.line
	l.open("headers", '[')
	for i, f := range h {
		value := f.Value
		if !r.KeepSecrets {
			if value = masking; !hide(f) {
				value = r.mask.text(f.Value, sent)
			}
		}
		l.pair(i, f.Name, value)
	}
	l.close(']')
}

// hidden masks a text that the receiver, or the network, said.
func (r *Recorder) hidden(text string, sent []string) string {
	if r.KeepSecrets {
		return text
	}
	return r.mask.text(text, sent)
}

func (r *Recorder) hiddenBytes(body []byte, sent []string) []byte {
	if r.KeepSecrets {
		return body
	}
	return r.mask.bytes(body, sent)
}

// Waits writes a wait of the provider's.
func (r *Recorder) Waits(provider, real time.Duration) {
	r.line.begin("wait")
	r.line.int("for", int64(provider))
	r.line.int("real", int64(real))
	r.end()
}

// End writes the last line: that the course was told to its end, or why not.
func (r *Recorder) End(err error) {
	r.line.begin("end")
	if err != nil {
		r.line.text("error", r.hidden(err.Error(), nil))
	}
	r.end()
}

func (r *Recorder) end() {
	r.line.next()
	if r.err == nil {
		_, r.err = r.w.Write(r.line.b)
	}
	r.line.b = r.line.b[:0]
}
