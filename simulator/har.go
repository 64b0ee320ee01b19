package simulator

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"simhook/simulator/signature"
)

// The members of a HAR, as version 1.2 has them.
// Source: http://www.softwareishard.com/blog/har-12-spec/
type (
	harFile struct {
		Log harLog `json:"log"`
	}
	harLog struct {
		Version string     `json:"version"`
		Creator harCreator `json:"creator"`
		Pages   []struct{} `json:"pages"`
		Entries []harEntry `json:"entries"`
		Comment string     `json:"comment,omitempty"`
	}
	harCreator struct {
		Name    string `json:"name"`
		Version string `json:"version"`
	}
	harEntry struct {
		Started    string      `json:"startedDateTime"`
		Time       float64     `json:"time"` // ms
		Request    harCall     `json:"request"`
		Response   harResponse `json:"response"`
		Cache      struct{}    `json:"cache"`
		Timings    harTimings  `json:"timings"`
		Connection string      `json:"connection,omitempty"`
		Comment    string      `json:"comment,omitempty"`
	}
	harCall struct {
		Method      string       `json:"method"`
		URL         string       `json:"url"`
		HTTPVersion string       `json:"httpVersion"`
		Cookies     []struct{}   `json:"cookies"`
		Headers     []harPair    `json:"headers"`
		QueryString []harPair    `json:"queryString"`
		PostData    *harPostData `json:"postData,omitempty"`
		HeadersSize int          `json:"headersSize"`
		BodySize    int          `json:"bodySize"`
	}
	harPostData struct {
		MimeType string `json:"mimeType"`
		Text     string `json:"text"`
		Encoding string `json:"encoding,omitempty"` // no part of the standard, but what many tools write
	}
	harResponse struct {
		Status      int        `json:"status"`
		StatusText  string     `json:"statusText"`
		HTTPVersion string     `json:"httpVersion"`
		Cookies     []struct{} `json:"cookies"`
		Headers     []harPair  `json:"headers"`
		Content     harContent `json:"content"`
		RedirectURL string     `json:"redirectURL"`
		HeadersSize int        `json:"headersSize"`
		BodySize    int        `json:"bodySize"`
		Error       string     `json:"_error,omitempty"`
	}
	harContent struct {
		Size     int    `json:"size"`
		MimeType string `json:"mimeType"`
		Text     string `json:"text,omitempty"`
		Encoding string `json:"encoding,omitempty"`
	}
	harTimings struct {
		Send    float64 `json:"send"`
		Wait    float64 `json:"wait"`
		Receive float64 `json:"receive"`
	}
	harPair struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
)

// WriteHAR writes a history as a HAR 1.2 file: an entry for each attempt that went
// out. Bodies are in it where the record has them. An attempt that nobody answered
// has the status 0, as browsers write it.
func (h *History) WriteHAR(w io.Writer) error {
	out := harFile{harLog{Version: "1.2", Creator: harCreator{"simhook", h.Meta.Version}, Pages: []struct{}{}, Entries: []harEntry{}, Comment: h.Meta.Name}}
	urls := map[string]string{}
	for _, e := range h.Meta.Endpoints {
		urls[e.Name] = e.URL
	}
	t := h.Timeline()
	for _, a := range h.Attempts {
		t.Began(&a.Attempt)
		if a.Missed {
			continue
		}
		out.Log.Entries = append(out.Log.Entries, harEntryOf(a, urls[a.Endpoint], a.Notes(t)))
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	return e.Encode(out)
}

func harEntryOf(a *Past, address string, notes []string) harEntry {
	took := float64(a.Took.Microseconds()) / 1000
	comment := fmt.Sprintf("%s %s, attempt %d", a.Event.Type, a.Event.ID, a.Receipt.Attempt)
	return harEntry{
		Started: a.Sent.UTC().Format(time.RFC3339Nano), Time: took, Request: harCallOf(a, address), Response: harResponseOf(a),
		Timings: harTimings{0, took, 0}, Connection: a.From, Comment: strings.Join(append([]string{comment}, notes...), "; "),
	}
}

func harCallOf(a *Past, address string) harCall {
	m := a.Message
	r := harCall{
		Method: m.Method, URL: Dialled(address, m), HTTPVersion: "HTTP/1.1", Cookies: []struct{}{}, Headers: harHeaders(m.Header),
		QueryString: []harPair{}, HeadersSize: -1, BodySize: a.Bytes,
	}
	if u, err := url.Parse(r.URL); err == nil {
		for _, f := range signature.FormFields(u.RawQuery) {
			r.QueryString = append(r.QueryString, harPair{f.Name, f.Value})
		}
	}
	if len(m.Body) > 0 {
		text, encoding := harText(m.Body)
		r.PostData = &harPostData{MimeType: m.Header.Get("Content-Type"), Text: text, Encoding: encoding}
	}
	return r
}

func harResponseOf(a *Past) harResponse {
	text, encoding := harText(a.Answer.Body)
	r := harResponse{
		Status: a.Status, StatusText: http.StatusText(a.Status), HTTPVersion: "HTTP/1.1", Cookies: []struct{}{}, Headers: harHeaders(a.Answer.Header),
		Content:     harContent{len(a.Answer.Body), a.Answer.Header.Get("Content-Type"), text, encoding},
		RedirectURL: a.Answer.Header.Get("Location"), HeadersSize: -1, BodySize: len(a.Answer.Body),
	}
	if a.Err != nil {
		r.HTTPVersion, r.BodySize, r.Error = "", -1, a.Err.Error()
	}
	return r
}

func harHeaders(h Header) []harPair {
	all := []harPair{}
	for _, f := range h {
		all = append(all, harPair{f.Name, f.Value})
	}
	return all
}

func harText(body []byte) (text, encoding string) {
	if utf8.Valid(body) {
		return string(body), ""
	}
	return base64.StdEncoding.EncodeToString(body), "base64"
}
