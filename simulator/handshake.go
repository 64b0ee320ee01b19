package simulator

import (
	"cmp"
	"time"

	"simhook/simulator/signature"
)

// A Handshake is what a provider asks an endpoint before or between deliveries, and
// what it wants to be answered.
type Handshake struct {
	Name string // the event that asks, such as url_verification

	// A message is this handshake that has the method, and Is at When.
	Method string  // such as GET; "" is any
	When   Locator // "" is for those that the method alone tells
	Is     string  // "" is any value that is there
	Unless Locator // a message that has something here is none; may be empty

	Unsigned    bool          // it carries no signature
	Status      []StatusRange // of the answer; the first is what a sound receiver gives. None: as of any delivery
	ContentType string        // of the answer, without parameters; "" is any
	// Headers are lines that the answer has. Of several of one name one suffices, and
	// a sound receiver gives the first.
	Headers  Header
	Answer   signature.Pairs   // the body is a JSON object with these members
	Text     string            // or the body is this text, a template as all of these
	Or       []string          // bodies that will do as well
	Contains string            // the body contains this
	Keyed    *signature.Scheme // computes {signature} in the answer; may be nil
	Within   time.Duration     // how long the answer may take; 0: the provider's patience

	Otherwise int // the answer to another value at When; 0: that is no question
	// Visit is where the message has an address that the receiver must fetch, and
	// VisitOption the pack's option of where such addresses lead.
	Visit       Locator
	VisitOption string
	Probes      []BadProbe
}

// A BadProbe is what a provider does to see that the endpoint refuses what is wrong.
type BadProbe struct {
	Fault  string // what spoils the handshake
	Event  string // or what is sent instead of it
	Status []StatusRange
}

// Is the message the handshake, or would it be but for the value?
func (h *Handshake) fits(m *Message) (asks, fits bool) {
	if h.Method != "" && h.Method != m.Method {
		return false, false
	}
	if _, other := h.Unless.Read(m); other {
		return false, false
	}
	if h.When == "" {
		return true, true
	}
	got, ok := h.When.Read(m)
	return ok, ok && (h.Is == "" || got == h.Is)
}

// Patience is how long the provider waits for the answer.
func (h *Handshake) Patience(p *Provider) time.Duration { return cmp.Or(h.Within, p.Patience) }

// HandshakeOf returns the handshake that a message is, if it is one.
func (p *Provider) HandshakeOf(m *Message) *Handshake {
	for i := range p.Handshakes {
		if _, fits := p.Handshakes[i].fits(m); fits {
			return &p.Handshakes[i]
		}
	}
	return nil
}

// WrongHandshakeOf returns the handshake that a message would be if it had the
// right value, where the provider asks such things to see them refused.
func (p *Provider) WrongHandshakeOf(m *Message) *Handshake {
	for i := range p.Handshakes {
		h := &p.Handshakes[i]
		if asks, fits := h.fits(m); h.Otherwise != 0 && asks && !fits {
			return h
		}
	}
	return nil
}

// Reply returns what a sound receiver answers to the handshake.
func (h *Handshake) Reply(m *Message, key signature.Key) (Answer, error) {
	a := Answer{Status: 200}
	if len(h.Status) > 0 {
		a.Status = h.Status[0].From
	}
	answering, err := signature.NewAnswering(h.Keyed, m, key)
	if err != nil {
		return a, err
	}
	for _, line := range h.Headers {
		value, err := answering.Text(line.Value)
		if err != nil {
			return a, err
		}
		if _, twice := a.Header.Lookup(line.Name); !twice {
			a.Header.Add(line.Name, value)
		}
	}
	kind := "application/json"
	if len(h.Answer) > 0 {
		a.Body, err = answering.Members(h.Answer)
	} else if text := cmp.Or(h.Text, h.Contains); text != "" {
		kind = "text/plain"
		text, err = answering.Text(text)
		a.Body = []byte(text)
	}
	a.Header.Set("Content-Type", cmp.Or(h.ContentType, kind))
	return a, err
}
