package simulator

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// curlMark is what curl puts before its lines under -vv: time and connection.
const curlMark = `(?:\d\d:\d\d:\d\d\.\d+ )?(?:\[[\d-]+\] )?`

var (
	curlLine    = lazily(`(?m)^` + curlMark + `[>*] `)
	curlRequest = lazily(`^` + curlMark + `>(?: (.*))?$`)
	curlOther   = lazily(`^(?:` + curlMark + `[*<](?: |$)|[{}] \[\d+ bytes data\])`)
)

// readCurl reads the lines that curl -v marks with ">". It does not show the
// body; text between the header and the next marked line is taken for it.
func readCurl(data []byte) (*Capture, error) {
	var lines, body []string
	const before, inHead, inBody, after = 0, 1, 2, 3
	state := before
	for line := range strings.SplitSeq(string(data), "\n") {
		text := strings.TrimSuffix(line, "\r")
		request := curlRequest().FindStringSubmatch(text)
		switch {
		case state >= inBody && (curlOther().MatchString(text) || request != nil && requestLine().MatchString(request[1])):
			state = after
		case state == inBody:
			body = append(body, line)
		case state == after || request == nil:
		case request[1] == "" && state == inHead:
			state = inBody
		case request[1] != "":
			state = inHead
			lines = append(lines, request[1])
		}
	}
	if len(lines) == 0 {
		return nil, &Mistake{"no request in this curl output", "curl -v marks the request's lines with >"}
	}
	m := &Message{}
	if err := readHead(m, lines); err != nil {
		return nil, err
	}
	if bytes.Contains(data, []byte("* SSL connection")) {
		m.URL = strings.Replace(m.URL, "http://", "https://", 1)
	}
	c := &Capture{Message: m, Format: "curl -v"}
	m.Body = []byte(strings.Join(body, "\n"))
	if len(bytes.TrimSpace(m.Body)) == 0 {
		m.Body, c.NoBody = nil, c.length() != 0
		return c, nil
	}
	c.fitLength()
	return c, nil
}

var (
	traceBlock = lazily(`(?m)^` + curlMark + `(?:=>|<=|==) (Send header|Send data|\w[\w ]*?)(?:, (\d+) bytes \(0x[0-9a-f]+\)\r?$|: )`)
	traceHex   = lazily(`^[0-9a-f]{4,}: ((?:[0-9a-f]{2} ){1,16}) *`)
)

// readTrace reads what curl --trace and --trace-ascii write. The first holds every
// byte in hexadecimal. The second writes a dot for a byte that is no printable
// ASCII, but the offsets say where CR LF was.
func readTrace(data []byte) (*Capture, error) {
	var head, body []byte
	format := "curl --trace"
	marks := traceBlock().FindAllSubmatchIndex(data, -1)
	for i, at := range marks {
		end := len(data)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		kind := string(data[at[2]:at[3]])
		if kind == "Recv data" {
			break // curl writes the answer's body between the blocks; it may look like one
		}
		if kind != "Send header" && kind != "Send data" {
			continue
		}
		if kind == "Send header" && bytes.HasSuffix(head, []byte("\r\n\r\n")) {
			break // the next request
		}
		block, ascii, err := traceBytes(data[at[0]:end], string(data[max(at[4], 0):max(at[5], 0)]))
		if err != nil {
			return nil, err
		}
		if ascii {
			format = "curl --trace-ascii"
		}
		if kind == "Send header" {
			head = append(head, block...)
		} else {
			body = append(body, block...)
		}
	}
	if len(head) == 0 {
		return nil, &Mistake{"no request in this curl trace", `curl --trace shows it after "=> Send header"`}
	}
	c, err := readRaw(append(head, body...))
	if err != nil {
		return nil, err
	}
	c.Format = format
	if dots := bytes.Count(c.Message.Body, []byte(".")); dots > 0 && format == "curl --trace-ascii" {
		c.Notes = append(c.Notes, fmt.Sprintf("curl --trace-ascii writes a dot for a byte that is no printable ASCII, a line feed say: any of the body's %d dots may be one; --trace holds every byte", dots))
	}
	return c, nil
}

// traceBytes reads one block of a trace.
func traceBytes(block []byte, size string) (out []byte, ascii bool, err error) {
	want, err := strconv.Atoi(size)
	bad := &Mistake{"this curl trace is cut or changed: " + fmt.Sprintf("%.60q has other bytes than it says", block), "give the file as curl wrote it"}
	if err != nil || want > len(block) {
		return nil, false, bad
	}
	lines := strings.Split(strings.TrimRight(strings.ReplaceAll(string(block), "\r\n", "\n"), "\n"), "\n")[1:]
	if hexed, ok := hexLines(lines); ok && len(hexed) == want {
		return hexed, false, nil
	}
	for _, line := range lines {
		offset, text, ok := strings.Cut(line, ": ")
		at, err := strconv.ParseUint(offset, 16, 31)
		if !ok && strings.HasSuffix(line, ":") { // an editor took the space away
			at, err = strconv.ParseUint(strings.TrimSuffix(line, ":"), 16, 31)
		}
		if err != nil {
			return nil, true, bad
		}
		switch int(at) - len(out) {
		case 0:
		case 2:
			out = append(out, "\r\n"...)
		default:
			return nil, true, bad
		}
		out = append(out, text...)
	}
	switch want - len(out) {
	case 0:
	case 2:
		out = append(out, "\r\n"...)
	default:
		return nil, true, bad
	}
	return out, true, nil
}

func hexLines(lines []string) (out []byte, ok bool) {
	for _, line := range lines {
		found := traceHex().FindStringSubmatch(line)
		if found == nil {
			return out, len(out) > 0
		}
		for pair := range strings.FieldsSeq(found[1]) {
			b, err := strconv.ParseUint(pair, 16, 8)
			if err != nil {
				return nil, false
			}
			out = append(out, byte(b))
		}
	}
	return out, len(out) > 0
}
