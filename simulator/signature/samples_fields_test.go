package signature

import (
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
)

// fieldSamples: schemes of known providers that sign members of the body, or the
// request line.
func fieldSamples() []sample {
	var all []sample
	add := func(name string, spec Spec, m Message, spoil string, want ...string) {
		all = append(all, sample{name: name, spec: spec, m: m, spoil: spoil, want: want})
	}
	at := func(address string, m Message) Message {
		m.URL = address
		return m
	}
	sum := func(text string) string { return hexOf(mac(sha256.New, "secret", text)) }
	sum64 := func(text string) string { return b64(mac(sha256.New, "secret", text)) }

	pago := Spec{
		Signed: "[id:{field:data.id};][request-id:{header:x-request-id};]ts:{timestamp};", Digest: "hmac-sha256",
		Place: listed("x-signature", ",", "ts={timestamp}", "v1={signature}"),
	}
	add("Mercado Pago", pago, posted(`{"data":{"id":"99"}}`, "x-request-id", "r-1"), `"99"→"98"`, "header x-signature ts=1700000000,v1="+sum("id:99;request-id:r-1;ts:1700000000;"))
	add("Mercado Pago without a request id", pago, posted(`{"data":{"id":"99"}}`), `"99"→"98"`, "header x-signature ts=1700000000,v1="+sum("id:99;ts:1700000000;"))
	add("Mercado Pago without an id", pago, posted(`{"data":{}}`, "x-request-id", "r-1"), `{}→{"id":""}`, "header x-signature ts=1700000000,v1="+sum("request-id:r-1;ts:1700000000;"))
	pago.Signed = "[id:{query:data.id};][request-id:{header:x-request-id};]ts:{timestamp};"
	add("Mercado Pago, id in the query", pago, at("https://example.com/hook?data.id=99&type=payment", hello), "", "header x-signature ts=1700000000,v1="+sum("id:99;ts:1700000000;"))

	// @contentful/node-apps-toolkit 3.16.1 lib/requests/index.mjs signRequest.
	contentful := Spec{
		Signed: "{method}\n{path}[?{query.encoded}]\n{headers.canonical:x-contentful-signed-headers}\n{body}", Digest: "hmac-sha256", Clock: "unix-ms", Tolerance: "30s past",
		Place: inHeader("x-contentful-signature"),
		Carry: []Slot{carry("x-contentful-timestamp", "{timestamp}"), carry("x-contentful-signed-headers", "x-contentful-signed-headers,x-contentful-timestamp,x-contentful-topic")},
	}
	const signedHeaders = "x-contentful-signed-headers:x-contentful-signed-headers,x-contentful-timestamp,x-contentful-topic;x-contentful-timestamp:1700000000123;x-contentful-topic:Entry.publish"
	add("Contentful", contentful, posted(`{"sys":1}`, "X-Contentful-Topic", " Entry.publish "), "1→2", "header x-contentful-signature "+sum("POST\n/hook\n"+signedHeaders+"\n"+`{"sys":1}`))
	add("Contentful with a query", contentful, at("https://example.com/hook?a=b c", posted(`{"sys":1}`, "X-Contentful-Topic", "Entry.publish")), "1→2",
		"header x-contentful-signature "+sum("POST\n/hook?a%253Db%2520c\n"+signedHeaders+"\n"+`{"sys":1}`))

	braintree := Spec{Signed: "{form:bt_payload}", Digest: "hmac-sha1", Key: "sha1", Place: Place{Slot: Slot{Form: "bt_signature"}, Items: []string{"{key.id}|{signature}"}, Join: "&"}}
	key := func(secret string) string { return string(plain(sha1.New, secret)) }
	pairs := "pub1|" + hexOf(mac(sha1.New, key("private1"), "PHhtbC8+\n")) + "&pub2|" + hexOf(mac(sha1.New, key("private2"), "PHhtbC8+\n"))
	all = append(all, sample{name: "Braintree", spec: braintree, keys: []Key{{ID: "pub1", Secret: "private1"}, {ID: "pub2", Secret: "private2"}}, m: posted("bt_signature=&bt_payload=PHhtbC8%2B%0A"), spoil: "PHht→PHhu", want: []string{"form bt_signature " + pairs}})

	add("NOWPayments", Spec{Signed: "{json.sorted}", Digest: "hmac-sha512", Place: inHeader("x-nowpayments-sig")}, posted(`{"price": 0.10, "fee":{"z":null,"currency":"btc"},"id":5077125051}`), "btc→eth",
		"header x-nowpayments-sig "+hexOf(mac(sha512.New, "secret", `{"fee":{"currency":"btc","z":null},"id":5077125051,"price":0.10}`)))
	add("Exact Online", Spec{Signed: "{raw:Content}", Digest: "hmac-sha256", Encoding: "HEX", Place: Place{Slot: Slot{Body: "HashCode"}}}, posted(`{"Content": {"Topic":"Items", "Key":"1"} ,"HashCode":""}`), `"1"→"2"`,
		"body HashCode "+upper(sum(`{"Topic":"Items", "Key":"1"}`)))

	const item = "notificationItems.0.NotificationRequestItem."
	adyen := Spec{
		Signed: "{field:" + item + "pspReference}:{field:" + item + "originalReference}:{field:" + item + "amount.value}:{field:" + item + "success}", Digest: "hmac-sha256", Key: "hex", Encoding: "base64",
		Place: Place{Slot: Slot{Body: item + "additionalData.hmacSignature"}},
	}
	all = append(all, sample{
		name: "Adyen", spec: adyen, keys: []Key{{Secret: "DFB1EB5485895CFA84146406857104AB"}}, spoil: "1130→1131",
		m:    posted(`{"notificationItems":[{"NotificationRequestItem":{"additionalData":{"hmacSignature":""},"amount":{"value":1130},"pspReference":"7914","success":"true"}}]}`),
		want: []string{"body " + item + "additionalData.hmacSignature " + b64(mac(sha256.New, "\xdf\xb1\xeb\x54\x85\x89\x5c\xfa\x84\x14\x64\x06\x85\x71\x04\xab", "7914::1130:true"))},
	})
	add("Mailgun", Spec{Signed: "{timestamp}{field:signature.token}", Digest: "hmac-sha256", Place: Place{Slot: Slot{Body: "signature.signature"}}, Carry: []Slot{{Body: "signature.timestamp", Value: "{timestamp}"}}},
		posted(`{"signature":{"timestamp":"","token":"tok","signature":""},"event-data":{}}`), "tok→tik", "body signature.timestamp 1700000000", "body signature.signature "+sum("1700000000tok"))
	add("Midtrans", Spec{Signed: "{field:order_id}{field:gross_amount}{secret}", Digest: "sha512", Place: Place{Slot: Slot{Body: "signature_key"}}}, posted(`{"order_id":"o1","gross_amount":"10000.00","signature_key":""}`), "o1→o2",
		"body signature_key "+hexOf(plain(sha512.New, "o110000.00secret")))
	add("PhonePe", Spec{Signed: "{secret}", Digest: "sha256", Place: inHeader("Authorization")}, hello, "", "header Authorization "+hexOf(plain(sha256.New, "secret")))

	twilio := Spec{Signed: "{url}{form.sorted}", Digest: "hmac-sha1", Encoding: "base64", Place: inHeader("X-Twilio-Signature")}
	add("Twilio", twilio, at("https://example.com/hook?foo=1&bar=2", posted("To=%2B1800&From=%2B1415&MediaUrl=b&MediaUrl=a&MediaUrl=b")), "1415→1416",
		"header X-Twilio-Signature "+b64(mac(sha1.New, "secret", "https://example.com/hook?foo=1&bar=2"+"From+1415"+"MediaUrlaMediaUrlb"+"To+1800")))
	twilio.Signed, twilio.Carry = "{url}", []Slot{{Query: "bodySHA256", Value: "{body.sha256}"}}
	const hashed = "bodySHA256=dffd6021bb2bd5b0af676290809ec3a53191dd81c7f70a4b28688a362182986f"
	add("Twilio with JSON", twilio, at("https://example.com/hook?foo=1", hello), helloSpoil, "header X-Twilio-Signature "+b64(mac(sha1.New, "secret", "https://example.com/hook?foo=1&"+hashed)))

	add("Square", Spec{Signed: "{url}{body}", Digest: "hmac-sha256", Encoding: "base64", Place: inHeader("x-square-hmacsha256-signature")}, hello, helloSpoil,
		"header x-square-hmacsha256-signature "+sum64("https://example.com/hookHello, World!"))
	add("path of an address without one", Spec{Signed: "{path} {body}", Digest: "hmac-sha256", Place: inHeader("Sig")}, at("https://example.com?a=1", hello), helloSpoil, "header Sig "+sum("/ Hello, World!"))
	add("Trello", Spec{Signed: "{body}{url}", Digest: "hmac-sha1", Encoding: "base64", Place: inHeader("X-Trello-Webhook")}, hello, helloSpoil,
		"header X-Trello-Webhook "+b64(mac(sha1.New, "secret", "Hello, World!https://example.com/hook")))
	add("HubSpot v3", Spec{
		Signed: "{method}{url.decoded:%3A%2F}{body}{timestamp}", Digest: "hmac-sha256", Encoding: "base64", Clock: "unix-ms", Tolerance: "5m",
		Place: inHeader("X-HubSpot-Signature-v3"), Carry: []Slot{carry("X-HubSpot-Request-Timestamp", "{timestamp}")},
	}, at("https://example.com/hook?u=a%3a%2Fb%20c", hello), helloSpoil, "header X-HubSpot-Signature-v3 "+sum64("POSThttps://example.com/hook?u=a:/b%20cHello, World!1700000000123"))
	add("HubSpot v2", Spec{Signed: "{secret}{method}{url}{body}", Digest: "sha256", Place: inHeader("X-HubSpot-Signature")}, hello, helloSpoil,
		"header X-HubSpot-Signature "+hexOf(plain(sha256.New, "secretPOSThttps://example.com/hookHello, World!")))
	return all
}
