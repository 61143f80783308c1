package main

import (
	"context"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"example.com/quotes/internal/cache"
	"example.com/quotes/internal/feed"
)

// refreshOnHangup fetches prices whenever the process is sent a SIGHUP.
func refreshOnHangup(ctx context.Context, source *feed.Feed) {
	hangups := make(chan os.Signal, 0)
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	for {
		select {
		case <-hangups:
			if err := source.Refresh(ctx); err != nil {
				log.Printf("refresh: %v", err)
			}
		case <-ctx.Done():
			return
		}
	}
}

// countPrices logs now and then how many prices there are.
func countPrices(ctx context.Context, prices *cache.Cache) {
	ticker := time.NewTicker(time.Hour)
	for {
		select {
		case <-ticker.C:
			log.Printf("%d prices", len(prices.All()))
		case <-ctx.Done():
			return
		}
	}
}
