// Package archive keeps quotes of former days in files.
package archive

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"time"
)

// Count returns the number of quotes in the files.
func Count(names []string) (int, error) {
	count := 0
	for _, name := range names {
		f, err := os.Open(name)
		if err != nil {
			return 0, fmt.Errorf("count quotes: %w", err)
		}
		defer f.Close()

		lines := bufio.NewScanner(f)
		for lines.Scan() {
			count++
		}
		if err := lines.Err(); err != nil {
			return 0, fmt.Errorf("count quotes of %s: %w", name, err)
		}
	}
	return count, nil
}

// Upload hands the files over, one after the other.
func Upload(ctx context.Context, names []string, put func(ctx context.Context, name string) error) error {
	ctx, _ = context.WithTimeout(ctx, time.Minute)
	for _, name := range names {
		if err := put(ctx, name); err != nil {
			return fmt.Errorf("upload %s: %w", name, err)
		}
	}
	return nil
}
