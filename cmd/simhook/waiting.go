package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// waiting says, where somebody looks, that an answer takes its time. It writes one
// line after another, also while deliveries are made at one moment.
type waiting struct {
	mu       sync.Mutex
	out      io.Writer
	terminal bool
	patience time.Duration
	timer    *time.Timer
}

// longWait is how long an answer may take before something is said.
const longWait = time.Second

func newWaiting(io streams, patience time.Duration) *waiting {
	return &waiting{out: io.Err, terminal: io.Terminal, patience: patience}
}

// begin: in a while a request goes out.
func (w *waiting) begin(in time.Duration) {
	w.over()
	if !w.terminal {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer = time.AfterFunc(in+longWait, func() {
		w.say(fmt.Sprintf("     waiting for an answer (%v at most)\n", w.patience))
	})
}

// over: an answer came, or will not.
func (w *waiting) over() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.timer != nil {
		w.timer.Stop()
	}
}

func (w *waiting) say(line string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	io.WriteString(w.out, line)
}

// close: nothing is said any more.
func (w *waiting) close() {
	w.over()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out = io.Discard
}

func orDuration(d, otherwise time.Duration) time.Duration {
	if d != 0 {
		return d
	}
	return otherwise
}
