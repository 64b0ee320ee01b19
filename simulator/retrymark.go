package simulator

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"time"

	"simhook/simulator/signature"
)

// A retrying is one attempt after the first.
type retrying struct {
	attempt int    // of all attempts, from 2
	last    Reason // of the failure before it
	first   time.Time
}

// prepare makes the message of an attempt at a time. Of retries that are not signed
// anew it is the first one's with the marks.
func (d Delivery) prepare(again retrying, now time.Time) (*Message, error) {
	retry := d.Event.Provider.Retry
	switch {
	case again.attempt < 2:
		return Prepare(d, now)
	case retry.Resign:
		d.Event.Header, d.Event.Body = retry.marked(d.Event.Header, d.Event.Body, again.words(retry, d.Event.ID))
		return Prepare(d, now)
	}
	m, err := Prepare(d, again.first)
	if err == nil {
		m.Header, _ = retry.marked(m.Header, nil, again.words(retry, d.Event.ID))
	}
	return m, err
}

// words are what marks may name: {attempt} counts retries from 1, {number} all
// attempts; {reason} is why the one before failed; {uuid} is another each time;
// {first} is when the first one went out, RFC 3339.
func (a retrying) words(r Retry, id string) *strings.Replacer {
	word, ok := r.Words[a.last]
	if !ok {
		if word, ok = r.Words[a.last.Class()]; !ok {
			word = string(a.last)
		}
	}
	return strings.NewReplacer("{attempt}", strconv.Itoa(a.attempt-1), "{number}", strconv.Itoa(a.attempt), "{reason}", word,
		"{uuid}", uuidOf(id, a.attempt), "{first}", a.first.UTC().Format(time.RFC3339))
}

// uuidOf is a version 4 UUID for one attempt at one event.
func uuidOf(id string, attempt int) string {
	sum := sha256.Sum256([]byte(strconv.Itoa(attempt) + " " + id))
	sum[6], sum[8] = sum[6]&0x0f|0x40, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// marked returns header and body with the marks of a retry; neither is changed.
func (r Retry) marked(h Header, body []byte, words *strings.Replacer) (Header, []byte) {
	h = append(Header(nil), h...)
	for _, f := range r.Marks {
		h.Set(f.Name, words.Replace(f.Value))
	}
	for _, f := range r.BodyMarks {
		body = markBody(body, f.Name, words.Replace(f.Value))
	}
	return h, body
}

// markBody changes the member at path; a first step "*" stands for every element.
func markBody(body []byte, path, value string) []byte {
	rest, every := strings.CutPrefix(path, "*.")
	if !every {
		body, _ = signature.SetField(body, path, value)
		return body
	}
	for i := 0; ; i++ {
		changed, ok := signature.SetField(body, strconv.Itoa(i)+"."+rest, value)
		if !ok {
			return body
		}
		body = changed
	}
}
