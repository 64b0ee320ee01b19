package main

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
)

// made is the body that send would send.
func made(t *testing.T, args ...string) (body string) {
	t.Helper()
	args = append(append([]string{"send"}, args...), "--dry-run", "--output", "json", "--seed", "3", "--run", "r", "--now", "2026-01-02T03:04:05Z")
	r := call(t, args...)
	var shown struct{ Body string }
	if r.code != 0 || json.Unmarshal([]byte(r.out), &shown) != nil || !json.Valid([]byte(shown.Body)) {
		t.Fatalf("%v: exit %d\n%s%s", args, r.code, r.out, r.err)
	}
	return shown.Body
}

func TestHowAnEventIsMade(t *testing.T) {
	inDir(t, nil)
	typical := made(t, "stripe", "topup.succeeded")
	if !strings.Contains(typical, `"status": "succeeded"`) {
		t.Errorf("not true to its name:\n%s", typical)
	}
	lean, full := made(t, "stripe", "topup.succeeded", "--mode", "lean"), made(t, "stripe", "topup.succeeded", "--mode", "full")
	if len(lean) > len(typical) || len(full) <= len(typical) || !strings.Contains(full, `"status": "succeeded"`) {
		t.Errorf("lean has %d bytes, typical %d, full %d", len(lean), len(typical), len(full))
	}
	if other := made(t, "stripe", "topup.succeeded", "--mode", "typical"); other != typical {
		t.Error("typical is not the default")
	}
	thin := made(t, "stripe", "topup.succeeded", "--thin")
	if !strings.Contains(thin, `"type":"v1.topup.succeeded"`) || !strings.Contains(thin, `"url":"/v1/topups/tu_`) {
		t.Errorf("the thin twin:\n%s", thin)
	}
	if big := made(t, "github", "push", "--size", "100kB"); len(big) < 90_000 || len(big) > 100_000 {
		t.Errorf("%d bytes, not 100 kB", len(big))
	}
	if foreign := made(t, "shopify", "orders/create", "--language", "ja"); !strings.ContainsFunc(foreign, func(r rune) bool { return unicode.Is(unicode.Han, r) || unicode.Is(unicode.Hiragana, r) }) {
		t.Error("nothing Japanese in it")
	}
	if set := made(t, "stripe", "topup.succeeded", "--set", "data.object.description=42"); !strings.Contains(set, `"description": "42"`) {
		t.Errorf("null became no text:\n%s", set)
	}
}

func TestMistakesInHowAnEventIsMade(t *testing.T) {
	inDir(t, map[string]string{"body.json": "{}"})
	for _, c := range []struct{ args, want string }{
		{"github push --thin", "simhook: --thin: GitHub has no thin events\nhint: "},
		{"stripe --thin --variant live", "simhook: --thin and --variant live are two manners\nhint: "},
		{"stripe --mode ful", `simhook: no mode "ful"` + "\n" + `hint: did you mean "full"?`},
		{"razorpay --mode full", "has no published shape, so it cannot be made full\nhint: "},
		{"stripe --language jaa", `simhook: no language "jaa"` + "\n" + `hint: did you mean "ja"?`},
		{"github push --size 5GB", `simhook: "5GB" is no size` + "\nhint: "},
		{"github push --size 30MB", "simhook: GitHub sends 25MB at most\nhint: "},
		{"github push --size 64kB --body body.json", "simhook: --body takes the body verbatim"},
		{"stripe charge.succeeded --set data.object.shiping.name=x", `did you mean "data.object.shipping.name"?`},
	} {
		r := call(t, append(append([]string{"send"}, strings.Fields(c.args)...), "--dry-run")...)
		if r.code != 2 || r.out != "" || !strings.Contains(r.err, c.want) {
			t.Errorf("send %s: exit %d\n%s%s\nnot %s", c.args, r.code, r.out, r.err, c.want)
		}
	}
}

// What the provider would never send is marked, also where nothing is sent.
func TestOffSchemaIsSaid(t *testing.T) {
	inDir(t, nil)
	r := call(t, "send", "stripe", "charge.succeeded", "--set", "data.object.status=lost", "--dry-run")
	if r.code != 0 || !strings.Contains(r.err, "off schema: data.object.status: none of failed, pending, succeeded\n") {
		t.Errorf("exit %d\n%s", r.code, r.err)
	}
	if r := call(t, "send", "stripe", "charge.succeeded", "--set", "data.object.description=x", "--dry-run"); strings.Contains(r.err, "off schema") {
		t.Errorf("it is not off schema:\n%s", r.err)
	}
}

func TestListByFamily(t *testing.T) {
	r := call(t, "list", "shopify")
	if !strings.Contains(r.out, "\n  orders\n    orders/") || strings.Count(r.out, "\n  orders\n") != 1 {
		t.Errorf("%.2000s", r.out)
	}
	if r := call(t, "list", "stripe", "--search", "DISPUTE.funds"); r.code != 0 || !strings.Contains(r.out, "charge.dispute.funds_withdrawn\n") || strings.Contains(r.out, "created") {
		t.Errorf("%s", r.out)
	}
}
