package signature

import (
	"crypto/sha256"
	"strings"
)

// placeSamples: where a signature stands, and in what company.
func placeSamples() []sample {
	sig := func(key, text string) string { return hexOf(mac(sha256.New, key, text)) }
	ofBody, ofTime := sig("secret", "Hello, World!"), sig("secret", "1700000000.Hello, World!")
	base := Spec{Signed: "{body}", Digest: "hmac-sha256"}
	timed := Spec{Signed: "{timestamp}.{body}", Digest: "hmac-sha256", Tolerance: "5m"}
	var all []sample
	for _, prefix := range []string{"sha256=", "sha1=", "sha512=", "v0=", "v1=", "hmac-sha256=", "hmac-sha256-hex=", "sha1hash=", "HMAC ", "sha256 "} {
		spec := base
		spec.Place = valued("Sig", prefix+"{signature}")
		all = append(all, sample{name: "prefix " + prefix, spec: spec, m: hello, want: []string{"header Sig " + prefix + ofBody}, spoil: helloSpoil})
	}
	for _, list := range []string{
		"t={timestamp},v1={signature}", "t={timestamp},v0={signature}", "t={timestamp},s={signature}", "v={timestamp},d={signature}",
		"ts={timestamp},v1={signature}", "timestamp={timestamp},signature={signature}", "time={timestamp},sig1={signature}",
		"sign={signature}, env=test, t={timestamp}", "t={timestamp}, v1={signature}", "ts={timestamp};h1={signature}",
		"{timestamp},{signature}", "{signature},{timestamp}",
	} {
		want := "header Sig " + strings.NewReplacer("{timestamp}", "1700000000", "{signature}", ofTime).Replace(list)
		for _, join := range []string{", ", ",", ";"} {
			if items := strings.Split(list, join); len(items) > 1 {
				spec := timed
				spec.Place = listed("Sig", join, items...)
				all = append(all, sample{name: "items " + list, spec: spec, m: hello, want: []string{want}, spoil: helloSpoil})
				break
			}
		}
		spec := timed
		spec.Place = valued("Sig", list)
		all = append(all, sample{name: "value " + list, spec: spec, m: hello, want: []string{want}, spoil: helloSpoil})
	}
	add := func(name string, spec Spec, m Message, spoil string, want ...string) {
		all = append(all, sample{name: name, spec: spec, m: m, want: want, spoil: spoil})
	}
	in := func(spec Spec, place Place, carry ...Slot) Spec {
		spec.Place, spec.Carry = place, carry
		return spec
	}
	query := hello
	query.URL += "?a=1&sig=old"
	add("query parameter", in(base, Place{Slot: Slot{Query: "sig"}}), query, helloSpoil, "query a 1", "query sig "+ofBody)
	add("new query parameter", in(base, Place{Slot: Slot{Query: "sig"}}), hello, helloSpoil, "query sig "+ofBody)
	form := Spec{Signed: "{form:a}", Digest: "hmac-sha256"}
	add("form field", in(form, Place{Slot: Slot{Form: "sig"}}), posted("a=x+y&sig=&b=1"), "x+y→x+z", "form a x y", "form sig "+sig("secret", "x y"), "form b 1")
	add("new form field", in(form, Place{Slot: Slot{Form: "sig"}}), posted("a=x+y"), "x+y→x+z", "whole a=x+y&sig="+sig("secret", "x y"))
	field := Spec{Signed: "{field:data.n}", Digest: "hmac-sha256"}
	add("member of the JSON body", in(field, Place{Slot: Slot{Body: "sig.v1"}}), posted(`{"sig" : {"v1": "", "v0": null} ,"data":{"n":1.0}}`), "1.0→1.1",
		`whole {"sig" : {"v1": "`+sig("secret", "1.0")+`", "v0": null} ,"data":{"n":1.0}}`)
	add("member of the JSON body that is null", in(field, Place{Slot: Slot{Body: "sig.v0"}}), posted(`{"sig":{"v0":null},"data":{"n":1.0}}`), "1.0→1.1",
		`whole {"sig":{"v0":"`+sig("secret", "1.0")+`"},"data":{"n":1.0}}`)
	add("time as a number in the JSON body", in(timed, inHeader("Sig"), Slot{Body: "sent", Value: "{timestamp}"}), posted(`{"sent":0}`), "1700000000→1700000001",
		`whole {"sent":1700000000}`, "header Sig "+sig("secret", `1700000000.{"sent":1700000000}`))
	add("time and id in the query", in(Spec{Signed: "{id}{timestamp}", Digest: "hmac-sha256"}, inHeader("Sig"), Slot{Query: "t", Value: "t{timestamp}"}, Slot{Query: "id", Value: "{id}"}), hello, "",
		"query t t1700000000", "query id msg_1", "header Sig "+sig("secret", "msg_11700000000"))
	add("time in the form", in(Spec{Signed: "{timestamp}{form:a}", Digest: "hmac-sha256"}, Place{Slot: Slot{Form: "sig"}}, Slot{Form: "time", Value: "{timestamp}"}), posted("a=1"), "a=1→a=2",
		"whole a=1&time=1700000000&sig="+sig("secret", "17000000001"))
	twice := base
	twice.Place = Place{Slot: Slot{Header: "Sig", Value: "sha256={signature}"}, Many: "repeat"}
	add("header said once more, one key", twice, posted("Hello, World!", "Sig", "old", "Other", "1", "sig", "old"), helloSpoil, "header Sig sha256="+ofBody, "header Other 1")
	return all
}
