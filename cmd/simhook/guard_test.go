package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestEmptyValues: a flag whose variable is not set is not absent.
func TestEmptyValues(t *testing.T) {
	inDir(t, nil)
	for flag, command := range map[string]string{
		"to": "send stripe", "secret": "send stripe", "secret-env": "send stripe", "fault": "send stripe", "body": "send stripe", "set": "send stripe",
		"header": "send stripe", "now": "send stripe", "expect": "send stripe", "endpoint": "send stripe", "key": "send stripe", "run": "send stripe",
		"listen": "demo", "bug": "demo", "search": "list stripe", "pack": "list", "provider": "verify",
	} {
		r := call(t, append(strings.Fields(command), "--"+flag, "")...)
		if r.code != 2 || r.err != "simhook: --"+flag+" is empty\nhint: the variable behind it is perhaps not set\n" {
			t.Errorf("%s --%s \"\": exit %d\n%s%s", command, flag, r.code, r.out, r.err)
		}
	}
}

type brokenWriter struct{ err error }

func (w brokenWriter) Write([]byte) (int, error) { return 0, w.err }

// TestLostOutput: what nobody got is no success, unless nobody wanted more.
func TestLostOutput(t *testing.T) {
	inDir(t, nil)
	for _, args := range []string{"list", "list stripe", "list --output json", "version", "--help", "send stripe", "send stripe --dry-run", "demo --bugs"} {
		for _, c := range []struct {
			err  error
			code int
			said string
		}{
			{&os.PathError{Op: "write", Path: "/dev/stdout", Err: syscall.ENOSPC}, 5, "simhook: standard output cannot be written: no space left on device\n"},
			{&os.PathError{Op: "write", Path: "/dev/stdout", Err: os.ErrClosed}, 5, "simhook: standard output cannot be written: file already closed\n"},
			{&os.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}, 0, ""},
		} {
			var errs bytes.Buffer
			code := run(context.Background(), strings.Fields(args), streams{
				In: strings.NewReader(""), Out: brokenWriter{c.err}, Err: &errs, Env: func(string) (string, bool) { return "", false },
			})
			if code != c.code || !strings.Contains(errs.String(), c.said) || c.said == "" && strings.Contains(errs.String(), "written") {
				t.Errorf("%s with %v: exit %d\n%s", args, c.err, code, errs.String())
			}
		}
	}
}

// TestInterruptedWhileReading: standard input that never ends is no trap.
func TestInterruptedWhileReading(t *testing.T) {
	inDir(t, nil)
	for _, args := range []string{"verify", "send stripe --body -", "send stripe --merge -"} {
		in, held := io.Pipe()
		ctx, stop := context.WithCancelCause(context.Background())
		time.AfterFunc(20*time.Millisecond, func() { stop(errors.New("Ctrl-C")) })
		var errs bytes.Buffer
		code := run(ctx, strings.Fields(args), streams{In: in, Out: io.Discard, Err: &errs, Env: func(string) (string, bool) { return "", false }})
		if code != 130 || errs.String() != "simhook: interrupted\n" {
			t.Errorf("%s: exit %d\n%s", args, code, errs.String())
		}
		held.Close()
	}
}

// TestLongWordsAreClipped: an error repeats the beginning of a long word.
func TestLongWordsAreClipped(t *testing.T) {
	inDir(t, nil)
	long := strings.Repeat("ab", 400)
	for _, args := range [][]string{{long}, {"list", long}, {"send", "stripe", long}, {"send", "stripe", "--fault", long}, {"send", "stripe", "--now", long}, {"send", "stripe", "--set", long + "=1"}, {"send", "stripe", "--" + long}, {"help", long}} {
		if r := call(t, args...); r.code != 2 || len(r.err) > 600 || !strings.Contains(r.err, "…") {
			t.Errorf("%.40v: exit %d\n%s", args, r.code, r.err)
		}
	}
}

func TestRevision(t *testing.T) {
	for want, settings := range map[string][]debug.BuildSetting{
		"":                      nil,
		" 0123456789ab":         {{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.modified", Value: "false"}},
		" 0123456789ab+changed": {{Key: "vcs.revision", Value: "0123456789abcdef"}, {Key: "vcs.modified", Value: "true"}},
	} {
		if got := revision(settings); got != want {
			t.Errorf("revision %q, want %q", got, want)
		}
	}
}
