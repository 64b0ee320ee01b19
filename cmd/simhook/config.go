package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"simhook/fixtures"
	"simhook/simulator"
	"simhook/simulator/nearest"
)

// configName is the file in the working directory that may hold settings.
const configName = "simhook.yaml"

// configFile is simhook.yaml. No setting exists only there, and secrets are
// named by their variable, never written.
type configFile struct {
	Endpoints map[string]endpointConfig `yaml:"endpoints"`
}

// endpointConfig is one endpoint's settings; each stands for the flag of its name.
type endpointConfig struct {
	Provider   string        `yaml:"provider"`
	To         string        `yaml:"to"`
	SecretEnv  string        `yaml:"secret_env"`
	Key        string        `yaml:"key"`
	Variant    string        `yaml:"variant"`
	SignedURL  string        `yaml:"signed_url"`
	APIVersion string        `yaml:"api_version"`
	Pack       string        `yaml:"pack"`
	Timeout    time.Duration `yaml:"timeout"`
	Public     bool          `yaml:"public"`
}

func readConfig() (*configFile, error) {
	const most = 1 << 20
	info, err := os.Stat(configName)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err == nil && !info.Mode().IsRegular(): // a pipe could keep us waiting for ever
		return nil, &simulator.Mistake{Text: configName + " is no regular file"}
	case err == nil && info.Size() > most:
		return nil, &simulator.Mistake{Text: configName + " is larger than 1 MB", Hint: "is it the settings of simhook?"}
	}
	data, err := os.ReadFile(configName)
	if err != nil {
		return nil, &simulator.Mistake{Text: configName + ": " + plainFileError(err)}
	}
	var c configFile
	if err := fixtures.DecodeYAML(configName, data, &c); err != nil {
		return nil, err
	}
	return &c, c.check()
}

// check refuses endpoints of providers that do not exist.
func (c *configFile) check() error {
	names := fixtures.Names()
	for _, name := range slices.Sorted(maps.Keys(c.Endpoints)) {
		if e := c.Endpoints[name]; e.Provider != "" && e.Pack == "" && !slices.Contains(names, e.Provider) {
			return &simulator.Mistake{Text: fmt.Sprintf("%s: endpoint %s: no provider %q", configName, name, e.Provider), Hint: orHint(nearest.Hint(e.Provider, names), "simhook list shows them all; pack: DIR loads your own")}
		}
	}
	return nil
}

// useConfig takes what simhook.yaml says of an endpoint where no flag says
// otherwise: of the one that --endpoint names, or of the only one of the provider.
// With --to the file is left aside, but for --endpoint.
func (s *sending) useConfig(context.Context) error {
	f := s.flags
	if f.endpoint == "" && f.to != "" {
		return nil
	}
	config, err := readConfig()
	if err != nil {
		return err
	}
	if config == nil {
		if f.endpoint != "" {
			return &simulator.Mistake{Text: "--endpoint " + f.endpoint + ": there is no " + configName + " here", Hint: "it belongs into the working directory"}
		}
		return nil
	}
	provider := ""
	if len(s.args) > 0 {
		provider = s.args[0]
	}
	name, err := config.choose(f.endpoint, provider)
	if err != nil || name == "" {
		return err
	}
	e := config.Endpoints[name]
	if err := s.nameProvider(name, e); err != nil {
		return err
	}
	if f.endpoint != "" && e.Provider != "" && e.Provider != s.args[0] {
		return &simulator.Mistake{Text: fmt.Sprintf("endpoint %s of %s is for %s, not for %s", name, configName, e.Provider, s.args[0]), Hint: fmt.Sprintf("the provider comes before the event: simhook send %s EVENT --endpoint %s", e.Provider, name)}
	}
	e.fill(f)
	fmt.Fprintf(s.io.Err, "simhook: endpoint %s of %s\n", name, configName)
	return nil
}

// nameProvider puts the provider before the event where only the endpoint names it: one
// word that is no provider is then the event.
func (s *sending) nameProvider(name string, e endpointConfig) error {
	names := fixtures.Names()
	provider := e.Provider
	if provider == "" && slices.Contains(names, name) {
		provider = name
	}
	switch {
	case len(s.args) == 0 && provider == "":
		return &simulator.Mistake{Text: fmt.Sprintf("endpoint %s of %s has no provider", name, configName), Hint: "write it there, or simhook send PROVIDER EVENT --endpoint " + name}
	case len(s.args) == 0:
		s.args = []string{provider}
	case len(s.args) == 1 && s.flags.endpoint != "" && provider != "" && s.args[0] != provider && !slices.Contains(names, s.args[0]):
		s.args = []string{provider, s.args[0]}
	}
	return nil
}

// choose finds an endpoint by name, or the only one of the provider.
func (c *configFile) choose(name, provider string) (string, error) {
	known := slices.Sorted(maps.Keys(c.Endpoints))
	var fitting []string
	for n, e := range c.Endpoints {
		if e.Provider == provider || e.Provider == "" && n == provider {
			fitting = append(fitting, n)
		}
	}
	if name != "" {
		if _, ok := c.Endpoints[name]; ok {
			return name, nil
		}
		return "", &simulator.Mistake{Text: fmt.Sprintf("no endpoint %q in %s", name, configName), Hint: orHint(nearest.Hint(name, known), "endpoints: "+strings.Join(known, ", "))}
	}
	switch len(fitting) {
	case 0:
		return "", nil
	case 1:
		return fitting[0], nil
	}
	return "", &simulator.Mistake{Text: fmt.Sprintf("%s has several endpoints for %s", configName, provider), Hint: "choose one with --endpoint NAME, or give --to"}
}

func (e endpointConfig) fill(f *sendFlags) {
	for _, s := range []struct {
		flag *string
		from string
	}{{&f.to, e.To}, {&f.keyFile, e.Key}, {&f.variant, e.Variant}, {&f.signedURL, e.SignedURL}, {&f.apiVersion, e.APIVersion}, {&f.packDir, e.Pack}} {
		if *s.flag == "" {
			*s.flag = s.from
		}
	}
	if f.secretEnv == "" && len(f.secrets) == 0 {
		f.secretEnv = e.SecretEnv
	}
	if f.timeout == 0 {
		f.timeout = e.Timeout
	}
	f.public = f.public || e.Public
}
