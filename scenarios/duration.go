package scenarios

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"simhook/fixtures"
	"simhook/simulator"
)

// A Duration is written as text, such as 10s, 5m, 2h or 3d, in YAML and in JSON.
type Duration time.Duration

// FromText reads one.
func (d *Duration) FromText(text string) error {
	t, err := fixtures.ParseDuration(text)
	if err != nil {
		return &simulator.Mistake{Text: fmt.Sprintf("%q is no duration", text), Hint: "such as 10s, 5m, 2h or 3d"}
	}
	*d = Duration(t)
	return nil
}

// String writes it exactly, without units that are zero: 1h, 36h, 1m30s.
func (d Duration) String() string {
	text := time.Duration(d).String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// MarshalJSON writes the text.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalJSON reads the text.
func (d *Duration) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	return d.FromText(text)
}
