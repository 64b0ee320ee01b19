package signature

// An Answering makes what a handshake wants to be answered: templates that draw on
// the request.
type Answering struct{ in *input }

// NewAnswering reads a request. keyed computes {signature} over it; without one that
// is empty.
func NewAnswering(keyed *Scheme, m *Message, key Key) (*Answering, error) {
	in := &input{m: m, clock: clocks[0], secret: key.Secret, keyID: key.ID}
	if keyed != nil {
		signer, err := keyed.Signer(key)
		if err != nil {
			return nil, err
		}
		signer.in = input{m: m, clock: keyed.clock, secret: key.Secret, keyID: key.ID}
		text, err := signer.signature(nil, &signer.keys[0])
		if err != nil {
			return nil, err
		}
		in.signature = string(text)
	}
	return &Answering{in}, nil
}

// Signature is what {signature} stands for.
func (a *Answering) Signature() string { return a.in.signature }

// Members makes a JSON object of templates by member.
func (a *Answering) Members(members Pairs) ([]byte, error) {
	pairs, err := compilePairs("answer", members)
	if err != nil {
		return nil, err
	}
	return membersOf(pairs, a.in)
}

// Text fills in one template.
func (a *Answering) Text(template string) (string, error) {
	t, err := parseTemplate("answer", template)
	if err != nil {
		return "", err
	}
	return t.text(a.in)
}

// CheckAnswer says what is wrong with the templates of an answer.
func CheckAnswer(members Pairs, texts ...string) error {
	if _, err := compilePairs("answer", members); err != nil {
		return err
	}
	for _, text := range texts {
		if _, err := parseTemplate("answer", text); err != nil {
			return err
		}
	}
	return nil
}
