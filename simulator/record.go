package simulator

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
	"unicode/utf8"
)

// RecordSchema is the version of the record's lines. A line of a kind or a member
// that a reader does not know is passed over.
const RecordSchema = 1

// A Recorder writes a record: JSON Lines, one for what was meant to happen (meta),
// for each event, and for each attempt as it begins (invoke) and ends (complete).
// Every line is written whole and at once: whenever simhook is killed, the record
// can be read up to the last line. It is not safe for concurrent use; [Playing]
// tells one thing at a time.
type Recorder struct {
	// Bodies keeps the body of every request; else only of those that a fault changed.
	Bodies bool
	// KeepSecrets keeps signatures and the secrets that some providers send.
	KeepSecrets bool

	w      io.Writer
	line   []byte
	events map[string]bool
	err    error
}

// NewRecorder returns a recorder that writes to w.
func NewRecorder(w io.Writer) *Recorder { return &Recorder{w: w, events: map[string]bool{}} }

// Err is the first error in writing.
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
	Pack     string `json:"pack,omitempty"` // digest of what is known of the provider
}

// Meta writes the first line.
func (r *Recorder) Meta(m Meta) {
	m.Schema = RecordSchema
	data, err := json.Marshal(m)
	if err != nil {
		r.err = errors.Join(r.err, err)
		return
	}
	r.begin("meta")
	r.line = append(r.line, `,"meta":`...)
	r.line = append(r.line, data...)
	r.end()
}

// Began writes an attempt that begins, and its event where that is new.
func (r *Recorder) Began(a *Attempt) {
	r.event(a)
	r.begin("invoke")
	r.int("n", int64(a.Number))
	r.int("step", int64(a.Step))
	r.int("attempt", int64(a.Attempt))
	r.text("endpoint", a.Endpoint)
	r.text("event", a.Event.ID)
	r.int("at", int64(a.At))
	r.int("t", int64(a.Began))
	if a.Group > 0 {
		r.int("group", int64(a.Group))
	}
	if a.Fault != nil {
		r.text("fault", a.Fault.Name)
	}
	r.request(a)
	r.end()
}

// event writes an event the first time it is sent to an endpoint.
func (r *Recorder) event(a *Attempt) {
	key := a.Endpoint + "\x00" + a.Event.ID
	if r.events[key] {
		return
	}
	r.events[key] = true
	r.begin("event")
	r.text("id", a.Event.ID)
	r.text("provider", a.Event.Provider.Name)
	r.text("endpoint", a.Endpoint)
	r.text("type", a.Event.Type)
	r.text("object", a.Event.Object)
	r.text("created", a.Event.Created.UTC().Format(time.RFC3339Nano))
	r.digest(a.Event.Body)
	r.end()
}

// request writes what goes out: its header lines, and the body where it is not
// the event's.
func (r *Recorder) request(a *Attempt) {
	m := a.Message
	r.text("method", m.Method)
	if m.Query != "" {
		r.text("query", r.masked(a, m.Query))
	}
	r.line = append(r.line, `,"headers":[`...)
	for i, f := range m.Header {
		if i > 0 {
			r.line = append(r.line, ',')
		}
		r.line = append(r.line, '[')
		r.line = appendJSONText(r.line, f.Name)
		r.line = append(r.line, ',')
		r.line = appendJSONText(r.line, r.value(a, f))
		r.line = append(r.line, ']')
	}
	r.line = append(r.line, ']')
	changed := !bytes.Equal(m.Body, a.Event.Body)
	if changed {
		r.digest(m.Body)
	}
	if r.Bodies || changed {
		r.body("body", m.Body)
	}
}

// masking stands for what is not kept.
const masking = "***"

// value is a header line's, masked where it is a signature or a secret.
func (r *Recorder) value(a *Attempt, f Field) string {
	if r.KeepSecrets {
		return f.Value
	}
	for _, s := range a.Event.Variant.Schemes {
		for _, name := range s.HeaderNames() {
			if bytes.EqualFold([]byte(name), []byte(f.Name)) {
				return masking
			}
		}
	}
	return f.Value
}

func (r *Recorder) masked(a *Attempt, query string) string {
	if r.KeepSecrets {
		return query
	}
	return masking
}

// Ended writes what came of an attempt.
func (r *Recorder) Ended(a *Attempt) {
	r.begin("complete")
	r.int("n", int64(a.Number))
	r.int("t", int64(a.Ended))
	r.text("outcome", a.Outcome())
	if a.Status > 0 {
		r.int("status", int64(a.Status))
		r.body("answer", a.Answer.Body)
	}
	if a.Truncated {
		r.line = append(r.line, `,"truncated":true`...)
	}
	if a.Err != nil {
		r.text("error", a.Err.Error())
	}
	for _, to := range a.Redirects {
		r.text("redirect", to)
	}
	if a.Next > 0 {
		r.int("next", int64(a.Next))
	}
	if a.End != "" {
		r.text("end", string(a.End))
	}
	r.end()
}

// Outcome is an attempt's in one word: ack, nack, unknown or away.
func (a *Attempt) Outcome() string {
	switch {
	case a.Unknown():
		return "unknown"
	case a.Err != nil:
		return "away"
	case a.Satisfied:
		return "ack"
	}
	return "nack"
}

// Waits writes a wait of the provider's.
func (r *Recorder) Waits(provider, real time.Duration) {
	r.begin("wait")
	r.int("for", int64(provider))
	r.int("real", int64(real))
	r.end()
}

// End writes the last line: that the course was told to its end, or why not.
func (r *Recorder) End(err error) {
	r.begin("end")
	if err != nil {
		r.text("error", err.Error())
	}
	r.end()
}

func (r *Recorder) begin(kind string) {
	r.line = append(r.line[:0], `{"kind":"`...)
	r.line = append(r.line, kind...)
	r.line = append(r.line, '"')
}

func (r *Recorder) int(name string, n int64) {
	r.name(name)
	r.line = strconv.AppendInt(r.line, n, 10)
}

func (r *Recorder) text(name, value string) {
	r.name(name)
	r.line = appendJSONText(r.line, value)
}

func (r *Recorder) name(name string) {
	r.line = append(r.line, ',', '"')
	r.line = append(r.line, name...)
	r.line = append(r.line, '"', ':')
}

func (r *Recorder) digest(body []byte) {
	r.int("bytes", int64(len(body)))
	sum := sha256.Sum256(body)
	r.name("sha256")
	r.line = fmt.Appendf(r.line, `"%x"`, sum[:8])
}

// body writes bytes as text where they are UTF-8, else in base64.
func (r *Recorder) body(name string, body []byte) {
	if utf8.Valid(body) {
		r.text(name, string(body))
		return
	}
	r.text(name+"_base64", base64.StdEncoding.EncodeToString(body))
}

func (r *Recorder) end() {
	r.line = append(r.line, '}', '\n')
	if r.err != nil {
		return
	}
	_, r.err = r.w.Write(r.line)
}

// appendJSONText appends a JSON string. What is no UTF-8 becomes U+FFFD.
func appendJSONText(dst []byte, text string) []byte {
	const hex = "0123456789abcdef"
	dst = append(dst, '"')
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c < ' ' || c == 0x7f:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		case c < utf8.RuneSelf:
			dst = append(dst, c)
		default:
			r, size := utf8.DecodeRuneInString(text[i:])
			dst = utf8.AppendRune(dst, r)
			i += size
			continue
		}
		i++
	}
	return append(dst, '"')
}
