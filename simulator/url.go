package simulator

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// URL returns a target over the network. It dials the address once for each
// exchange. Unless public is true it refuses addresses that are neither loopback
// nor private: simhook sends forged traffic on purpose. 0.0.0.0 and [::] are this
// host. Where an answer redirects to, link-local addresses are always refused: the
// keys of a cloud machine lie there.
func URL(address string, public bool) (Target, error) {
	u, err := url.Parse(address)
	if err == nil && u.Scheme == "" || err != nil {
		return nil, &Mistake{fmt.Sprintf("%q is no URL", withoutUser(address)), "such as http://localhost:8080/webhooks"}
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, &Mistake{fmt.Sprintf("%q is no http or https URL", withoutUser(address)), "such as http://localhost:8080/webhooks"}
	}
	if u.User != nil {
		return nil, &Mistake{"the URL has a user and a password in it, which simhook does not send", `write --header "Authorization: Basic …" instead`}
	}
	if n, err := strconv.Atoi(u.Port()); u.Port() != "" && (err != nil || n < 1 || n > 65535) {
		return nil, &Mistake{fmt.Sprintf("%q has no port: they go from 1 to 65535", u.Host), "such as http://localhost:8080/webhooks"}
	}
	if u.Path == "" {
		u.Path = "/"
	}
	u.RawQuery = asciiQuery(u.RawQuery)
	return &urlTarget{url: u, public: public}, nil
}

// withoutUser takes away what may be a password.
func withoutUser(address string) string {
	if i := strings.LastIndex(address, "@"); i >= 0 {
		return "…" + address[i:]
	}
	return address
}

// asciiQuery writes a query as a client sends it: without blanks, and in ASCII.
func asciiQuery(query string) string {
	var b strings.Builder
	for _, c := range []byte(query) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"<>`, c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
