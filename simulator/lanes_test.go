package simulator

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"simhook/simulator/signature"
)

// browse opens a page in a real browser, which writes what args ask for.
func browse(t *testing.T, page []byte, args ...string) string {
	t.Helper()
	browser := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			browser = path
			break
		}
	}
	if browser == "" {
		if os.Getenv("SIMHOOK_ORACLES") == "required" {
			t.Fatal("a browser must judge here: there is no chromium")
		}
		t.Skip("SKIPPED, no browser judges the page: there is no chromium")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "lanes.html")
	if err := os.WriteFile(file, page, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(browser, append([]string{
		"--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--user-data-dir=" + filepath.Join(dir, "profile"),
	}, append(args, "file://"+file)...)...)
	var noise bytes.Buffer
	cmd.Stderr = &noise
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, noise.String())
	}
	return string(out)
}

// hostileRecord: everything that a receiver, a payload or an id says wants to run.
func hostileRecord(t *testing.T, attempts int) *History {
	t.Helper()
	const hostile = `<script>document.title="owned"</script><img src=x onerror="document.title='owned'">"'><svg onload=document.title='owned'></details>`
	var out bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		r := newPlayedTo(func(n int, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Hostile", hostile)
			if n%7 == 3 {
				w.WriteHeader(500)
			}
			fmt.Fprint(w, hostile)
		})
		plan := playPlan(Handler("http://acme.test/", r), Step{How: Retried, Missed: 1})
		for i := 1; len(plan.Steps) < attempts-1; i++ {
			plan.Steps = append(plan.Steps, Step{At: time.Duration(i) * time.Minute, Event: uint32(i % 100)})
		}
		plan.Endpoints[0].Make = func(n uint32) (Event, error) {
			return Event{
				Provider: playProvider, Variant: Variant{Name: "default", Schemes: []*signature.Scheme{}}, Type: hostile, ID: fmt.Sprint(n, hostile), Object: hostile, Method: "POST",
				Header: Header{{Name: "X-Hostile", Value: hostile}}, Body: []byte(hostile), Created: plan.Start,
			}, nil
		}
		rec := NewRecorder(&out)
		rec.Bodies = true
		rec.Meta(Meta{Version: hostile, Name: hostile, Run: hostile, Start: plan.Start, Endpoints: []MetaEndpoint{{Name: hostile, URL: "javascript:document.title='owned'"}}})
		rec.End(Play(t.Context(), plan, Playing{Began: rec.Began, Ended: rec.Ended, Waits: rec.Waits}))
	})
	return readRecord(t, out.Bytes())
}

func lanesOf(t *testing.T, h *History) []byte {
	t.Helper()
	var page bytes.Buffer
	if err := h.WriteLanes(&page); err != nil {
		t.Fatal(err)
	}
	return page.Bytes()
}

// TestLanesInABrowser: every attempt is there with its outcome and its notes.
func TestLanesInABrowser(t *testing.T) {
	dom := browse(t, lanesOf(t, readRecord(t, oddCourse(t))), "--dump-dom")
	for text, times := range map[string]int{
		`<details class="attempt `: 6, `class="attempt ack"`: 3, `class="attempt nack"`: 1, `class="attempt unknown"`: 1, `class="attempt missed"`: 1,
		`<span class="note duplicate">duplicate</span>`: 1, `<span class="note attempt">attempt 2</span>`: 1, `<span class="note together">together 1</span>`: 2,
		`<div class="gap"`: 3, "503 Service Unavailable in 0s</span>": 1, "1h59m later": 1, "<pre class=\"request\">POST http://acme.test/": 6,
		"4 events, 6 attempts: 3 acknowledged, 1 refused, 1 unknown, 1 missed (never arrived); 1 retry, 1 duplicate": 1,
	} {
		if n := strings.Count(dom, text); n != times {
			t.Errorf("%d times %s, not %d", n, text, times)
		}
	}
}

// TestLanesAreInert: hostile text is text. The page asks the network for nothing.
func TestLanesAreInert(t *testing.T) {
	page := lanesOf(t, hostileRecord(t, 40))
	dom := browse(t, page, "--dump-dom")
	if n := strings.Count(dom, `<details class="attempt `); n != 40 {
		t.Errorf("%d attempts, not 40", n)
	}
	if elements := regexp.MustCompile(`(?i)<(script|img|iframe|object|link|a)[\s>]|\son[a-z]+=[^>]*>|javascript:[^<]*"`).FindAllString(withoutText(dom), -1); len(elements) > 0 {
		t.Errorf("elements that the page has not: %q", elements)
	}
	title := dom[strings.Index(dom, "<title>")+7 : strings.Index(dom, "</title>")]
	if !strings.HasPrefix(title, "&lt;script&gt;") && !strings.HasPrefix(title, "<script>") {
		t.Errorf("the title is %s: something ran", title)
	}
	for _, outside := range []string{"http://", "https://", "url(", "@import", "src="} {
		if before, _, _ := strings.Cut(string(page), "<header>"); strings.Contains(before[strings.Index(before, "<style>"):], outside) {
			t.Errorf("the page asks for %s", outside)
		}
	}
}

// withoutText leaves the tags of a page.
func withoutText(dom string) string {
	_, body, _ := strings.Cut(dom, "</title>")
	return strings.Join(regexp.MustCompile(`<[^>]*>`).FindAllString(body, -1), "\n")
}

// TestLanesAreDrawn: light and dark as the reader has it, also a thousand attempts.
func TestLanesAreDrawn(t *testing.T) {
	page := lanesOf(t, hostileRecord(t, 1000))
	if len(page) > 8<<20 {
		t.Errorf("the page of 1000 attempts has %d bytes", len(page))
	}
	for scheme, light := range map[string]bool{"1": true, "0": false} {
		file := filepath.Join(t.TempDir(), "lanes.png")
		browse(t, page, "--screenshot="+file, "--window-size=1200,900", "--blink-settings=preferredColorScheme="+scheme)
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		r, _, _, _ := picture.At(2, 2).RGBA()
		if n := colours(picture); n < 20 || (r > 0x8000) != light {
			t.Errorf("colour scheme %s: %d colours, ground %x", scheme, n, r)
		}
	}
}

func colours(picture image.Image) int {
	seen := map[[3]uint32]bool{}
	for y := picture.Bounds().Min.Y; y < picture.Bounds().Max.Y; y += 2 {
		for x := picture.Bounds().Min.X; x < picture.Bounds().Max.X; x++ {
			r, g, b, _ := picture.At(x, y).RGBA()
			seen[[3]uint32{r, g, b}] = true
		}
	}
	return len(seen)
}
