package vault

import "testing"

func TestFind(t *testing.T) {
	memory := NewMemory()
	memory.Put("a", "b")
	if value, ok := memory.Find("a"); !ok || value != "b" {
		t.Errorf("found %q, %v", value, ok)
	}
}
