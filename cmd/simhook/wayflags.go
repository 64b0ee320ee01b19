package main

import (
	"fmt"

	"github.com/spf13/pflag"

	"simhook/simulator"
)

// wireFlags say how a delivery goes over the wire, and by what transport.
type wireFlags struct {
	wayName, ca, cert, certKey string
	insecure                   bool
}

func (f *wireFlags) bindWire(flags *pflag.FlagSet) {
	flags.StringVar(&f.wayName, "way", "", "how it goes over the wire: cut off, dripping, framed or spelt otherwise; `NAME` or NAME=VALUE from simhook list --ways")
	flags.StringVar(&f.ca, "ca", "", "trust the certificates in this PEM `FILE`, instead of the system's")
	flags.StringVar(&f.cert, "cert", "", "the client certificate that the receiver asks for, PEM `FILE`")
	flags.StringVar(&f.certKey, "cert-key", "", "the private key of --cert, PEM `FILE`")
	flags.BoolVar(&f.insecure, "insecure", false, "take any certificate of the receiver: whoever stands in between can read and change what is sent")
}

// secures says whether a flag of TLS is given.
func (f *wireFlags) secures() bool { return f.ca != "" || f.cert != "" || f.insecure }

// way is the one that --way names; nil: the plain one.
func (f *wireFlags) way() (*simulator.Way, error) {
	if f.wayName == "" {
		return nil, nil
	}
	return simulator.WayNamed(f.wayName)
}

// transport reads the files that the flags name.
func (f *wireFlags) transport(public bool, io streams) (t simulator.Transport, err error) {
	t.Public, t.Insecure = public, f.insecure
	switch {
	case (f.cert == "") != (f.certKey == ""):
		return t, &simulator.Mistake{Text: "--cert and --cert-key go together", Hint: "a certificate proves nothing without its private key"}
	case f.ca != "" && f.insecure:
		return t, &simulator.Mistake{Text: "--insecure takes any certificate, so --ca means nothing beside it", Hint: "use one or the other"}
	}
	for _, file := range []struct {
		flag, name string
		to         *[]byte
	}{{"--ca ", f.ca, &t.CA}, {"--cert ", f.cert, &t.Cert}, {"--cert-key ", f.certKey, &t.CertKey}} {
		if file.name == "" {
			continue
		}
		if *file.to, err = readInput(io.In, file.flag, file.name); err != nil {
			return t, err
		}
	}
	return t, nil
}

// whyWay is the hint to an answer that is not the expected one to an odd wire.
func (e expectation) whyWay(r simulator.Receipt) string {
	if r.Unknown {
		return "the wire was cut on purpose, so no answer could come; leave --expect away, or say --expect none"
	}
	does := map[simulator.Expect]string{
		simulator.Accept: "a sound receiver accepts it all the same", simulator.Refuse: "a sound receiver lets nothing take effect",
		simulator.Either: "a sound receiver accepts it, refuses it with 4xx, or hangs up",
	}[e.way.Expect]
	return fmt.Sprintf("%s: %s (%s); the same without --way shows whether it is that", e.way.About, does, e.way.Source)
}

type wayJSON struct {
	Name   string           `json:"name"`
	About  string           `json:"about"`
	Takes  string           `json:"takes,omitempty"`
	Expect simulator.Expect `json:"expect"`
	Why    string           `json:"why,omitempty"`
	Source string           `json:"source"`
	Cut    bool             `json:"cut,omitempty"`
	Socket bool             `json:"socket,omitempty"`
}

// ways lists every way over the wire.
func (l *listing) ways() error {
	if l.flags.output == "json" {
		all := []wayJSON{}
		for _, w := range simulator.Ways {
			all = append(all, wayJSON{w.Name, w.About, w.Takes, w.Expect, w.Why, w.Source, w.Cut, w.Socket})
		}
		writeJSON(l.io.Out, all)
		return nil
	}
	return l.table(func(row func(...any)) {
		for _, w := range simulator.Ways {
			about := w.About
			if w.Takes != "" {
				about += "; =VALUE is " + w.Takes
			}
			if w.Why != "" {
				about += "; " + w.Why
			}
			row(w.Name, w.Expect, w.Source, about)
		}
	})
}

func wayNames() (names []string) {
	for _, w := range simulator.Ways {
		names = append(names, w.Name)
	}
	return names
}
