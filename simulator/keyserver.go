package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"simhook/simulator/signature"
)

// A Served is a public key or certificate that receivers fetch from the provider.
type Served struct {
	Path   string // where, such as /SimpleNotificationService.pem
	As     string // certificate, spki, jwk or jwks
	Option string // the pack's option that holds its URL, if a body names it
}

// ServedForms lists what As may be.
var ServedForms = []string{"certificate", "spki", "jwk", "jwks"}

// KeyHandler serves the public halves of a key under every path the provider
// serves it at. It is meant for loopback.
func KeyHandler(p *Provider, v Variant, key signature.Key) (http.Handler, error) {
	pages := map[string]page{}
	for _, served := range p.Serves {
		body, kind, err := served.content(v, key)
		if err != nil {
			return nil, err
		}
		if _, twice := pages[served.Path]; twice {
			return nil, fmt.Errorf("%s serves two keys at %s", p.Name, served.Path)
		}
		pages[served.Path] = page{kind, body}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := pages[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", page.kind)
		w.Write(page.body)
	}), nil
}

type page struct {
	kind string
	body []byte
}

func (s Served) content(v Variant, key signature.Key) (body []byte, contentType string, err error) {
	for _, scheme := range v.Schemes {
		if !scheme.Asymmetric() {
			continue
		}
		switch s.As {
		case "certificate":
			body, err = scheme.Certificate(key, "simhook test", time.Now())
			return body, "application/x-pem-file", err
		case "spki":
			text, err := scheme.PublicPEM(key)
			return []byte(text), "application/x-pem-file", err
		}
		jwk, err := scheme.JWK(key)
		if err != nil {
			return nil, "", err
		}
		wrapped := map[string]any{"key": jwk}
		if s.As == "jwks" {
			wrapped = map[string]any{"keys": []any{jwk}}
		}
		body, err = json.Marshal(wrapped)
		return body, "application/json", err
	}
	return nil, "", nil
}
