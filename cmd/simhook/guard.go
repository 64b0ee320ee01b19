package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"simhook/simulator"
)

// noEmptyFlags refuses a flag that was given with nothing: a variable that is not
// set must not mean that the flag is absent.
func noEmptyFlags(c *cobra.Command, _ []string) (err error) {
	c.Flags().Visit(func(f *pflag.Flag) {
		if err == nil && givenEmpty(f) {
			err = &simulator.Mistake{Text: fmt.Sprintf("--%s is empty", f.Name), Hint: "the variable behind it is perhaps not set"}
		}
	})
	return err
}

func givenEmpty(f *pflag.Flag) bool {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		for _, value := range list.GetSlice() {
			if value == "" {
				return true
			}
		}
		return false
	}
	return f.Value.Type() == "string" && f.Value.String() == ""
}

// keeper remembers the first error of a writer: output that is lost is no success.
type keeper struct {
	mu  sync.Mutex
	w   io.Writer
	err error
}

func (k *keeper) Write(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	n, err := k.w.Write(p)
	if k.err == nil {
		k.err = err
	}
	return n, err
}

// outcome is what a command came to that returned err: lost output is a failure.
// Who stops reading, as head does, has what was wanted.
func (k *keeper) outcome(err error) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.err == nil:
		return err
	case errors.Is(k.err, syscall.EPIPE):
		if errors.Is(err, k.err) {
			return nil
		}
		return err
	}
	return &failure{exitFault, "standard output cannot be written: " + plainFileError(k.err), "the result is lost or cut off"}
}

// patientReader gives up reading when the command is interrupted.
type patientReader struct {
	ctx context.Context
	r   io.Reader
}

func (r *patientReader) Read(p []byte) (int, error) {
	type outcome struct {
		data []byte
		err  error
	}
	done := make(chan outcome, 1)
	size := len(p)
	go func() { // it writes to no buffer that the caller still has when it gave up
		buffer := make([]byte, size)
		n, err := r.r.Read(buffer)
		done <- outcome{buffer[:n], err}
	}()
	select {
	case o := <-done:
		return copy(p, o.data), o.err
	case <-r.ctx.Done():
		return 0, r.ctx.Err()
	}
}
