//go:build go1.25

package fan

import (
	"context"
	"sync"
)

// attempts is how often a source is asked.
const attempts = 3

// Retry asks a source again and again.
func Retry(ctx context.Context, source Source, symbol string) (price float64, err error) {
	for i := 0; i < attempts; i++ {
		price, err = source.Fetch(ctx, symbol)
		if err == nil {
			break
		}
	}
	return price, err
}

// Prices fetches the prices of all symbols; those that cannot be had are 0.
func Prices(ctx context.Context, source Source, symbols []string) []float64 {
	prices := make([]float64, len(symbols))
	var wg sync.WaitGroup
	for i, symbol := range symbols {
		i, symbol := i, symbol
		wg.Add(1)
		go func() {
			defer wg.Done()
			prices[i], _ = source.Fetch(ctx, symbol)
		}()
	}
	wg.Wait()
	return prices
}
