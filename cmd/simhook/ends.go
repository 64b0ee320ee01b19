package main

import (
	"fmt"

	"simhook/simulator"
)

// endText says why the provider makes no further attempt; "" where that is plain.
func (s *sending) endText(r simulator.Receipt) string {
	title := s.pack.Provider.Title
	switch r.End {
	case simulator.GivenUp:
		return fmt.Sprintf("%s gives up after %d attempts", title, r.Attempt)
	case simulator.NotRetried:
		return fmt.Sprintf("%s does not try this again", title)
	case simulator.Stopped:
		return fmt.Sprintf("this answer stops the retries of %s", title)
	case simulator.Disabled:
		return fmt.Sprintf("%s turns the endpoint off %s", title, s.pack.Provider.Retry.Disable)
	}
	return ""
}

func (s *sending) sayEnd(r simulator.Receipt) {
	if text := s.endText(r); text != "" {
		fmt.Fprintf(s.io.Out, "     %s\n", text)
	}
}
