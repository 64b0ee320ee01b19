package signature

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// SignedFields lists the members of the body that are signed one by one, where
// the scheme does not sign the whole body: body members by path, form fields by name.
func (s *Scheme) SignedFields() []string {
	if s.signed == nil {
		return nil
	}
	var fields []string
	for _, seg := range s.signed.segments {
		if seg.part == nil {
			continue
		}
		switch seg.part.name {
		case "field", "form":
			fields = append(fields, seg.arg)
		case "keyvalue":
			fields = append(fields, strings.Split(seg.arg, ",")...)
		}
	}
	return fields
}

// ChangeField replaces the first signed member that the body has, and that is
// not the time, by change(text).
func (s *Scheme) ChangeField(m *Message, change func(string) string) error {
	stamp := ""
	if f, _ := s.read(m); f.stamped {
		stamp = f.stamp
	}
	for _, name := range s.SignedFields() {
		if text, ok := FieldText(m.Body, name); ok && text != "" && text != stamp {
			m.Body, _ = SetField(m.Body, name, change(text))
			return nil
		}
		if text, ok := formValue(string(m.Body), name); ok && text != "" && text != stamp {
			m.Body = withForm(m.Body, name, change(text))
			return nil
		}
	}
	return ErrNoPlace
}

// Forge replaces each token by one that names another algorithm: "none", without
// a signature, or "HS256", keyed by the text of the public key.
func (s *Scheme) Forge(m *Message, algorithm string, key Key) error {
	public := ""
	if s.Asymmetric() {
		var err error
		if public, err = s.PublicPEM(key); err != nil {
			return err
		}
	}
	return s.Edit(m, func(token string) string {
		pieces := strings.Split(token, ".")
		if len(pieces) != 3 {
			return token
		}
		b64 := base64.RawURLEncoding
		var header map[string]any
		if raw, err := b64.DecodeString(pieces[0]); err != nil || json.Unmarshal(raw, &header) != nil {
			return token
		}
		header["alg"] = algorithm
		raw, err := json.Marshal(header)
		if err != nil {
			return token
		}
		signing := b64.EncodeToString(raw) + "." + pieces[1]
		if algorithm == "none" {
			return signing + "."
		}
		return signing + "." + b64.EncodeToString((&Scheme{Spec: Spec{Algorithm: algorithm}}).joseMAC([]byte(public), []byte(signing)))
	})
}
