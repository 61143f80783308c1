// Package cache keeps values for a while.
package cache

import (
	"context"
	"sync"
	"time"
)

// Cache holds values by key. It is safe for concurrent use.
type Cache struct {
	ttl time.Duration

	mu    sync.RWMutex
	items map[string]item
}

type item struct {
	value   interface{} // as it was put
	expires time.Time   // zero: never
}

// New returns an empty cache whose values are good for ttl, or for ever if that is not positive.
func New(ttl time.Duration) *Cache {
	return &Cache{ttl: ttl, items: make(map[string]item)}
}

// Put adds a value, or replaces it.
func (c *Cache) Put(key string, value interface{}) {
	it := item{value: value}
	if c.ttl > 0 {
		it.expires = time.Now().Add(c.ttl)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items[key] = it
}

// Get returns a value that is still good.
func (c *Cache) Get(key string) (value interface{}, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	it, ok := c.items[key]
	if !ok || it.expired(time.Now()) {
		return nil, false
	}
	return it.value, true
}

// All returns a copy of all values that are still good.
func (c *Cache) All() map[string]interface{} {
	c.mu.RLock()
	defer c.mu.RUnlock()
	all := make(map[string]interface{}, len(c.items))
	for key, it := range c.items {
		if !it.expired(time.Now()) {
			all[key] = it.value
		}
	}
	return all
}

// Sweep removes what is no longer good, now and then, until the context ends.
func (c *Cache) Sweep(ctx context.Context) {
	var sweep <-chan time.Time
	if c.ttl > 0 {
		sweep = time.Tick(c.ttl)
	}
	for {
		select {
		case now := <-sweep:
			c.remove(now)
		case <-ctx.Done():
			return
		}
	}
}

func (c *Cache) remove(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, it := range c.items {
		if it.expired(now) {
			delete(c.items, key)
		}
	}
}

func (it item) expired(now time.Time) bool {
	return !it.expires.IsZero() && now.After(it.expires)
}
