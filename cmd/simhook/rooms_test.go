package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// A room is a package and what it must not know, with the reason.
type room struct {
	pkg     string
	may     []string // of simhook's own packages; the others are refused
	mustNot []string // packages, and all below them, that it must not know
	reason  string
}

var rooms = []room{
	{"simhook/simulator/nearest", nil, outside, "it needs the standard library only"},
	// golang.org/x/text/unicode/norm is the one exception: EasyPost's keys are
	// NFKD-normalised, and the standard library has no normal forms.
	{"simhook/simulator/signature", []string{"simhook/simulator/nearest"}, outside, "it needs the standard library only"},
	{"simhook/simulator", []string{"simhook/simulator/signature", "simhook/simulator/nearest"}, outside, "it knows no provider, and needs the standard library only"},
	{"simhook/fixtures", []string{"simhook/simulator", "simhook/simulator/signature", "simhook/simulator/nearest"}, testTools, "it is data and rendering"},
	{"simhook/fixtures/receiver", []string{"simhook/simulator", "simhook/simulator/signature", "simhook/simulator/nearest"}, testTools, "it knows the simulator alone"},
	{"simhook/scenarios", []string{"simhook/fixtures", "simhook/simulator", "simhook/simulator/signature", "simhook/simulator/nearest"}, testTools, "it knows no Ginkgo and no Docker"},
	{"simhook/suites", []string{"simhook/scenarios", "simhook/fixtures", "simhook/simulator", "simhook/simulator/signature", "simhook/simulator/nearest"}, docker, "who imports it must not compile Docker"},
	{"simhook/cmd/simhook", []string{"simhook/scenarios", "simhook/fixtures", "simhook/fixtures/receiver", "simhook/simulator", "simhook/simulator/signature", "simhook/simulator/nearest"}, append([]string{"github.com/brianvoe/gofakeit"}, testTools...), "it links neither Ginkgo nor Docker, and its start must be quick"},
}

var (
	docker    = []string{"github.com/testcontainers", "github.com/docker", "github.com/moby"}
	testTools = append([]string{"github.com/onsi", "testing"}, docker...)
	outside   = append([]string{"github.com", "go.yaml.in", "gopkg.in", "golang.org/x/sys", "golang.org/x/text/language"}, testTools...)
)

func TestRooms(t *testing.T) {
	for _, room := range rooms {
		out, err := exec.Command("go", "list", "-deps", room.pkg).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", room.pkg, err, out)
		}
		for dep := range strings.FieldsSeq(string(out)) {
			if room.refuses(dep) {
				t.Errorf("%s must not know %s: %s", room.pkg, dep, room.reason)
			}
		}
	}
}

func (r room) refuses(dep string) bool {
	if strings.HasPrefix(dep, "simhook/") {
		return dep != r.pkg && !slices.Contains(r.may, dep)
	}
	for _, prefix := range r.mustNot {
		if dep == prefix || strings.HasPrefix(dep, prefix+"/") {
			return true
		}
	}
	return false
}
