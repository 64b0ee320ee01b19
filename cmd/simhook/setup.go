package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"simhook/fixtures"
	"simhook/simulator"
	"simhook/simulator/signature"
)

// providerFlags choose the pack and the keys. send, verify and demo share them.
type providerFlags struct {
	packDir   string
	variant   string
	secrets   []string
	secretEnv string
	keyFile   string
}

func (f *providerFlags) bind(flags *pflag.FlagSet) {
	flags.StringVar(&f.packDir, "pack", "", "load the provider from a pack of your own in this `DIR`")
	flags.StringVar(&f.variant, "variant", "", "another manner of the same provider, `NAME`; see simhook list PROVIDER")
	flags.StringArrayVar(&f.secrets, "secret", nil, "the signing `SECRET`; twice while it rolls, the new one first. It is never printed: where it is sent as it is, dry runs have *** for it")
	flags.StringVar(&f.secretEnv, "secret-env", "", "take the secret from this variable, `NAME` (default SIMHOOK_SECRET where it is set)")
	flags.StringVar(&f.keyFile, "key", "", "the private (or, to verify, public) key of an asymmetric scheme, PEM `FILE`")
}

// pack loads the provider's pack.
func (f *providerFlags) pack(name string) (*fixtures.Pack, error) {
	if f.packDir != "" {
		if filepath.Base(f.packDir) == "provider.yaml" {
			f.packDir = filepath.Dir(f.packDir)
		}
		p, err := fixtures.LoadDir(f.packDir)
		if err == nil && name != "" && name != p.Provider.Name {
			return nil, &simulator.Mistake{Text: fmt.Sprintf("the pack in %s is %q, not %q", f.packDir, p.Provider.Name, name), Hint: "simhook send " + p.Provider.Name + " EVENT --pack " + f.packDir}
		}
		return p, err
	}
	return fixtures.Load(name)
}

// keySet is what a delivery is signed with, and where it came from.
type keySet struct {
	keys   []signature.Key
	source string // "flag", "env NAME", "file", "test"
}

// own says whether the secret is the user's, and not the pack's public one.
func (k keySet) own() bool { return k.source != "test" && k.source != "file" }

// keys finds the secret: a flag, a variable, or the pack's public test secret.
func (f *providerFlags) keys(p *fixtures.Pack, io streams) (keySet, error) {
	var pem []byte
	if f.keyFile != "" {
		data, err := os.ReadFile(f.keyFile)
		if err != nil {
			return keySet{}, &simulator.Mistake{Text: fmt.Sprintf("--key %s: %s", f.keyFile, plainFileError(err)), Hint: "a PEM file, such as openssl genpkey writes"}
		}
		pem = data
	}
	secrets, source := f.secrets, "flag"
	switch {
	case len(secrets) > 0 && f.secretEnv != "":
		return keySet{}, &simulator.Mistake{Text: "--secret and --secret-env exclude each other", Hint: "keep --secret-env: a secret on a command line is seen by others"}
	case f.secretEnv != "":
		value, ok := io.Env(f.secretEnv)
		if !ok || value == "" {
			return keySet{}, &simulator.Mistake{Text: fmt.Sprintf("the variable %s is not set, or empty", f.secretEnv), Hint: "export " + f.secretEnv + "=…, or leave --secret-env away to use the public test secret"}
		}
		secrets, source = []string{value}, "env "+f.secretEnv
	case len(secrets) == 0:
		if value, ok := io.Env("SIMHOOK_SECRET"); ok && value != "" {
			secrets, source = []string{value}, "env SIMHOOK_SECRET"
		}
	}
	for _, s := range secrets {
		if strings.TrimSpace(s) == "" {
			return keySet{}, &simulator.Mistake{Text: "the secret is empty", Hint: "a receiver with an empty secret accepts anybody's signature; --fault empty-key tests that"}
		}
	}
	return f.settle(p, secrets, pem, source)
}

func (f *providerFlags) settle(p *fixtures.Pack, secrets []string, pem []byte, source string) (keySet, error) {
	v, err := p.Provider.Variant(f.variant)
	if err != nil {
		return keySet{}, err
	}
	if len(secrets) == 0 {
		source = "test"
		if pem != nil {
			source = "file"
		}
		secrets = []string{p.Provider.TestSecret}
	}
	set := keySet{simulator.Keys(secrets, pem), source}
	for _, scheme := range v.Schemes {
		if !scheme.Keyed() {
			continue
		}
		if _, err := scheme.Signer(set.keys...); err != nil {
			return keySet{}, &simulator.Mistake{Text: err.Error(), Hint: fmt.Sprintf("secrets of %s look like %s", p.Provider.Title, shown(p, scheme))}
		}
	}
	return set, nil
}

func shown(p *fixtures.Pack, s *signature.Scheme) string {
	if s.Asymmetric() {
		return "a private key in PEM; without --key a fixed test key is used"
	}
	return p.Provider.TestSecret
}

func plainFileError(err error) string {
	if os.IsNotExist(err) {
		return "there is no such file"
	}
	if os.IsPermission(err) {
		return "it may not be read"
	}
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err.Error()
	}
	return filepath.Base(err.Error())
}
