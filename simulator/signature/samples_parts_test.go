package signature

import (
	"crypto/sha256"
	"strings"
)

var long = strings.Repeat("0123456789abcdef", 256)

// partSamples: a template of each part over one message, and the bytes that are
// signed, written out by hand.
func partSamples() []sample {
	const (
		address = "https://example.com/a%20b/hook?b=2&a-b=3&a=%C3%BC"
		form    = "b=2&a=x+y&b=1&b=2&a-b=%26"
		object  = `{"b": [10, {"x\u0041": "d\u00e9"}], "a":{"z":1.50,"y":"</é>"}, "n":null, "t":true, "e":""}`
		// sha256 of "Hello, World!", by openssl
		hashed = "dffd6021bb2bd5b0af676290809ec3a53191dd81c7f70a4b28688a362182986f"
	)
	var all []sample
	add := func(name, signed, bytes, body, spoil string, carried ...Slot) {
		m := posted(body, "X-One", " a b ", "X-Two", "2", "X-Signed", "x-two, X-One", "X-Long-Signed", "x-a-b,x-a")
		m.Header.Add("X-A", "1")
		m.Header.Add("X-A-B", "2")
		m.URL = address
		all = append(all, sample{
			name: "part " + name, spec: Spec{Signed: signed, Digest: "hmac-sha256", Place: inHeader("Sig"), Carry: carried},
			keys: []Key{{ID: "key-7", Secret: "secret"}}, m: m,
			want: []string{"header Sig " + hexOf(mac(sha256.New, "secret", bytes))}, spoil: spoil,
		})
	}
	stamp, id := carry("Time", "{timestamp}"), carry("Id", "{id}")
	hello, spoil := string(hello.Body), helloSpoil
	add("literal", "v0:{body}:{{}}[[]]", "v0:"+hello+":{}[]", hello, spoil)
	add("body of 4096 bytes", "a{body}b{body}", "a"+long+"b"+long, long, "0→1")
	add("body.sha256", "{body.sha256}", hashed, hello, spoil)
	add("body.sha256.base64", "{body.sha256.base64}", "3/1gIbsr1bCvZ2KQgJ7DpTGR3YHH9wpLKGiKNiGCmG8=", hello, spoil)
	add("body.sha256.base64url", "{body.sha256.base64url}", "3_1gIbsr1bCvZ2KQgJ7DpTGR3YHH9wpLKGiKNiGCmG8", hello, spoil)
	add("body.crc32", "{body.crc32}", "3964322768", hello, spoil)
	add("body.crc32 of the check string", "{body.crc32}", "3421780262", "123456789", "1→2") // 0xCBF43926, the check value of CRC-32
	add("timestamp, id", "{id}.{timestamp}.{body}", "msg_1.1700000000."+hello, hello, spoil, stamp, id)
	add("timestamp.plus", "{timestamp.plus:300}.{timestamp}.{body}", "1700000300.1700000000."+hello, hello, spoil, stamp)
	add("method", "{method} {body}", "POST "+hello, hello, spoil)
	add("url", "{url}", address, hello, "")
	add("url.bare", "{url.bare}", "https://example.com/a%20b/hook", hello, "")
	add("url.sha256", "{url.sha256}", "9179b5b8b2cb7ccb07875cc9f830072ca9b22580de1ac958f52dc9eee2d44b61", hello, "")
	add("url.decoded", "{url.decoded:%20%2F}", "https://example.com/a b/hook?b=2&a-b=3&a=%C3%BC", hello, "")
	add("path", "{path}", "/a%20b/hook", hello, "")
	add("query.escaped", "{query.escaped}", "b=2&a-b=3&a=%C3%BC", hello, "")
	add("query.encoded", "{query.encoded}", "b%253D2%2526a-b%253D3%2526a%253D%2525C3%2525BC", hello, "")
	add("query.sorted, by name", "{query.sorted}", "a=%C3%BC&a-b=3&b=2", hello, "")
	add("query", "{query:a}.{query:none}.", "ü..", hello, "")
	add("form", "{form:a}.{form:none}.{form:b}", "x y..2", form, "x+y→x+z")
	add("form.sorted, each value once", "{form.sorted}", "ax y"+"a-b&"+"b1b2", form, "x+y→x+z")
	add("php.sorted", "{php.sorted:b}", `a:2:{s:1:"a";s:3:"x y";s:3:"a-b";s:1:"&";}`, form, "x+y→x+z")
	add("php.sorted, in bytes", "{php.sorted:sig}", `a:1:{s:1:"n";s:3:"€";}`, "n=%E2%82%AC&sig=", "%AC→%AD")
	add("header", "{header:x-one}.{header:none}.", " a b ..", hello, "")
	add("headers.canonical", "{headers.canonical:x-signed}", "x-one:a b;x-two:2", hello, "")
	add("headers.canonical, by name", "{headers.canonical:x-long-signed}", "x-a:1;x-a-b:2", hello, "")
	add("field", "{field:a.y}|{field:a.z}|{field:b.0}|{field:b.1.xA}|{field:t}|{field:e}|{field:n}|{field:none}|", "</é>|1.50|10|dé|true||||", object, "1.50→1.5")
	add("raw", "{raw:a}{raw:b}{raw:none}", `{"z":1.50,"y":"</é>"}[10, {"x\u0041": "d\u00e9"}]`, object, `\u00e9→é`)
	add("json.sorted", "{json.sorted}", `{"a":{"y":"</é>","z":1.50},"b":[10,{"xA":"dé"}],"e":"","n":null,"t":true}`, object, "true→null")
	add("json.sorted, line separators as they are", "{json.sorted}", "{\"a\":\"\u2028\u2029\"}", `{"a":"\u2028\u2029"}`, "2029→2028")
	add("keyvalue", "{keyvalue:e,none,n,t}", "e\n\nt\ntrue\n", object, "true→null")
	add("secret", "{secret}|{body}", "secret|"+hello, hello, spoil)
	add("secret.base64", "{secret.base64}|{body}", "c2VjcmV0|"+hello, hello, spoil)
	add("key.id", "{key.id}|{body}", "key-7|"+hello, hello, spoil)
	add("group, dropped with its source", "[a{query:a};][b{query:none}{method};][c{header:none};][d{field:none};][e{form:none};]{body}", "aü;"+hello, hello, spoil)
	add("group, kept for an empty value", "[e{field:e};][n{field:n};]", "e;", object, `"e"→"f"`)
	return all
}
