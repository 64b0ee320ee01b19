package main

import (
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"time"

	"simhook/simulator"
)

// readInput reads a file or, for "-", standard input: at most 25 MB, which is
// more than any provider sends. what stands before the name in errors.
func readInput(in io.Reader, what, name string) ([]byte, error) {
	const most = 25 << 20
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return nil, &simulator.Mistake{Text: fmt.Sprintf("%s%s: %s", what, name, plainFileError(err)), Hint: "- reads standard input"}
		}
		defer file.Close()
		in = file
	}
	data, err := io.ReadAll(io.LimitReader(in, most+1))
	if err != nil {
		return nil, &simulator.Mistake{Text: fmt.Sprintf("%s%s: %s", what, name, plainFileError(err))}
	}
	if len(data) > most {
		return nil, &simulator.Mistake{Text: fmt.Sprintf("%s%s is larger than 25 MB", what, name), Hint: "no provider sends that much"}
	}
	return append([]byte{}, data...), nil
}

// parseNow reads RFC 3339 or unix seconds; "" is the zero time.
func parseNow(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.Unix(n, 0).UTC(), nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, &simulator.Mistake{Text: fmt.Sprintf("--now %q is no time", text), Hint: "such as 2026-01-02T03:04:05Z or 1767322445"}
	}
	return t, nil
}

// checkSignedURL refuses what no provider has as an endpoint's address.
func checkSignedURL(text string) error {
	u, err := url.Parse(text)
	if text == "" || err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" {
		return nil
	}
	return &simulator.Mistake{Text: fmt.Sprintf("--signed-url %q is no http or https URL", text), Hint: "such as https://shop.example/webhooks"}
}
