package signature

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

// same compares two messages byte by byte.
func same(a, b *Message) bool {
	return a.URL == b.URL && a.Query == b.Query && bytes.Equal(a.Body, b.Body) && slices.Equal(a.Header, b.Header)
}

func TestTwoSignersWriteTheSameBytes(t *testing.T) {
	for _, s := range samples() {
		_, first := s.signed(t)
		if _, second := s.signed(t); !same(first, second) {
			t.Errorf("%s: %v and %v", s.name, first.Header, second.Header)
		}
	}
}

// TestSignerIsAsGoodAsNew: what a signer signed before leaves no trace.
func TestSignerIsAsGoodAsNew(t *testing.T) {
	for _, s := range samples() {
		scheme := compiled(t, s.spec)
		used, err := scheme.Signer(s.keyList()...)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 8 {
			m := s.m.Clone()
			m.ID = fmt.Sprintf("msg_%d", i)
			m.Body = append(m.Body, bytes.Repeat([]byte(" "), 1<<i)...)
			if s.spec.Place.Form != "" {
				m.Body = fmt.Appendf(s.m.Clone().Body, "&n=%d", i)
			}
			when := at.Add(time.Duration(i) * time.Hour)
			fresh, err := scheme.Signer(s.keyList()...)
			if err != nil {
				t.Fatal(err)
			}
			other := m.Clone()
			if err := errors.Join(used.Sign(m, when), fresh.Sign(other, when)); err != nil {
				t.Fatalf("%s: %v", s.name, err)
			}
			if !same(m, other) {
				t.Errorf("%s, message %d: used %v, new %v", s.name, i, m.Header, other.Header)
			}
			if _, err := scheme.Verify(m, s.keyList(), when); err != nil {
				t.Errorf("%s, message %d: %v", s.name, i, err)
			}
		}
	}
}

// TestAppendValueIsWhatSignWrites where nothing but the place is written.
func TestAppendValueIsWhatSignWrites(t *testing.T) {
	for _, s := range samples() {
		scheme, m := s.signed(t)
		if len(scheme.carry) > 0 || scheme.place.Header == "" || scheme.place.many == "repeat" || scheme.place.many == "number" || scheme.place.many == "headers" {
			continue
		}
		signer, err := scheme.Signer(s.keyList()...)
		if err != nil {
			t.Fatal(err)
		}
		before := s.m.Clone()
		got, err := signer.AppendValue([]byte("before "), before, at)
		if want := "before " + m.Header.Get(scheme.place.Header); err != nil || string(got) != want {
			t.Errorf("%s: %s, %v; want %s", s.name, got, err, want)
		}
		if !same(before, &s.m) {
			t.Errorf("%s: the message changed", s.name)
		}
	}
}

func TestSigningAgainReplaces(t *testing.T) {
	for _, s := range samples() {
		if s.spec.Place.Whole { // the body is a token now, and a token would be made of it
			continue
		}
		scheme, m := s.signed(t)
		again := m.Clone()
		signer, err := scheme.Signer(s.keyList()...)
		if err != nil {
			t.Fatal(err)
		}
		if err := signer.Sign(again, at); err != nil || !same(m, again) {
			t.Errorf("%s: %v\nonce  %v %s\ntwice %v %s", s.name, err, m.Header, m.Body, again.Header, again.Body)
		}
	}
}

// TestSchemeServesManyGoroutines: run with -race it shows that a Scheme is not written to.
func TestSchemeServesManyGoroutines(t *testing.T) {
	for _, s := range samples() {
		scheme, want := s.signed(t)
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				signer, err := scheme.Signer(s.keyList()...)
				if err != nil {
					t.Error(err)
					return
				}
				m := s.m.Clone()
				if err := signer.Sign(m, at); err != nil || !same(m, want) {
					t.Errorf("%s: %v, %v", s.name, m.Header, err)
				}
				if _, err := scheme.Verify(want, s.keyList(), at); err != nil {
					t.Errorf("%s: %v", s.name, err)
				}
			})
		}
		all.Wait()
	}
}

// TestVerifyingChangesNothing: neither message nor keys.
func TestVerifyingChangesNothing(t *testing.T) {
	for _, s := range samples() {
		scheme, m := s.signed(t)
		before, keys := m.Clone(), slices.Clone(s.keyList())
		scheme.Verify(m, keys, at)
		scheme.Signatures(m)
		scheme.Time(m)
		scheme.Diagnose(m, []Key{StrangerKey(scheme, keys[0])}, at)
		if !same(m, before) {
			t.Errorf("%s: the message changed", s.name)
		}
	}
}
