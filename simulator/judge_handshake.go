package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"simhook/simulator/signature"
)

// An Exchange is one handshake as it went.
type Exchange struct {
	Receipt Receipt // of the question
	Key     signature.Key
	// Visited are the addresses that the receiver fetched until it had no more time to;
	// Watched says that somebody looked.
	Visited []string
	Watched bool
}

// JudgeHandshake says why the answer to a handshake is not what the provider wants;
// "" where it is. It is pure. What it tells masks the secret, and shortens what is
// made with it.
func JudgeHandshake(p *Provider, h *Handshake, x Exchange) string {
	j := &handshakeJudge{p: p, h: h, x: x, m: x.Receipt.Message}
	var err error
	if j.answering, err = signature.NewAnswering(h.Keyed, j.m, x.Key); err != nil {
		return "what it should answer cannot be made: " + err.Error()
	}
	for _, rule := range []func() string{j.time, j.status, j.contentType, j.headers, j.body, j.contains, j.visit} {
		if why := rule(); why != "" {
			return j.masked(why)
		}
	}
	return ""
}

// JudgeProbe says why the answer to a bad probe is wrong: "" where it is refused as
// the provider wants.
func JudgeProbe(b BadProbe, r Receipt) string {
	what := b.Event
	if b.Fault != "" {
		what = "a handshake with the fault " + b.Fault
	}
	switch {
	case r.Err != nil:
		return fmt.Sprintf("%s must be refused, but there was no answer", what)
	case !StatusIn(r.Status, b.Status):
		return fmt.Sprintf("%s must be answered %s, seen %d: the endpoint does not check", what, joinLines(nil, b.Status), r.Status)
	}
	return ""
}

type handshakeJudge struct {
	p         *Provider
	h         *Handshake
	x         Exchange
	m         *Message
	answering *signature.Answering
}

func (j *handshakeJudge) time() string {
	within, r := j.h.Patience(j.p), j.x.Receipt
	var none *NoAnswerError
	switch {
	case errors.As(r.Err, &none) && none.Timeout():
		return fmt.Sprintf("expected an answer within %s, seen none in %s", ShortDuration(within), ShortDuration(r.Took.Round(time.Millisecond)))
	case r.Err != nil:
		return "expected an answer, seen none: " + r.Err.Error()
	case r.Took > within:
		return fmt.Sprintf("expected an answer within %s, seen it after %s", ShortDuration(within), ShortDuration(r.Took.Round(time.Millisecond)))
	}
	return ""
}

func (j *handshakeJudge) status() string {
	want := j.h.Status
	if len(want) == 0 {
		want = j.p.Accepts
	}
	if got := j.x.Receipt.Status; !StatusIn(got, want) {
		return fmt.Sprintf("expected the status %s, seen %d", joinLines(nil, want), got)
	}
	return ""
}

func (j *handshakeJudge) contentType() string {
	got := j.x.Receipt.Header.Get("Content-Type")
	media, _, err := mime.ParseMediaType(got)
	if j.h.ContentType != "" && (err != nil || media != j.h.ContentType) {
		return fmt.Sprintf("expected Content-Type: %s, seen %s", j.h.ContentType, j.quote(got))
	}
	return ""
}

// headers: of the lines of one name one suffices.
func (j *handshakeJudge) headers() string {
	for _, line := range j.h.Headers {
		var wanted []string
		for _, template := range j.h.Headers.Values(line.Name) {
			text, err := j.answering.Text(template)
			if err != nil {
				return err.Error()
			}
			wanted = append(wanted, text)
		}
		got := j.x.Receipt.Header.Values(line.Name)
		if !slices.ContainsFunc(got, func(v string) bool { return slices.Contains(wanted, v) }) {
			if len(got) == 0 {
				return fmt.Sprintf("expected the header line %s: %s, seen none", line.Name, strings.Join(wanted, " or "))
			}
			return fmt.Sprintf("expected the header line %s: %s, seen %s", line.Name, strings.Join(wanted, " or "), j.quote(strings.Join(got, ", ")))
		}
	}
	return ""
}

func (j *handshakeJudge) body() string {
	if len(j.h.Answer) == 0 && j.h.Text == "" {
		return ""
	}
	got := j.x.Receipt.Body
	for _, template := range j.h.Or {
		if text, err := j.answering.Text(template); err == nil && text == string(got) {
			return ""
		}
	}
	if len(j.h.Answer) > 0 {
		return j.members(got)
	}
	want, err := j.answering.Text(j.h.Text)
	switch {
	case err != nil:
		return err.Error()
	case want == string(got):
		return ""
	case strings.TrimSpace(string(got)) == want:
		return fmt.Sprintf("expected the body %s alone, seen it with white space around it", j.short(want))
	}
	return fmt.Sprintf("expected the body %s, seen %s", j.short(want), j.short(string(got)))
}

func (j *handshakeJudge) members(got []byte) string {
	want, err := j.answering.Members(j.h.Answer)
	if err != nil {
		return err.Error()
	}
	wanted, seen := map[string]any{}, map[string]any{}
	if err := readJSON(want, &wanted); err != nil {
		return err.Error()
	}
	if err := readJSON(got, &seen); err != nil {
		return fmt.Sprintf("expected a JSON object with %s, seen %s", quotedMembers(j.h.Answer), j.short(string(got)))
	}
	for _, pair := range j.h.Answer {
		value, ok := seen[pair.Key]
		if !ok {
			return fmt.Sprintf("expected the member %q in the answer, seen only %s", pair.Key, quotedNames(seen))
		}
		if !reflect.DeepEqual(value, wanted[pair.Key]) {
			return fmt.Sprintf("expected the member %q to be %s, seen %s", pair.Key, j.shown(wanted[pair.Key]), j.shown(value))
		}
	}
	return ""
}

func (j *handshakeJudge) contains() string {
	if j.h.Contains == "" {
		return ""
	}
	want, err := j.answering.Text(j.h.Contains)
	if err != nil {
		return err.Error()
	}
	if !strings.Contains(string(j.x.Receipt.Body), want) {
		return fmt.Sprintf("expected %s in the body, seen %s", j.short(want), j.short(string(j.x.Receipt.Body)))
	}
	return ""
}

// visit: the receiver must have fetched the address it was told.
func (j *handshakeJudge) visit() string {
	address, ok := j.h.Visit.Read(j.m)
	if j.h.Visit == "" || !j.x.Watched || ok && slices.ContainsFunc(j.x.Visited, func(v string) bool { return sameAddress(v, address) }) {
		return ""
	}
	if len(j.x.Visited) > 0 {
		return fmt.Sprintf("expected a GET of %s, seen one of %s", address, strings.Join(j.x.Visited, ", "))
	}
	return fmt.Sprintf("expected a GET of %s, seen none: the answer alone confirms nothing", address)
}

// sameAddress: clients may escape otherwise what means the same.
func sameAddress(a, b string) bool {
	u, errA := url.Parse(a)
	v, errB := url.Parse(b)
	return errA == nil && errB == nil && u.Host == v.Host && u.Path == v.Path && reflect.DeepEqual(u.Query(), v.Query())
}

// shown is a value of an answer, as JSON.
func (j *handshakeJudge) shown(v any) string {
	if text, ok := v.(string); ok {
		return j.short(text)
	}
	text, _ := json.Marshal(v)
	return j.short(string(text))
}

// shortest is how much is shown of what the secret made.
const shortest = 8

// short quotes a text. One that the secret made, or that stands in its place, is
// shown by its beginning.
func (j *handshakeJudge) short(text string) string {
	text = j.masked(text)
	made := j.answering.Signature()
	if made != "" && len(text) > shortest && (strings.Contains(text, made) || len(text) >= len(made) && !strings.ContainsAny(text, " {<")) {
		return quoted(text[:shortest] + "…")
	}
	return quoted(text)
}

// quote shows what came, without the secret.
func (j *handshakeJudge) quote(text string) string { return quoted(j.masked(text)) }

// quoted shows what came, at most 80 characters of it.
func quoted(text string) string {
	if text == "" {
		return "nothing"
	}
	if runes := []rune(text); len(runes) > 80 {
		text = string(runes[:80]) + "…"
	}
	return fmt.Sprintf("%q", text)
}

// masked takes the secret itself out of what is told.
func (j *handshakeJudge) masked(text string) string {
	if secret := j.x.Key.Secret; secret != "" {
		text = strings.ReplaceAll(text, secret, "***")
	}
	return text
}

func quotedMembers(pairs signature.Pairs) string {
	names := make([]string, len(pairs))
	for i, p := range pairs {
		names[i] = fmt.Sprintf("%q", p.Key)
	}
	return strings.Join(names, " and ")
}

func quotedNames(members map[string]any) string {
	var names []string
	for _, name := range sortedKeys(members) {
		names = append(names, fmt.Sprintf("%q", name))
	}
	if len(names) == 0 {
		return "{}"
	}
	return strings.Join(names, ", ")
}

// readJSON reads one object; numbers keep their spelling.
func readJSON(data []byte, into *map[string]any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return errors.New("more than one value")
	}
	if *into == nil {
		return errors.New("null")
	}
	return nil
}
