package cache

import (
	"testing"
	"time"
)

func TestValuesExpire(t *testing.T) {
	c := New(20 * time.Millisecond)
	c.Put("a", 1)
	if value, ok := c.Get("a"); !ok || value != 1 {
		t.Fatalf("got %v, %v", value, ok)
	}
	deadline := time.After(5 * time.Second)
	for {
		if _, ok := c.Get("a"); !ok {
			return
		}
		select {
		case <-time.Tick(5 * time.Millisecond):
		case <-deadline:
			t.Fatal("still there")
		}
	}
}

func TestZeroIsForEver(t *testing.T) {
	c := New(0)
	c.Put("a", 1)
	<-time.After(time.Millisecond)
	if got := c.All(); len(got) != 1 {
		t.Errorf("got %v", got)
	}
}
