package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkStart compares, within one run, `simhook version` with an empty Go
// program (goal: at most 3.5 times as long).
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	empty := filepath.Join(dir, "empty.go")
	if err := os.WriteFile(empty, []byte("package main\n\nfunc main() {}\n"), 0o644); err != nil {
		b.Fatal(err)
	}
	yardstick, simhook := build(b, dir, "empty", empty), build(b, dir, "simhook", "simhook/cmd/simhook")
	for b.Loop() {
		perStart, perEmpty := time.Hour, time.Hour
		for range 40 {
			perStart, perEmpty = min(perStart, start(b, simhook, "version")), min(perEmpty, start(b, yardstick))
		}
		b.ReportMetric(float64(perStart)/float64(perEmpty), "ratio")
		b.ReportMetric(float64(perStart.Microseconds()), "µs/simhook")
		b.ReportMetric(float64(perEmpty.Microseconds()), "µs/empty")
	}
}

func build(b *testing.B, dir, name, pkg string) string {
	path := filepath.Join(dir, name)
	if out, err := exec.Command("go", "build", "-o", path, pkg).CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return path
}

func start(b *testing.B, program string, args ...string) time.Duration {
	began := time.Now()
	if err := exec.Command(program, args...).Run(); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}
