package main

import (
	"net"
	"net/http"
	"sync"

	"simhook/fixtures"
	"simhook/fixtures/receiver"
	"simhook/simulator"
	"simhook/simulator/signature"
)

// embedded is a receiver of simhook's own on loopback.
type embedded struct {
	url    string
	served map[string]string // option of the pack → URL of a key that is served
	server *http.Server
	mu     sync.Mutex
	seen   []receiver.Outcome // and not yet told
}

// startEmbedded starts a receiver for one variant. publicURL is the address that
// deliveries are signed for where the provider signs it; "" is its own.
func startEmbedded(p *fixtures.Pack, variant, publicURL string, keys []signature.Key) (*embedded, error) {
	v, err := p.Provider.Variant(variant)
	if err != nil {
		return nil, err
	}
	e := &embedded{served: map[string]string{}}
	keyPages, err := simulator.KeyHandler(p.Provider, v, keys[0])
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, &failure{exitFault, "no loopback port: " + err.Error(), "give --to"}
	}
	base := "http://" + listener.Addr().String()
	e.url = base + "/webhooks/" + p.Provider.Name
	mux := http.NewServeMux()
	for _, served := range p.Provider.Serves {
		mux.Handle(served.Path, keyPages)
		if served.Option != "" {
			e.served[served.Option] = base + served.Path
		}
	}
	mux.Handle("/", &receiver.Endpoint{Provider: p.Provider, Variants: []simulator.Variant{v}, Keys: keys, URL: publicURL, Seen: func(o receiver.Outcome) {
		e.mu.Lock()
		e.seen = append(e.seen, o)
		e.mu.Unlock()
	}})
	e.server = &http.Server{Handler: mux}
	go e.server.Serve(listener)
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

func (e *embedded) close() { e.server.Close() }
