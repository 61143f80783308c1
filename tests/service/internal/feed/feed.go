// Package feed fetches prices.
package feed

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/ioutil"
	"log"
	"net/http"
	"time"
)

const (
	interval = 15 * time.Second
	attempts = 3
	maxBody  = 1 << 20
)

// A Sink takes what a feed delivers.
type Sink interface {
	Put(key string, value interface{})
}

// Feed delivers prices to a sink.
type Feed struct {
	url    string
	sink   Sink
	client *http.Client
	limit  <-chan time.Time
}

// New returns a feed that asks the server at url.
func New(url string, sink Sink) *Feed {
	return &Feed{
		url:    url,
		sink:   sink,
		client: &http.Client{Timeout: 10 * time.Second},
		limit:  time.Tick(time.Second), // however often Poll and Refresh are called
	}
}

// Poll fetches prices until the context ends.
func (f *Feed) Poll(ctx context.Context) {
	tick := time.Tick(interval)
	for {
		if err := f.Refresh(ctx); err != nil {
			log.Printf("feed: %v", err)
		}
		select {
		case <-tick:
		case <-ctx.Done():
			return
		}
	}
}

// Refresh fetches prices now. It tries again a few times before it gives up.
func (f *Feed) Refresh(ctx context.Context) (err error) {
	for n := 0; n < attempts; n++ {
		if n > 0 {
			<-time.After(time.Duration(n) * time.Second)
		}
		<-f.limit
		var prices map[string]interface{}
		if prices, err = f.fetch(ctx); err != nil {
			continue
		}
		for symbol, price := range prices {
			f.sink.Put(symbol, price)
		}
		return nil
	}
	return err
}

func (f *Feed) fetch(ctx context.Context) (prices map[string]interface{}, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := f.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() {
		// What is left is read, so that the connection can be used again.
		io.Copy(ioutil.Discard, io.LimitReader(resp.Body, maxBody))
		resp.Body.Close()
	}()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", f.url, resp.Status)
	}
	body, err := ioutil.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return nil, err
	}
	return prices, json.Unmarshal(body, &prices)
}
