package simulator

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"simhook/simulator/signature"
)

// jsonCapture is a HAR (https://w3c.github.io/web-performance/specs/HAR/Overview.html),
// or one request as simhook prints it.
type jsonCapture struct {
	Log *struct {
		Entries []struct {
			Request harRequest `json:"request"`
		} `json:"entries"`
	} `json:"log"`
	Provider   string      `json:"provider"`
	Method     string      `json:"method"`
	URL        string      `json:"url"`
	SignedURL  string      `json:"signed_url"`
	Headers    [][2]string `json:"headers"`
	Body       *string     `json:"body"`
	BodyBase64 string      `json:"body_base64"`
}

type harRequest struct {
	Method  string `json:"method"`
	URL     string `json:"url"`
	Headers []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"headers"`
	PostData *harBody `json:"postData"`
	// Content is where HTTP Toolkit keeps a body that is no text.
	Content *harBody `json:"_content"`
}

// harBody is the body. The standard has no encoding, but some tools write one.
type harBody struct {
	Text     string `json:"text"`
	Encoding string `json:"encoding"`
	Params   []struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	} `json:"params"`
}

func (r harRequest) body() *harBody {
	if r.PostData == nil {
		return r.Content
	}
	return r.PostData
}

func readJSONCapture(data []byte, entry int) (*Capture, error) {
	var j jsonCapture
	if !json.Valid(data) {
		return nil, &Mistake{"the capture begins like JSON, but is none", bareHint}
	}
	if err := json.Unmarshal(data, &j); err != nil {
		return nil, &Mistake{"this JSON is no capture: " + err.Error(), bareHint}
	}
	if j.Log != nil {
		return readHAR(&j, entry)
	}
	if len(j.Headers) == 0 {
		return nil, &Mistake{"this JSON is no capture: it has no headers", bareHint}
	}
	m := &Message{Method: j.Method, URL: j.URL}
	if j.SignedURL != "" {
		m.URL = j.SignedURL
	}
	for _, h := range j.Headers {
		m.Header.Add(h[0], h[1])
	}
	c := &Capture{Message: m, Format: "json", Provider: j.Provider}
	switch {
	case j.BodyBase64 != "":
		body, err := base64.StdEncoding.DecodeString(j.BodyBase64)
		if err != nil {
			return nil, &Mistake{"body_base64 is no base64: " + err.Error(), "it is standard base64, with padding"}
		}
		m.Body = body
	case j.Body != nil:
		m.Body = []byte(*j.Body)
	}
	return c, nil
}

func readHAR(j *jsonCapture, entry int) (*Capture, error) {
	entries := j.Log.Entries
	at, withBody := entry-1, 0
	for i := range entries {
		if entries[i].Request.body() == nil {
			continue
		}
		if withBody++; entry == 0 && at < 0 {
			at = i
		}
	}
	switch {
	case entry == 0 && at < 0:
		return nil, &Mistake{fmt.Sprintf("none of the HAR's %s has a body", counted(len(entries), "request")), "--entry N takes the N-th all the same; some browsers save the body only while their tools are open"}
	case at < 0 || at >= len(entries):
		return nil, &Mistake{fmt.Sprintf("the HAR has %s, and no number %d", counted(len(entries), "request"), entry), "--entry N takes the N-th; without it the first with a body"}
	}
	r := entries[at].Request
	c := &Capture{Message: &Message{Method: r.Method, URL: r.URL}, Format: "HAR"}
	for _, h := range r.Headers {
		c.Message.Header.Add(h.Name, h.Value)
	}
	if entry == 0 && withBody > 1 {
		c.Notes = append(c.Notes, fmt.Sprintf("this is request %d of the HAR's %d; --entry N takes another", at+1, len(entries)))
	}
	if r.body() == nil {
		c.NoBody = c.length() != 0
		return c, nil
	}
	return c, c.takeHARBody(r.body())
}

func (c *Capture) takeHARBody(b *harBody) error {
	m := c.Message
	m.Body = []byte(b.Text)
	switch {
	case b.Encoding == "base64":
		body, err := base64.StdEncoding.DecodeString(b.Text)
		if err != nil {
			return &Mistake{"postData of the HAR is no base64: " + err.Error(), "encoding says it is"}
		}
		m.Body = body
	case b.Text == "" && len(b.Params) > 0:
		var pairs []string
		for _, p := range b.Params {
			pairs = append(pairs, url.QueryEscape(p.Name)+"="+url.QueryEscape(p.Value))
		}
		m.Body = []byte(strings.Join(pairs, "&"))
		c.Notes = append(c.Notes, "the HAR holds form parameters, not the body's bytes: the order or the escapes may differ from what was sent")
	default:
		// Some tools write one character for each byte.
		if bytewise := signature.Latin1([]byte(b.Text)); bytewise != nil && len(bytewise) == c.length() {
			m.Body = bytewise
		}
	}
	c.fitLength()
	return nil
}
