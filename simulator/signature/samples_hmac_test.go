package signature

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"strings"
)

// hmacSamples: schemes of known providers that sign the body, and what of them is odd.
func hmacSamples() []sample {
	const body = `{"id":"evt_1","amount":1}`
	const spoil = `"amount":1→"amount":2`
	sum := func(key, text string) []byte { return mac(sha256.New, key, text) }
	two := []Key{{Secret: "first"}, {Secret: "second"}}
	of := func(signed, digest, encoding string, place Place, carry ...Slot) Spec {
		return Spec{Signed: signed, Digest: digest, Encoding: encoding, Place: place, Carry: carry}
	}
	with := func(s Spec, key, clock, tolerance string) Spec {
		s.Key, s.Clock, s.Tolerance = key, clock, tolerance
		return s
	}
	const ms, iso = "1700000000123", "2023-11-14T22:13:20Z"
	var all []sample
	add := func(name string, spec Spec, keys []Key, want ...string) {
		all = append(all, sample{name: name, spec: spec, keys: keys, m: posted(body), want: want, spoil: spoil})
	}
	add("Stripe", with(of("{timestamp}.{body}", "hmac-sha256", "", listed("Stripe-Signature", ",", "t={timestamp}", "v1={signature}")), "", "", "5m past"), two,
		"header Stripe-Signature t=1700000000,v1="+hexOf(sum("first", "1700000000."+body))+",v1="+hexOf(sum("second", "1700000000."+body)))
	add("Svix", with(of("{id}.{timestamp}.{body}", "hmac-sha256", "base64", listed("svix-signature", " ", "v1,{signature}"), carry("svix-id", "{id}"), carry("svix-timestamp", "{timestamp}")), "whsec", "", "5m"),
		[]Key{{Secret: "whsec_" + b64([]byte("first"))}, {Secret: b64([]byte("second"))}}, "header svix-id msg_1", "header svix-timestamp 1700000000",
		"header svix-signature v1,"+b64(sum("first", "msg_1.1700000000."+body))+" v1,"+b64(sum("second", "msg_1.1700000000."+body)))
	add("WorkOS", with(of("{timestamp}.{body}", "hmac-sha256", "", listed("WorkOS-Signature", ", ", "t={timestamp}", "v1={signature}")), "", "unix-ms", "3m"), nil,
		"header WorkOS-Signature t="+ms+", v1="+hexOf(sum("secret", ms+"."+body)))
	add("Paddle", with(of("{timestamp}:{body}", "hmac-sha256", "", listed("Paddle-Signature", ";", "ts={timestamp}", "h1={signature}")), "", "", "5s"), two,
		"header Paddle-Signature ts=1700000000;h1="+hexOf(sum("first", "1700000000:"+body))+";h1="+hexOf(sum("second", "1700000000:"+body)))
	add("Recurly", with(of("{timestamp}.{body}", "hmac-sha256", "", listed("recurly-signature", ",", "{timestamp}", "{signature}")), "", "unix-ms", ""), two,
		"header recurly-signature "+ms+","+hexOf(sum("first", ms+"."+body))+","+hexOf(sum("second", ms+"."+body)))
	add("Sanity", with(of("{timestamp}.{body}", "hmac-sha256", "base64url", listed("sanity-webhook-signature", ",", "t={timestamp}", "v1={signature}")), "", "unix-ms", ""), nil,
		"header sanity-webhook-signature t="+ms+",v1="+base64.RawURLEncoding.EncodeToString(sum("secret", ms+"."+body)))
	add("Retell", with(of("{body}{timestamp}", "hmac-sha256", "", listed("X-Retell-Signature", ",", "v={timestamp}", "d={signature}")), "", "unix-ms", "5m"), nil,
		"header X-Retell-Signature v="+ms+",d="+hexOf(sum("secret", body+ms)))
	add("Twitch", with(of("{id}{timestamp}{body}", "hmac-sha256", "", valued("Twitch-Eventsub-Message-Signature", "sha256={signature}"), carry("Twitch-Eventsub-Message-Id", "{id}"), carry("Twitch-Eventsub-Message-Timestamp", "{timestamp}")), "", "rfc3339-nano", "10m"), nil,
		"header Twitch-Eventsub-Message-Timestamp 2023-11-14T22:13:20.123456789Z", "header Twitch-Eventsub-Message-Signature sha256="+hexOf(sum("secret", "msg_12023-11-14T22:13:20.123456789Z"+body)))
	add("Orb", with(of("v1:{timestamp}:{body}", "hmac-sha256", "", listed("X-Orb-Signature", " ", "v1={signature}"), carry("X-Orb-Timestamp", "{timestamp}")), "", "iso8601-local", "5m"), two,
		"header X-Orb-Timestamp 2023-11-14T22:13:20.123456", "header X-Orb-Signature v1="+hexOf(sum("first", "v1:2023-11-14T22:13:20.123456:"+body))+" v1="+hexOf(sum("second", "v1:2023-11-14T22:13:20.123456:"+body)))
	add("Box", with(of("{body}{timestamp}", "hmac-sha256", "base64", Place{Many: "headers", Headers: []string{"BOX-SIGNATURE-PRIMARY", "BOX-SIGNATURE-SECONDARY"}}, carry("BOX-DELIVERY-TIMESTAMP", "{timestamp}")), "", "rfc3339", "10m"), two,
		"header BOX-SIGNATURE-PRIMARY "+b64(sum("first", body+iso)), "header BOX-SIGNATURE-SECONDARY "+b64(sum("second", body+iso)))
	add("DocuSign", of("{body}", "hmac-sha256", "base64", Place{Slot: Slot{Header: "X-DocuSign-Signature-{n}"}, Many: "number"}), two,
		"header X-DocuSign-Signature-1 "+b64(sum("first", body)), "header X-DocuSign-Signature-2 "+b64(sum("second", body)))
	add("Mollie", of("{body}", "hmac-sha256", "", Place{Slot: Slot{Header: "X-Mollie-Signature", Value: "sha256={signature}"}, Many: "repeat"}), two,
		"header X-Mollie-Signature sha256="+hexOf(sum("first", body)), "header X-Mollie-Signature sha256="+hexOf(sum("second", body)))
	add("Plivo, a comma list", of("{url.bare}{nonce}{body}", "hmac-sha256", "base64", listed("X-Plivo-Signature-V3", ",", "{signature}"), carry("X-Plivo-Signature-V3-Nonce", "{nonce}")), two,
		// the nonce is ours to choose: the first half of sha256("msg_1\n1700000000")
		"header X-Plivo-Signature-V3-Nonce "+nonce, "header X-Plivo-Signature-V3 "+b64(sum("first", "https://example.com/hook"+nonce+body))+","+b64(sum("second", "https://example.com/hook"+nonce+body)))
	add("Lark", of("{timestamp}{nonce}{secret}{body}", "sha256", "", inHeader("X-Lark-Signature"), carry("X-Lark-Request-Timestamp", "{timestamp}"), carry("X-Lark-Request-Nonce", "{nonce}")), nil,
		"header X-Lark-Request-Nonce "+nonce, "header X-Lark-Signature "+hexOf(plain(sha256.New, "1700000000"+nonce+"secret"+body)))
	add("Cloudinary", with(of("{body}{timestamp}{secret}", "sha1", "", inHeader("X-Cld-Signature"), carry("X-Cld-Timestamp", "{timestamp}")), "", "", "2h"), nil,
		"header X-Cld-Signature "+hexOf(plain(sha1.New, body+"1700000000secret")))
	add("Fitbit", with(of("{body}", "hmac-sha1", "base64", inHeader("X-Fitbit-Signature")), "append:&", "", ""), nil,
		"header X-Fitbit-Signature "+b64(mac(sha1.New, "secret&", body)))
	add("EasyPost", with(of("{body}", "hmac-sha256", "", valued("X-Hmac-Signature", "hmac-sha256-hex={signature}")), "nfkd", "", ""), []Key{{Secret: "s\u00e9cret"}},
		"header X-Hmac-Signature hmac-sha256-hex="+hexOf(sum("se\u0301cret", body)))
	add("Ably", with(of("{body}", "hmac-sha256", "base64", inHeader("X-Ably-Signature"), carry("X-Ably-Key", "{key.id}")), "after::", "", ""), []Key{{ID: "xVLyHw.B", Secret: "xVLyHw.B:s3cret"}},
		"header X-Ably-Key xVLyHw.B", "header X-Ably-Signature "+b64(sum("s3cret", body)))
	add("Authorize.net", with(of("{body}", "hmac-sha512", "HEX", valued("X-ANET-Signature", "sha512={signature}")), "hex", "", ""), []Key{{Secret: "DEADbeef"}},
		"header X-ANET-Signature sha512="+strings.ToUpper(hexOf(mac(sha512.New, "\xde\xad\xbe\xef", body))))
	add("Oura", with(of("{timestamp}{body}", "hmac-sha256", "HEX", inHeader("x-oura-signature"), carry("x-oura-timestamp", "{timestamp}")), "", "unix-ms", ""), nil,
		"header x-oura-signature "+strings.ToUpper(hexOf(sum("secret", ms+body))))
	add("MD5", of("{body}", "hmac-md5", "", inHeader("Sig")), nil, "header Sig "+hexOf(mac(md5.New, "secret", body)))
	add("Coinbase CDP", with(of("{timestamp}.x-event-id x-event-type.{header:x-event-id}.{header:x-event-type}.{body}", "hmac-sha256", "", listed("X-Hook0-Signature", ",", "t={timestamp}", "h=x-event-id x-event-type", "v1={signature}"), carry("X-Event-Type", "a.b"), carry("X-Event-Id", "{id}")), "", "", "5m"), nil,
		"header X-Hook0-Signature t=1700000000,h=x-event-id x-event-type,v1="+hexOf(sum("secret", "1700000000.x-event-id x-event-type.msg_1.a.b."+body)))
	return all
}

var nonce = hexOf(plain(sha256.New, "msg_1\n1700000000"))[:32]
