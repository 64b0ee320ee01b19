package simulator

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"simhook/simulator/nearest"
	"simhook/simulator/signature"
)

// Evidence says how a fact is known, from strongest to weakest.
type Evidence string

// The kinds of evidence.
const (
	Captured   Evidence = "captured"   // compared with a recorded delivery
	Run        Evidence = "run"        // seen by running the vendor's own code
	SDK        Evidence = "sdk"        // read in the vendor's own code
	Documented Evidence = "documented" // read in the vendor's documentation
	Reported   Evidence = "reported"   // measured or told by somebody else
	Inferred   Evidence = "inferred"   // follows from something else; a default
	Memory     Evidence = "memory"     // remembered, not checked again; a default
)

// Evidences lists every kind, strongest first.
var Evidences = []Evidence{Captured, Run, SDK, Documented, Reported, Inferred, Memory}

// A Fact is one thing known of a provider's wire, with how it is known.
type Fact struct {
	Name     string   `json:"name"`
	Value    string   `json:"value"`
	Evidence Evidence `json:"evidence"`
	Source   string   `json:"source,omitempty"`
}

// A Provider is one sender of webhooks, written down as data.
type Provider struct {
	Name  string // "stripe"
	Title string // "Stripe"
	Docs  string // the page its signature was written from

	// TestSecret is what the provider's secrets look like; it is used where the
	// user gives none. It is public, so it protects nothing.
	TestSecret string
	Schemes    []*signature.Scheme
	Variants   []Variant // the first is the default

	Patience  time.Duration // how long it waits for an answer
	Accepts   []StatusRange // the answers it counts as success
	Redirects int           // how many redirects it follows
	Retry     Retry

	DedupeAt Locator // what makes two deliveries the same event
	TypeAt   Locator // where the event's type stands
	ObjectAt Locator // where the id of the event's object stands

	Handshakes []Handshake
	Serves     []Served
	Promises   Promises
	Quirks     []Quirk
	Facts      []Fact // every fact above once more, with its evidence
}

// Promises are what a provider says of its own deliveries.
type Promises struct {
	Ordered bool // events about one object come in order
	Once    bool // no event comes twice
}

// A Variant is another manner of the same provider, such as GitHub's form bodies.
type Variant struct {
	Name    string
	About   string
	Schemes []*signature.Scheme
}

// A Quirk says that this provider's own libraries treat a fault otherwise than
// a sound receiver would.
type Quirk struct {
	Fault    string
	Expect   Expect
	Evidence Evidence
	Source   string
}

// A StatusRange is an inclusive range of HTTP statuses.
type StatusRange struct{ From, To int }

func (r StatusRange) String() string {
	if r.From == r.To {
		return strconv.Itoa(r.From)
	}
	return fmt.Sprintf("%d-%d", r.From, r.To)
}

// ParseStatuses reads "200-299", "200, 204", "2xx" or a mixture.
func ParseStatuses(text string) ([]StatusRange, error) {
	var all []StatusRange
	for piece := range strings.SplitSeq(text, ",") {
		piece = strings.ToLower(strings.TrimSpace(piece))
		if class, ok := strings.CutSuffix(piece, "xx"); ok {
			piece = class + "00-" + class + "99"
		}
		from, to, isRange := strings.Cut(piece, "-")
		if !isRange {
			to = from
		}
		a, errA := strconv.Atoi(strings.TrimSpace(from))
		b, errB := strconv.Atoi(strings.TrimSpace(to))
		if errA != nil || errB != nil || a < 100 || b > 599 || a > b {
			return nil, fmt.Errorf("%q is no HTTP status, such as 200, 2xx or 200-299", piece)
		}
		all = append(all, StatusRange{a, b})
	}
	return all, nil
}

// StatusIn says whether a status lies in one of the ranges.
func StatusIn(status int, ranges []StatusRange) bool {
	return slices.ContainsFunc(ranges, func(r StatusRange) bool { return r.From <= status && status <= r.To })
}

// A Locator names a place in a message: header:NAME, body:PATH, form:NAME or, in
// the address, query:NAME.
// Several joined by " or " mean the first that is there.
type Locator string

// Read returns what stands at the place.
func (l Locator) Read(m *signature.Message) (string, bool) {
	for one := range strings.SplitSeq(string(l), " or ") {
		if text, ok := readAt(m, one); ok {
			return text, true
		}
	}
	return "", false
}

func readAt(m *signature.Message, place string) (string, bool) {
	kind, name, _ := strings.Cut(place, ":")
	switch kind {
	case "header":
		return m.Header.Lookup(name)
	case "body":
		if payload, ok := formPayload(m); ok {
			return signature.FieldText([]byte(payload), name)
		}
		return signature.FieldText(m.Body, name)
	case "form":
		return fieldOf(string(m.Body), name)
	case "query":
		_, query, _ := strings.Cut(m.URL, "?")
		return fieldOf(query, name)
	}
	return "", false
}

func fieldOf(form, name string) (string, bool) {
	for _, f := range signature.FormFields(form) {
		if f.Name == name {
			return f.Value, true
		}
	}
	return "", false
}

// formPayload returns the JSON of a form body whose one field is payload, as
// GitHub and Slack send it.
func formPayload(m *signature.Message) (string, bool) {
	if !strings.HasPrefix(string(m.Body), "payload=") {
		return "", false
	}
	return signature.FormFields(string(m.Body))[0].Value, true
}

// Check says whether the locator has a known form.
func (l Locator) Check() error {
	if l == "" {
		return nil
	}
	for one := range strings.SplitSeq(string(l), " or ") {
		kind, name, _ := strings.Cut(one, ":")
		if name == "" || !slices.Contains([]string{"header", "body", "form", "query"}, kind) {
			return fmt.Errorf("%q names no place: write header:NAME, body:PATH, form:NAME or query:NAME", one)
		}
	}
	return nil
}

// Variant returns the variant of that name; "" is the default.
func (p *Provider) Variant(name string) (Variant, error) {
	if name == "" && len(p.Variants) > 0 {
		return p.Variants[0], nil
	}
	var known []string
	for _, v := range p.Variants {
		if v.Name == name {
			return v, nil
		}
		known = append(known, v.Name)
	}
	return Variant{}, &Mistake{
		Text: fmt.Sprintf("no variant %q for %s", name, p.Name),
		Hint: nearestOr(name, known, "variants: "+strings.Join(known, ", ")),
	}
}

// A Mistake is an error in what the user wrote, with a hint at the cure.
type Mistake struct{ Text, Hint string }

func (e *Mistake) Error() string { return e.Text }

func nearestOr(word string, known []string, otherwise string) string {
	if hint := nearest.Hint(word, known); hint != "" {
		return hint
	}
	return otherwise
}
