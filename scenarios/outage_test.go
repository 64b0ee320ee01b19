package scenarios_test

import (
	"testing"
	"time"

	"simhook/fixtures"
	"simhook/scenarios"
)

// TestRetryStorm: in the hour of outage nothing arrives, whatever the provider's
// schedule is. What comes after it is in [seen].
func TestRetryStorm(t *testing.T) {
	c, err := scenarios.Named("retry-storm")
	if err != nil {
		t.Fatal(err)
	}
	told := 0
	for _, name := range fixtures.Names() {
		p := load(t, name)
		if !p.Provider.Retry.Retries() {
			continue
		}
		told++
		for _, one := range tell(t, c, p).all {
			if one.at < time.Hour {
				t.Fatalf("%s: an event arrived after %v, in the outage", name, one.at)
			}
		}
	}
	if told < 5 {
		t.Errorf("only %d providers try again", told)
	}
}
