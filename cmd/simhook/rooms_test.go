package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// A room is a package and all that it may know beside the standard library. What
// is not named here is refused, so a new dependency is a decision.
type room struct {
	pkg     string
	may     []string // of simhook's own packages
	outside []string // modules or packages of others, and all below them
	testing bool     // whether it may link the package testing
	reason  string
}

const (
	nearestRoom   = "simhook/simulator/nearest"
	signingRoom   = "simhook/simulator/signature"
	simulatorRoom = "simhook/simulator"
	shapeRoom     = "simhook/fixtures/shape"
	schemaRoom    = "simhook/fixtures/schema"
	describeRoom  = "simhook/fixtures/describe"
	packsRoom     = "simhook/fixtures"
	receiversRoom = "simhook/fixtures/receiver"
	storiesRoom   = "simhook/scenarios"
)

var (
	// EasyPost's keys are NFKD-normalised, and the standard library has no normal forms.
	withNorm   = []string{"golang.org/x/text/unicode/norm", "golang.org/x/text/transform"}
	withYaml   = append([]string{"go.yaml.in/yaml/v3"}, withNorm...)
	withCobra  = append([]string{"github.com/spf13/cobra", "github.com/spf13/pflag", "github.com/inconshreveable/mousetrap"}, withYaml...)
	withGinkgo = append([]string{
		"github.com/onsi/ginkgo/v2", "github.com/onsi/gomega", "github.com/go-logr/logr", "github.com/google/go-cmp", "github.com/google/pprof",
		"github.com/go-task/slim-sprig/v3", "github.com/Masterminds/semver/v3",
		"golang.org/x/mod", "golang.org/x/net", "golang.org/x/sync", "golang.org/x/sys", "golang.org/x/text", "golang.org/x/tools",
	}, withYaml...)
)

var rooms = []room{
	{pkg: nearestRoom, reason: "it needs the standard library only"},
	{pkg: signingRoom, may: []string{nearestRoom}, outside: withNorm, reason: "it needs the standard library only"},
	{pkg: simulatorRoom, may: []string{signingRoom, nearestRoom}, outside: withNorm, reason: "it knows no provider, and needs the standard library only"},
	{pkg: shapeRoom, reason: "it needs the standard library only"},
	{pkg: packsRoom, may: []string{shapeRoom, simulatorRoom, signingRoom, nearestRoom}, outside: withYaml, reason: "it is data and rendering"},
	{pkg: schemaRoom, may: []string{shapeRoom}, reason: "it needs the standard library only"},
	{pkg: describeRoom, may: []string{schemaRoom, packsRoom, shapeRoom, simulatorRoom, signingRoom, nearestRoom}, outside: withYaml, reason: "it reads descriptions with what packs are read with"},
	{pkg: receiversRoom, may: []string{simulatorRoom, signingRoom, nearestRoom}, outside: withNorm, reason: "it knows the simulator alone"},
	{pkg: storiesRoom, may: []string{packsRoom, shapeRoom, simulatorRoom, signingRoom, nearestRoom}, outside: withYaml, reason: "it knows no Ginkgo and no Docker"},
	{pkg: "simhook/suites", may: []string{storiesRoom, packsRoom, shapeRoom, simulatorRoom, signingRoom, nearestRoom}, outside: withGinkgo, testing: true, reason: "who imports it must not compile Docker"},
	{pkg: "simhook/cmd/simhook", may: []string{describeRoom, schemaRoom, storiesRoom, packsRoom, shapeRoom, receiversRoom, simulatorRoom, signingRoom, nearestRoom}, outside: withCobra, reason: "it links neither Ginkgo nor Docker, and its start must be quick"},
}

func TestRooms(t *testing.T) {
	for _, room := range rooms {
		out, err := exec.Command("go", "list", "-deps", "-f", "{{.Standard}} {{.ImportPath}}", room.pkg).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", room.pkg, err, out)
		}
		for line := range strings.Lines(string(out)) {
			standard, dep, _ := strings.Cut(strings.TrimSpace(line), " ")
			if room.refuses(dep, standard == "true") {
				t.Errorf("%s must not know %s: %s", room.pkg, dep, room.reason)
			}
		}
	}
}

// TestRoomsRefuse: a room refuses what nobody thought of.
func TestRoomsRefuse(t *testing.T) {
	for _, c := range []struct {
		pkg, dep string
		refused  bool
	}{
		{simulatorRoom, "golang.org/x/crypto/ssh", true},
		{simulatorRoom, "golang.org/x/text/unicode/norm", false},
		{simulatorRoom, "golang.org/x/text/language", true},
		{simulatorRoom, "example.com/new", true},
		{simulatorRoom, packsRoom, true},
		{simulatorRoom, signingRoom, false},
		{packsRoom, "go.yaml.in/yaml/v3/internal", false},
		{packsRoom, "go.yaml.in/yaml/v3x", true},
		{"simhook/cmd/simhook", "github.com/onsi/ginkgo/v2", true},
	} {
		i := slices.IndexFunc(rooms, func(r room) bool { return r.pkg == c.pkg })
		if got := rooms[i].refuses(c.dep, false); got != c.refused {
			t.Errorf("%s refuses %s: %v", c.pkg, c.dep, got)
		}
	}
	if !rooms[0].refuses("testing", true) || rooms[0].refuses("fmt", true) {
		t.Error("of the standard library all but testing is open")
	}
}

func (r room) refuses(dep string, standard bool) bool {
	switch {
	case standard:
		return dep == "testing" && !r.testing
	case dep == "simhook" || strings.HasPrefix(dep, "simhook/"):
		return dep != r.pkg && !slices.Contains(r.may, dep)
	}
	return !slices.ContainsFunc(r.outside, func(allowed string) bool { return dep == allowed || strings.HasPrefix(dep, allowed+"/") })
}
