// Package vault keeps what was fetched.
package vault

import "sync"

// entries are guarded by the mutex that they embed.
type entries struct {
	sync.Mutex
	byKey map[string]string
}

func (e *entries) put(key, value string) {
	e.Lock()
	defer e.Unlock()
	e.byKey[key] = value
}

// Source finds what was kept.
type Source interface {
	Find(key string) (string, bool)
	Put(key, value string)
}

// Memory is a Source.
type Memory struct {
	entries entries
}

// NewMemory makes one that is empty.
func NewMemory() Source {
	return &Memory{entries: entries{byKey: make(map[string]string)}}
}

// Find is for Source.
func (m *Memory) Find(key string) (string, bool) {
	m.entries.Lock()
	defer m.entries.Unlock()
	value, ok := m.entries.byKey[key]
	return value, ok
}

// Put is for Source.
func (m *Memory) Put(key, value string) {
	m.entries.put(key, value)
}
