// Package server answers requests for prices.
package server

import (
	"encoding/json"
	"log"
	"net/http"
	"time"
)

// Prices are where prices come from.
type Prices interface {
	Get(symbol string) (price interface{}, ok bool)
	All() map[string]interface{}
}

type server struct {
	prices Prices
	dir    string
}

// New returns a handler that serves prices, and keeps snapshots of them in a directory.
func New(prices Prices, dir string) http.Handler {
	s := &server{prices: prices, dir: dir}
	mux := http.NewServeMux()
	mux.HandleFunc("/price", s.price)
	mux.HandleFunc("/watch", s.watch)
	mux.HandleFunc("/snapshots", s.snapshots)
	return mux
}

func (s *server) price(w http.ResponseWriter, r *http.Request) {
	symbol := r.URL.Query().Get("symbol")
	price, ok := s.prices.Get(symbol)
	if !ok {
		http.Error(w, "no price for "+symbol, http.StatusNotFound)
		return
	}
	respond(w, map[string]interface{}{"symbol": symbol, "price": price})
}

// watch sends all prices, again and again, until the client has seen enough.
func (s *server) watch(w http.ResponseWriter, r *http.Request) {
	every, err := time.ParseDuration(r.URL.Query().Get("every"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	for range time.Tick(every) {
		if r.Context().Err() != nil {
			return
		}
		respond(w, s.prices.All())
		if flusher, ok := w.(http.Flusher); ok {
			flusher.Flush()
		}
	}
}

func (s *server) snapshots(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		name, err := save(s.dir, s.prices.All())
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		respond(w, map[string]interface{}{"saved": name})
		return
	}
	list, err := list(s.dir)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	respond(w, list)
}

func respond(w http.ResponseWriter, body interface{}) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(body); err != nil {
		log.Printf("server: %v", err)
	}
}
