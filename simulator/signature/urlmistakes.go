package signature

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// urlMistakes lists the addresses that the provider may have been given: those
// that proxies tell of, and those that people confuse.
func urlMistakes(m *Message) (all []string) {
	u, err := url.Parse(m.URL)
	if err != nil {
		return nil
	}
	for _, scheme := range []string{u.Scheme, map[string]string{"http": "https", "https": "http"}[u.Scheme]} {
		if scheme == "" {
			continue
		}
		for _, host := range hosts(m.Header, u) {
			for _, path := range paths(m.Header, u) {
				for _, query := range slices.Compact([]string{query(u.RawQuery), ""}) {
					address := scheme + "://" + host + path + query
					if address != m.URL && !slices.Contains(all, address) {
						all = append(all, address)
					}
				}
			}
		}
	}
	return all
}

func query(raw string) string {
	if raw == "" {
		return ""
	}
	return "?" + raw
}

var forwardedHost = regexp.MustCompile(`(?i)host="?([^";,\s]+)`)

// hosts lists the names that the request may have been sent to.
func hosts(h Header, u *url.URL) (all []string) {
	names := []string{u.Host}
	for _, name := range []string{"X-Forwarded-Host", "X-Original-Host", "X-Forwarded-Server", "Host"} {
		first, _, _ := strings.Cut(h.Get(name), ",")
		names = append(names, strings.TrimSpace(first))
	}
	if found := forwardedHost.FindStringSubmatch(h.Get("Forwarded")); found != nil {
		names = append(names, found[1])
	}
	for _, name := range names {
		bare := (&url.URL{Host: name}).Hostname()
		for _, host := range []string{name, bare, bare + ":443", bare + ":80", bare + ":" + h.Get("X-Forwarded-Port")} {
			if bare != "" && !strings.HasSuffix(host, ":") && !slices.Contains(all, host) {
				all = append(all, host)
			}
		}
	}
	return all
}

// paths lists the paths that the request may have been sent to.
func paths(h Header, u *url.URL) (all []string) {
	own := u.EscapedPath()
	texts := []string{own}
	if prefix := strings.TrimSuffix(h.Get("X-Forwarded-Prefix"), "/"); prefix != "" {
		texts = append(texts, prefix+own)
	}
	for _, name := range []string{"X-Original-URI", "X-Original-URL", "X-Forwarded-Uri", "X-Envoy-Original-Path"} {
		if path, _, _ := strings.Cut(h.Get(name), "?"); strings.HasPrefix(path, "/") {
			texts = append(texts, path)
		}
	}
	for _, text := range texts {
		for _, path := range []string{text, strings.TrimSuffix(text, "/"), strings.TrimSuffix(text, "/") + "/"} {
			if !slices.Contains(all, path) {
				all = append(all, path)
			}
		}
	}
	return all
}
