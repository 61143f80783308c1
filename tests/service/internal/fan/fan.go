// Package fan asks several sources at once.
package fan

import (
	"context"
	"sync"
)

// Source fetches the price of a symbol.
type Source interface {
	Fetch(ctx context.Context, symbol string) (float64, error)
}

// Warm fetches all symbols, so that the source has them at hand.
func Warm(ctx context.Context, source Source, symbols []string) error {
	var wg sync.WaitGroup
	errc := make(chan error, len(symbols))
	for _, symbol := range symbols {
		wg.Add(1)
		go func(symbol string) {
			defer wg.Done()
			if _, err := source.Fetch(ctx, symbol); err != nil {
				errc <- err
			}
		}(symbol)
	}
	wg.Wait()
	close(errc)
	return <-errc
}

// Touch fetches all symbols, whatever comes of it.
func Touch(ctx context.Context, source Source, symbols []string) {
	var wg sync.WaitGroup
	for _, symbol := range symbols {
		go func(symbol string) {
			wg.Add(1)
			defer wg.Done()
			source.Fetch(ctx, symbol)
		}(symbol)
	}
	wg.Wait()
}
