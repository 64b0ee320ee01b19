package simulator

import (
	"context"
	"strconv"
	"sync"
)

// A pool keeps the connections to one receiver that can carry another delivery.
// Each stays until the receiver closes it, or the target is closed.
type pool struct {
	mu   sync.Mutex
	idle []*link
}

// take returns a connection on which nothing has happened since, or nil.
func (p *pool) take() *link {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.idle) > 0 {
		l := p.idle[len(p.idle)-1]
		p.idle = p.idle[:len(p.idle)-1]
		select {
		case <-l.idle: // closed by the receiver, or it answered what nobody asked
			l.Close()
		default:
			return l
		}
	}
	return nil
}

func (p *pool) put(l *link) {
	l.idle = make(chan struct{})
	go func(idle chan struct{}) {
		defer close(idle)
		l.in.buffer.Peek(1)
	}(l.idle)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = append(p.idle, l)
}

func (p *pool) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, l := range p.idle {
		l.Close()
	}
	p.idle = nil
	return nil
}

// refused sends the request line of m with nothing signed and no body, and keeps
// the connection if the receiver does. What it answers is looked at by nobody: the
// delivery that follows on the same connection shows what became of it.
func (t *urlTarget) refused(ctx context.Context, m *Message) error {
	l, err := t.dial(ctx)
	if err != nil {
		return err
	}
	p := passageOf(&Message{Method: m.Method}, t.url)
	p.header.Set("Content-Length", strconv.Itoa(0))
	c := newCall(l, []step{send(p.head())})
	c.keep = t.kept.put
	_, err = c.finish(ctx)
	return err
}
