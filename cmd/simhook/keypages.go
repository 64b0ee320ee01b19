package main

import (
	"fmt"
	"net"
	"net/http"
	"strings"

	"simhook/fixtures"
	"simhook/simulator"
	"simhook/simulator/signature"
)

// keyPages is a loopback server with what receivers fetch from a provider, such
// as the signing certificate of Amazon SNS.
type keyPages struct {
	base    string            // http://127.0.0.1:PORT
	options map[string]string // option of the pack → URL of the page it names
	server  *http.Server
	visits  *visits // nil: no handshake of the provider wants one
}

// serveKeys serves the provider's pages at a loopback address, HOST:PORT; rest
// may add more to the same server.
func serveKeys(address string, p *fixtures.Pack, v simulator.Variant, key signature.Key, rest func(*http.ServeMux)) (*keyPages, error) {
	if host, _, err := net.SplitHostPort(address); err != nil || !loopback(host) {
		return nil, &simulator.Mistake{Text: fmt.Sprintf("--serve-keys %q is no loopback address with a port", address), Hint: "such as 127.0.0.1:4100, or 127.0.0.1:0 for any free port"}
	}
	handler, err := simulator.KeyHandler(p.Provider, v, key)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, &failure{exitUsage, fmt.Sprintf("cannot listen at %s: %v", address, reasonText(&simulator.NoAnswerError{Err: err})), "choose another with --serve-keys 127.0.0.1:0"}
	}
	k := &keyPages{base: "http://" + listener.Addr().String(), options: map[string]string{}}
	mux := http.NewServeMux()
	for _, served := range p.Provider.Serves {
		mux.Handle(served.Path, handler)
		if served.Option != "" {
			k.options[served.Option] = k.base + served.Path
		}
	}
	for _, h := range p.Provider.Handshakes {
		if h.Visit != "" && k.visits == nil {
			k.visits = newVisits(k.base)
			mux.Handle(visitPath+"/", k.visits)
		}
	}
	if rest != nil {
		rest(mux)
	}
	k.server = &http.Server{Handler: mux}
	go k.server.Serve(listener)
	return k, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (k *keyPages) close() { k.server.Close() }

// say names the pages, for whoever points a receiver at them.
func (k *keyPages) say(io streams, p *fixtures.Pack) {
	if len(p.Provider.Serves) == 0 {
		return
	}
	var pages []string
	for _, served := range p.Provider.Serves {
		pages = append(pages, fmt.Sprintf("%s at %s%s", served.As, k.base, served.Path))
	}
	fmt.Fprintf(io.Err, "simhook: serves the %s while it sends; your receiver must be told to fetch it there\n", strings.Join(pages, ", "))
}
