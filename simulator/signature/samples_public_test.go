package signature

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/url"
	"os"
	"strings"
)

// testKey reads the private key of a kind with the standard library alone.
func testKey(kind string) any {
	data, err := os.ReadFile("testkeys/" + kind + ".pem")
	if err != nil {
		panic(err)
	}
	block, _ := pem.Decode(data)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		panic(err)
	}
	return key
}

func rsaOf(h crypto.Hash, text string) []byte {
	sum := h.New()
	sum.Write([]byte(text))
	raw, err := rsa.SignPKCS1v15(nil, testKey("rsa").(*rsa.PrivateKey), h, sum.Sum(nil))
	if err != nil {
		panic(err)
	}
	return raw
}

// ecdsaOf signs by RFC 6979, so that the bytes are the same for ever.
func ecdsaOf(h crypto.Hash, text string) []byte {
	sum := h.New()
	sum.Write([]byte(text))
	raw, err := testKey("ecdsa").(*ecdsa.PrivateKey).Sign(nil, sum.Sum(nil), h)
	if err != nil {
		panic(err)
	}
	return raw
}

func edOf(text string) []byte {
	return ed25519.Sign(testKey("ed25519").(ed25519.PrivateKey), []byte(text))
}

func upper(s string) string { return strings.ToUpper(s) }

// publicSamples: schemes of known providers that sign with a private key.
func publicSamples() []sample {
	const body = `{"id":"evt_1","amount":1}`
	const spoil = `"amount":1→"amount":2`
	key := []Key{{ID: "key-7", Secret: "WH-123"}}
	var all []sample
	add := func(name string, spec Spec, m Message, spoil string, want ...string) {
		spec.Encoding = or(spec.Encoding, "base64")
		all = append(all, sample{name: name, spec: spec, keys: key, m: m, spoil: spoil, want: want})
	}
	sns := Spec{Signed: "{keyvalue:Message,MessageId,Subject,SubscribeURL,Timestamp,Token,TopicArn,Type}", Digest: "rsa-sha1", Place: Place{Slot: Slot{Body: "Signature"}}}
	note := posted(`{"Type":"Notification","MessageId":"m-1","TopicArn":"arn:t","Message":"a\n\"b\"","Timestamp":"2023-11-14T22:13:20.123Z","SignatureVersion":"1","Signature":"EXAMPLE"}`)
	const noteText = "Message\na\n\"b\"\nMessageId\nm-1\nTimestamp\n2023-11-14T22:13:20.123Z\nTopicArn\narn:t\nType\nNotification\n"
	add("SNS 1", sns, note, "m-1→m-2", "body Signature "+b64(rsaOf(crypto.SHA1, noteText)))
	sns.Digest = "rsa-sha256"
	add("SNS 2", sns, note, "m-1→m-2", "body Signature "+b64(rsaOf(crypto.SHA256, noteText)))
	add("SNS confirmation", sns, posted(`{"Type":"SubscriptionConfirmation","MessageId":"m-1","Token":"t","TopicArn":"arn:t","Message":"hi","SubscribeURL":"https://example.com/?a=b&c","Timestamp":"T","Signature":""}`), `"hi"→"ho"`,
		"body Signature "+b64(rsaOf(crypto.SHA256, "Message\nhi\nMessageId\nm-1\nSubscribeURL\nhttps://example.com/?a=b&c\nTimestamp\nT\nToken\nt\nTopicArn\narn:t\nType\nSubscriptionConfirmation\n")))

	add("Paddle Classic", Spec{Signed: "{php.sorted:p_signature}", Digest: "rsa-sha1", Place: Place{Slot: Slot{Form: "p_signature"}}},
		posted("p_signature=&alert_name=payment_succeeded&alert_id=42&currency=%E2%82%AC"), "=42→=43",
		"form p_signature "+b64(rsaOf(crypto.SHA1, `a:3:{s:8:"alert_id";s:2:"42";s:10:"alert_name";s:17:"payment_succeeded";s:8:"currency";s:3:"€";}`)))
	// The webhook's id is what the receiver knows.
	add("PayPal", Spec{Signed: "{id}|{timestamp}|{secret}|{body.crc32}", Digest: "rsa-sha256", Clock: "rfc3339", Place: inHeader("PAYPAL-TRANSMISSION-SIG"), Carry: []Slot{carry("PAYPAL-TRANSMISSION-ID", "{id}"), carry("PAYPAL-TRANSMISSION-TIME", "{timestamp}")}},
		posted("123456789"), "1→2", "header PAYPAL-TRANSMISSION-SIG "+b64(rsaOf(crypto.SHA256, "msg_1|2023-11-14T22:13:20Z|WH-123|3421780262")))
	add("fal", Spec{Signed: "{id}\n{header:X-Fal-Webhook-User-Id}\n{timestamp}\n{body.sha256}", Digest: "ed25519", Encoding: "hex", Tolerance: "5m", Place: inHeader("X-Fal-Webhook-Signature"), Carry: []Slot{carry("X-Fal-Webhook-Request-Id", "{id}"), carry("X-Fal-Webhook-User-Id", "user-1"), carry("X-Fal-Webhook-Timestamp", "{timestamp}")}},
		hello, helloSpoil, "header X-Fal-Webhook-Signature "+hexOf(edOf("msg_1\nuser-1\n1700000000\ndffd6021bb2bd5b0af676290809ec3a53191dd81c7f70a4b28688a362182986f")))
	ebay := `{"alg":"ecdsa","kid":"key-7","signature":"` + b64(ecdsaOf(crypto.SHA1, body)) + `","digest":"SHA1"}`
	add("eBay", Spec{Signed: "{body}", Digest: "ecdsa-p256-sha1", Wrap: `{{"alg":"ecdsa","kid":"{key.id}","signature":"{signature}","digest":"SHA1"}}`, Place: inHeader("x-ebay-signature")},
		posted(body), spoil, "header x-ebay-signature "+b64([]byte(ebay)))
	add("wrap that ends with the signature", Spec{Signed: "{body}", Digest: "ecdsa-p256-sha1", Wrap: `{key.id}:{signature}`, Place: inHeader("Sig")}, posted(body), spoil, "header Sig "+b64([]byte("key-7:"+b64(ecdsaOf(crypto.SHA1, body)))))
	antom := url.QueryEscape(base64.URLEncoding.EncodeToString(rsaOf(crypto.SHA256, "POST /hook\nclient.2023-11-14T22:13:20Z."+body)))
	add("Antom", Spec{Signed: "{method} {path}\n{header:client-id}.{timestamp}.{body}", Digest: "rsa-sha256", Encoding: "base64url-escaped", Clock: "rfc3339", Place: valued("signature", "algorithm=RSA256,keyVersion=1,signature={signature}"), Carry: []Slot{carry("client-id", "client"), carry("request-time", "{timestamp}")}},
		posted(body), spoil, "header signature algorithm=RSA256,keyVersion=1,signature="+antom)
	add("SendGrid", Spec{Signed: "{timestamp}{body}", Digest: "ecdsa-p256-sha256", Public: "spki", Place: inHeader("X-Twilio-Email-Event-Webhook-Signature"), Carry: []Slot{carry("X-Twilio-Email-Event-Webhook-Timestamp", "{timestamp}")}},
		posted(body), spoil, "header X-Twilio-Email-Event-Webhook-Signature "+b64(ecdsaOf(crypto.SHA256, "1700000000"+body)))
	add("Discord", Spec{Signed: "{timestamp}{body}", Digest: "ed25519", Encoding: "hex", Public: "raw-hex", Place: inHeader("X-Signature-Ed25519"), Carry: []Slot{carry("X-Signature-Timestamp", "{timestamp}")}},
		posted(body), spoil, "header X-Signature-Ed25519 "+hexOf(edOf("1700000000"+body)))
	add("Adobe, one of two keys", Spec{Signed: "{body}", Digest: "rsa-sha256", Place: Place{Many: "headers", Headers: []string{"x-adobe-digital-signature-1", "x-adobe-digital-signature-2"}}},
		posted(body), spoil, "header x-adobe-digital-signature-1 "+b64(rsaOf(crypto.SHA256, body)))
	add("WeChat Pay", Spec{Signed: "{timestamp}\n{nonce}\n{body}\n", Digest: "rsa-sha256", Tolerance: "5m", Place: inHeader("Wechatpay-Signature"), Carry: []Slot{carry("Wechatpay-Timestamp", "{timestamp}"), carry("Wechatpay-Nonce", "{nonce}"), carry("Wechatpay-Serial", "{key.id}")}},
		posted(body), spoil, "header Wechatpay-Serial key-7", "header Wechatpay-Signature "+b64(rsaOf(crypto.SHA256, "1700000000\n"+nonce+"\n"+body+"\n")))
	return all
}
