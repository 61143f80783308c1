// Package errgroup stands in for golang.org/x/sync/errgroup where tests run without network. It has the same functions, and
// does the same.
package errgroup

import (
	"context"
	"sync"
)

// A Group waits for goroutines and keeps the first of their errors.
type Group struct {
	running sync.WaitGroup
	first   sync.Once
	err     error
	cancel  context.CancelFunc
	room    chan struct{}
}

// WithContext returns a group, and a context that is cancelled at the first error or when Wait returns.
func WithContext(ctx context.Context) (*Group, context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	return &Group{cancel: cancel}, ctx
}

// SetLimit lets no more than n goroutines run at a time; any number if n is negative.
func (g *Group) SetLimit(n int) {
	g.room = nil
	if n >= 0 {
		g.room = make(chan struct{}, n)
	}
}

// Go starts a goroutine that calls f, once there is room for it.
func (g *Group) Go(f func() error) {
	if g.room != nil {
		g.room <- struct{}{}
	}
	g.running.Add(1)
	go g.run(f)
}

// TryGo does what Go does if there is room, and says whether there was.
func (g *Group) TryGo(f func() error) bool {
	if g.room != nil {
		select {
		case g.room <- struct{}{}:
		default:
			return false
		}
	}
	g.running.Add(1)
	go g.run(f)
	return true
}

func (g *Group) run(f func() error) {
	defer g.running.Done()
	defer func() {
		if g.room != nil {
			<-g.room
		}
	}()
	err := f()
	if err == nil {
		return
	}
	g.first.Do(func() {
		g.err = err
		if g.cancel != nil {
			g.cancel()
		}
	})
}

// Wait waits for all goroutines and returns the first error.
func (g *Group) Wait() error {
	g.running.Wait()
	if g.cancel != nil {
		g.cancel()
	}
	return g.err
}
