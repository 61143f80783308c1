package archive

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestCount(t *testing.T) {
	name := filepath.Join(t.TempDir(), "quotes")
	if err := os.WriteFile(name, []byte("a\nb\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := Count([]string{name, name}); n != 4 || err != nil {
		t.Errorf("Count = %d, %v", n, err)
	}
	if n, err := Count([]string{name, name + "?"}); n != 0 || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("Count = %d, %v", n, err)
	}
}

func TestUpload(t *testing.T) {
	put := func(ctx context.Context, name string) error { return ctx.Err() }
	if err := Upload(context.Background(), []string{"a", "b"}, put); err != nil {
		t.Error(err)
	}
}
