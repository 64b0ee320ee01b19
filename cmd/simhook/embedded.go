package main

import (
	"net/http"
	"sync"

	"simhook/fixtures"
	"simhook/fixtures/receiver"
	"simhook/simulator"
	"simhook/simulator/signature"
)

// embedded is a receiver of simhook's own on loopback.
type embedded struct {
	*keyPages
	url  string
	mu   sync.Mutex
	seen []receiver.Outcome // and not yet told
}

// startEmbedded starts a receiver for one variant. publicURL is the address that
// deliveries are signed for where the provider signs it; "" is its own.
func startEmbedded(p *fixtures.Pack, v simulator.Variant, publicURL string, keys []signature.Key) (*embedded, error) {
	e := &embedded{}
	endpoint := &receiver.Endpoint{Provider: p.Provider, Variants: []simulator.Variant{v}, Keys: keys, URL: publicURL, Seen: func(o receiver.Outcome) {
		e.mu.Lock()
		e.seen = append(e.seen, o)
		e.mu.Unlock()
	}}
	pages, err := serveKeys("127.0.0.1:0", p, v, keys[0], func(mux *http.ServeMux) { mux.Handle("/", endpoint) })
	if err != nil {
		return nil, err
	}
	e.keyPages, e.url = pages, pages.base+"/webhooks/"+p.Provider.Name
	return e, nil
}

// fresh returns what the receiver made of the deliveries since it was last asked.
func (e *embedded) fresh() []receiver.Outcome {
	e.mu.Lock()
	defer e.mu.Unlock()
	seen := e.seen
	e.seen = nil
	return seen
}
