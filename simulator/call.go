package simulator

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A step is one thing that the sender does on a connection.
type step struct {
	do   act
	data []byte        // send: written in one piece
	wait time.Duration // pause: how long; await: at most so long
}

type act int

const (
	sends     act = iota
	pausing       // nothing, for a while
	awaiting      // until the receiver said something, or for so long
	halfClose     // nothing more is sent; the answer is read
	closing       // the connection is closed, in order (FIN)
	resetting     // the connection is broken off (RST)
)

func send(data []byte) step { return step{do: sends, data: data} }

func pause(d time.Duration) step { return step{do: pausing, wait: d} }

// A link is a connection to a receiver.
type link struct {
	net.Conn          // what is written and read: TLS, or plain
	raw      net.Conn // what is below
	in       *answers
	idle     chan struct{} // while it waits for the next request: closed when anything came instead
	used     bool          // it has carried a request
}

func newLink(conn, raw net.Conn) *link { return &link{Conn: conn, raw: raw, in: newAnswers(conn)} }

// closeWrite says that nothing more comes.
func (l *link) closeWrite() error {
	if half, ok := l.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return nil
}

// cut closes without a word: TLS says no good-bye, as where a cable is cut. The
// FIN leaves first, so that an answer that is on its way makes no reset of it.
func (l *link) cut() error {
	if half, ok := l.raw.(interface{ CloseWrite() error }); ok {
		half.CloseWrite()
	}
	return l.raw.Close()
}

func (l *link) reset() error {
	if t, ok := l.raw.(*net.TCPConn); ok {
		t.SetLinger(0)
	}
	return l.raw.Close()
}

// A call is one request on a link, and the answer to it.
type call struct {
	*link
	steps    []step
	partial  bool          // the steps do not send the whole request
	keep     func(*link)   // takes the link where it can carry another call; may be nil
	heard    chan struct{} // closed when a status came, interim or final
	over     atomic.Bool   // the final one came: nothing more is sent
	answered chan reply
}

type reply struct {
	answer Answer
	more   bool
	err    error
}

func newCall(l *link, steps []step) *call {
	c := &call{link: l, steps: steps, heard: make(chan struct{}), answered: make(chan reply, 1)}
	l.in.bare = len(steps) > 0 && bytes.HasPrefix(steps[0].data, []byte("HEAD "))
	if !c.cuts() {
		go c.listen()
	}
	return c
}

// cuts says whether the call ends without an answer.
func (c *call) cuts() bool {
	return slices.ContainsFunc(c.steps, func(s step) bool { return s.do == closing || s.do == resetting })
}

// listen reads while the request is written: a receiver may answer before it has
// read everything.
func (c *call) listen() {
	if c.idle != nil {
		<-c.idle
	}
	heard := sync.OnceFunc(func() { close(c.heard) })
	a, more, err := c.in.next(func(status int) {
		c.over.Store(status >= 200)
		heard()
	})
	heard()
	c.answered <- reply{a, more, err}
}

// take does steps, one after another.
func (c *call) take(ctx context.Context, steps []step) (err error) {
	for _, s := range steps {
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case c.over.Load():
			return errOver
		}
		switch s.do {
		case sends:
			_, err = c.Write(s.data)
		case pausing:
			select {
			case <-time.After(s.wait):
			case <-ctx.Done():
			}
		case awaiting:
			select {
			case <-c.heard:
			case <-time.After(s.wait):
			case <-ctx.Done():
			}
		case halfClose:
			err = c.closeWrite()
		case closing:
			err = c.cut()
		case resetting:
			err = c.reset()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// hold takes all steps up to the last byte of the request. finish takes the rest.
func (c *call) hold(ctx context.Context) error {
	stop := context.AfterFunc(ctx, c.expire)
	last := len(c.steps) - 1
	for c.steps[last].do != sends {
		last--
	}
	data := c.steps[last].data
	before := append(slices.Clone(c.steps[:last]), send(data[:len(data)-1]))
	c.steps = append([]step{send(data[len(data)-1:])}, c.steps[last+1:]...)
	// A receiver that closes already has perhaps answered: finish looks.
	c.take(ctx, before)
	if !stop() {
		c.Close()
		return &NoAnswerError{Connected: true, Err: context.Cause(ctx)}
	}
	return nil
}

func (c *call) expire() { c.SetDeadline(time.Unix(1, 0)) }

// lastWrite is how long a request may still be on its way out once it is known
// that no answer comes.
const lastWrite = 250 * time.Millisecond

var errOver = errors.New("the answer came before the request was whole")

var errCut = errors.New("the connection was cut on purpose")

// finish takes the steps that are left, reads the answer and closes, or keeps the
// link for the next call.
func (c *call) finish(ctx context.Context) (Answer, error) {
	a, err := c.converse(ctx)
	a.From = c.raw.LocalAddr().String()
	return a, err
}

func (c *call) converse(ctx context.Context) (Answer, error) {
	stop := context.AfterFunc(ctx, c.expire)
	defer stop()
	if c.cuts() {
		defer c.raw.Close()
		err := c.take(ctx, c.steps)
		return Answer{}, &NoAnswerError{Connected: true, Sent: err == nil && !c.partial, Err: errCut}
	}
	kept := false
	defer func() {
		if !kept {
			c.Close()
		}
	}()
	going, halt := context.WithCancelCause(ctx)
	defer halt(nil)
	written := make(chan error, 1)
	go func() { written <- c.take(going, c.steps) }()
	r := <-c.answered
	r.answer.Reused, c.used = c.used, true
	if r.err == nil && (c.keep == nil || !r.more) {
		return r.answer, nil
	}
	if ctx.Err() != nil {
		r.err = context.Cause(ctx)
	}
	c.SetWriteDeadline(time.Now().Add(lastWrite))
	time.AfterFunc(lastWrite, func() { halt(r.err) })
	wrote := <-written
	if r.err != nil {
		return Answer{}, &NoAnswerError{Connected: true, Sent: wrote == nil, Err: plainer(r.err)}
	}
	if wrote == nil && stop() {
		kept = true
		c.SetWriteDeadline(time.Time{})
		c.keep(c.link)
	}
	return r.answer, nil
}

// tlsState is what was agreed on, or nil.
func (l *link) tlsState() *tls.ConnectionState {
	if t, ok := l.Conn.(*tls.Conn); ok {
		state := t.ConnectionState()
		return &state
	}
	return nil
}
