package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const acmeOpenAPI = `openapi: 3.1.0
info: {title: Acme Orders, version: 1.4.0}
webhooks:
  order.paid:
    post:
      parameters:
        - {name: X-Acme-Event, in: header, schema: {const: order.paid}}
        - {name: X-Acme-Signature, in: header, schema: {type: string}}
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [id, type, total]
              properties:
                id: {type: string, pattern: "^evt_[0-9a-f]{16}$"}
                type: {type: string}
                total: {type: integer, minimum: 100, maximum: 200}
`

// TestImportedPackSendsAtOnce: import writes, list shows and send delivers, with
// nothing done between them.
func TestImportedPackSendsAtOnce(t *testing.T) {
	inDir(t, map[string]string{"openapi.yaml": acmeOpenAPI})
	r := call(t, "import", "openapi.yaml", "--name", "acme")
	if r.code != 0 || r.err != "" {
		t.Fatalf("exit %d\n%s%s", r.code, r.out, r.err)
	}
	for _, want := range []string{"acme: 1 event: order.paid\n", "missing  signature: deliveries go out unsigned; by its name X-Acme-Signature", "missing  retry schedule", "next     simhook send acme order.paid --pack acme\n"} {
		if !strings.Contains(r.out, want) {
			t.Errorf("no %q in\n%s", want, r.out)
		}
	}
	next := regexp.MustCompile(`(?m)^next +simhook (.*)$`).FindStringSubmatch(r.out)
	if r = call(t, strings.Fields(next[1])...); r.code != 0 || !strings.Contains(r.out, "<--  200 OK") || !strings.Contains(r.out, "order.paid took effect once") {
		t.Errorf("%s: exit %d\n%s%s", next[1], r.code, r.out, r.err)
	}
	r = call(t, append(strings.Fields(next[1]), "--dry-run", "--output", "json")...)
	var sent struct {
		ID, Body string
		Headers  [][2]string
	}
	var body struct {
		ID, Type string
		Total    int
	}
	if err := json.Unmarshal([]byte(r.out), &sent); err != nil {
		t.Fatalf("%v\n%s", err, r.out)
	}
	if err := json.Unmarshal([]byte(sent.Body), &body); err != nil {
		t.Fatalf("%v\n%s", err, sent.Body)
	}
	if !regexp.MustCompile(`^evt_[0-9a-f]{16}$`).MatchString(body.ID) || sent.ID != body.ID || body.Type != "order.paid" || body.Total < 100 || body.Total > 200 {
		t.Errorf("id %q, body %s", sent.ID, sent.Body)
	}
	if all := strings.ToLower(r.out); !strings.Contains(all, `["x-acme-event","order.paid"]`) || strings.Contains(all, "signature\",") {
		t.Errorf("the header lines are %v", sent.Headers)
	}
}

// deepSchemas are objects within objects, deeper than a pack makes them.
func deepSchemas(levels int) string {
	var all []string
	for i := range levels {
		all = append(all, fmt.Sprintf(`"D%d": {"type": "object", "required": ["x"], "properties": {"x": {"$ref": "#/components/schemas/D%d"}}}`, i, i+1))
	}
	all = append(all, fmt.Sprintf(`"D%d": {"type": "object", "properties": {"b": {"type": "string"}}}`, levels))
	return `{"openapi": "3.0.3", "components": {"schemas": {` + strings.Join(all, ", ") + `}}}`
}

func TestImportMistakes(t *testing.T) {
	inDir(t, map[string]string{
		"openapi.yaml":           acmeOpenAPI,
		"there/provider.yaml":    "name: acme\n",
		"full/x.txt":             "",
		"remote.yaml":            strings.Replace(acmeOpenAPI, "type: object\n", "$ref: https://acme.example/x.json\n", 1),
		"broken.json":            "{\n\"a\" 1}",
		"map.yaml":               "a: OrderPaidEvent\n",
		"schemas.json":           `{"openapi": "3.0.3", "components": {"schemas": {"OrderPaidEvent": {"type": "object"}}}}`,
		"folder/order.paid.json": `{"type": "object"}`,
		"deep.json":              deepSchemas(40),
	})
	for _, c := range []struct {
		args       string
		text, hint string
	}{
		{"import", "a file or a folder is missing", "simhook import openapi.yaml --name acme"},
		{"import a b --name x", `"b" is one word too many`, "FILE|DIR"},
		{"import openapi.yaml", "what is the provider called?", "--name acme"},
		{"import openapi.yaml --name Acme/x", `"Acme/x" cannot be a provider's name`, "small letters"},
		{"import nowhere.yaml --name acme", "nowhere.yaml: there is no such file", "OpenAPI"},
		{"import openapi.yaml --name acme --out there", "there is there already", "--force"},
		{"import openapi.yaml --name acme --out full --force", "full is there already, and is no pack", "--out DIR"},
		{"import remote.yaml --name acme", "remote.yaml:13: #/webhooks/order.paid/", "save it beside"},
		{"import broken.json --name acme", "broken.json:2: it is not valid JSON", "comma"},
		{"import schemas.json --name acme", "Likely are OrderPaidEvent", "--map order.paid=OrderPaidEvent"},
		{"import deep.json --name acme --map a=D0", "deep.json:1: #/components/schemas/D", "--map"},
		{"import schemas.json --name acme --map a", "--map a is no EVENT=SCHEMA", "order.paid=OrderPaidEvent"},
		{"import schemas.json --name acme --map a=OrderPiadEvent", `no such schema`, `did you mean "OrderPaidEvent"?`},
		{"import schemas.json --name acme --map-file map.yaml --map a=OrderPaidEvent", `"a" is mapped twice`, "one schema"},
		{"import schemas.json --name acme --map-file nowhere", "--map-file nowhere: there is no such file", "standard input"},
		{"import - --name acme --map-file -", "standard input can be read once only", ""},
		{"imprt openapi.yaml", `no command "imprt"`, `did you mean "import"?`},
	} {
		r := call(t, strings.Fields(c.args)...)
		if r.code != exitUsage || !strings.Contains(r.err, c.text) || !strings.Contains(r.err, c.hint) || r.out != "" {
			t.Errorf("%s: exit %d, wanted %q and %q:\n%s%s", c.args, r.code, c.text, c.hint, r.out, r.err)
		}
	}
	if left, _ := filepath.Glob("*acme*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if left, _ := filepath.Glob(".simhook*"); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestImportWays(t *testing.T) {
	inDir(t, map[string]string{
		"map.yaml":               "order.paid: OrderPaidEvent\n",
		"schemas.json":           `{"openapi": "3.0.3", "components": {"schemas": {"OrderPaidEvent": {"type": "object"}}}}`,
		"folder/order.paid.json": `{"type": "object", "properties": {"n": {"type": "integer"}}}`,
	})
	for _, c := range []struct{ stdin, args string }{
		{"", "import schemas.json --name a --map-file map.yaml"},
		{"", "import schemas.json --name b --map order.paid=OrderPaidEvent"},
		{"", "import folder --name c --out d/e/f"},
		{acmeOpenAPI, "import - --name d2"},
		{acmeOpenAPI, "import - --name a --force"},
	} {
		if r := simhook(t, nil, c.stdin, strings.Fields(c.args)...); r.code != 0 || !strings.Contains(r.out, ": 1 event: order.paid\n") {
			t.Errorf("%s: exit %d\n%s%s", c.args, r.code, r.out, r.err)
		}
	}
	if _, err := os.Stat("d/e/f/shapes.txt"); err != nil {
		t.Error(err)
	}
}
