// Quotes serves the last price of each symbol that its feed delivers.
package main

import (
	"context"
	"errors"
	"flag"
	"log"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"example.com/quotes/internal/cache"
	"example.com/quotes/internal/config"
	"example.com/quotes/internal/feed"
	"example.com/quotes/internal/server"
)

func main() {
	path := flag.String("config", "quotes.json", "read the configuration from this `file`")
	flag.Parse()

	cfg, err := config.Load(*path)
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, cfg); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, cfg *config.Config) error {
	prices := cache.New(cfg.TTL.Duration)
	source := feed.New(cfg.FeedURL, prices)

	var workers sync.WaitGroup
	for _, work := range []func(context.Context){source.Poll, prices.Sweep} {
		work := work
		workers.Add(1)
		go func() {
			defer workers.Done()
			work(ctx)
		}()
	}
	go heartbeat()
	go refreshOnHangup(ctx, source)
	go countPrices(ctx, prices)

	srv := &http.Server{
		Addr:              cfg.Addr,
		Handler:           server.New(prices, cfg.SnapshotDir),
		ReadHeaderTimeout: 5 * time.Second,
	}
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := srv.Shutdown(grace); err != nil {
			log.Printf("shutdown: %v", err)
		}
	}()
	if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	workers.Wait()
	return nil
}

// heartbeat shows in the log that the process is alive, for as long as it is.
func heartbeat() {
	for range time.Tick(time.Minute) {
		log.Print("alive")
	}
}
