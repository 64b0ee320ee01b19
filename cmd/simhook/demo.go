package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"simhook/fixtures"
	"simhook/fixtures/receiver"
	"simhook/simulator"
)

type demoFlags struct {
	providerFlags
	address string
	bug     string
	bugs    bool
}

func newDemo(io streams) *cobra.Command {
	f := &demoFlags{}
	c := &cobra.Command{
		Use:   "demo",
		Short: "Run a receiver to try simhook on",
		Long: `Run a receiver to try simhook on. It takes every provider's deliveries at /PROVIDER, signed with the
provider's public test secret, and tells at /_effects?provider=NAME&event=ID how often an event took effect.
With --bug it has one defect that real receivers have.`,
		Example: "  simhook demo --bug no-clock &\n  simhook send stripe --to http://localhost:4000/stripe --fault stale",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if f.bugs {
				for _, b := range receiver.Bugs {
					fmt.Fprintf(io.Out, "%-22s %s\n", b.Name, b.About)
				}
				return nil
			}
			return f.serve(c.Context(), io)
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.address, "listen", "127.0.0.1:4000", "`HOST:PORT` to listen at")
	flags.StringVar(&f.bug, "bug", "", "the defect, `NAME`")
	flags.BoolVar(&f.bugs, "bugs", false, "list the defects")
	f.bind(flags)
	return c
}

func (f *demoFlags) serve(ctx context.Context, io streams) error {
	var bug *receiver.Bug
	if f.bug != "" {
		var err error
		if bug, err = receiver.BugNamed(f.bug); err != nil {
			return err
		}
	}
	mux, err := f.mux(io, bug)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", f.address)
	if err != nil {
		return &failure{exitUsage, fmt.Sprintf("cannot listen at %s: %v", f.address, reasonText(&simulator.NoAnswerError{Err: err})), "choose another with --listen 127.0.0.1:0"}
	}
	if at, ok := listener.Addr().(*net.TCPAddr); ok && !at.IP.IsLoopback() {
		fmt.Fprintln(io.Err, "simhook: others on the network can reach this receiver; --listen 127.0.0.1:4000 keeps it to this host")
	}
	fmt.Fprintf(io.Out, "receiving at http://%s/PROVIDER\n", listener.Addr())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func (f *demoFlags) mux(io streams, bug *receiver.Bug) (*http.ServeMux, error) {
	mux := http.NewServeMux()
	endpoints := map[string]*receiver.Endpoint{}
	names := fixtures.Names()
	if f.packDir != "" {
		names = []string{""}
	}
	for _, name := range names {
		p, err := f.pack(name)
		if err != nil {
			return nil, err
		}
		keys, err := f.demoKeys(p, io)
		if err != nil {
			return nil, err
		}
		e := &receiver.Endpoint{Provider: p.Provider, Keys: keys.keys, Bug: bug, Seen: func(o receiver.Outcome) {
			line := fmt.Sprintf("%s  %s %s  %d %s", p.Provider.Name, clip(o.Type, 80), clip(o.ID, 80), o.Status, outcomeText(o))
			fmt.Fprintln(io.Out, printable(line))
		}}
		endpoints[p.Provider.Name] = e
		mux.Handle("/"+p.Provider.Name, e)
	}
	mux.HandleFunc("/_effects", func(w http.ResponseWriter, r *http.Request) {
		if e := endpoints[r.FormValue("provider")]; e != nil {
			e.Effects(w, r)
			return
		}
		http.NotFound(w, r)
	})
	mux.HandleFunc("/{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "simhook demo: deliveries go to /PROVIDER, and /_effects?provider=NAME&event=ID tells how often an event took effect.\nproviders: %s\n", strings.Join(slices.Sorted(maps.Keys(endpoints)), " "))
	})
	return mux, nil
}

// demoKeys are the provider's own; a given secret that is not in its form is left aside.
func (f *demoFlags) demoKeys(p *fixtures.Pack, io streams) (keySet, error) {
	keys, err := f.keys(p, io)
	if err != nil && f.packDir == "" {
		return (&providerFlags{}).settle(p, nil, nil, "test")
	}
	return keys, err
}

func outcomeText(o receiver.Outcome) string {
	if o.Err != nil {
		return "refused: " + o.Err.Error()
	}
	if o.Handshake != "" {
		return "handshake answered"
	}
	if o.Duplicate {
		return "duplicate, took effect " + times(o.Effects) + " before"
	}
	return "took effect " + times(o.Effects)
}
