// Package config reads the configuration of the service.
package config

import (
	"encoding/json"
	"fmt"
	"io/ioutil"
	"os"
	"path/filepath"
	"time"
)

// Config is what can be configured.
type Config struct {
	Addr        string                 `json:"addr"`         // where to listen
	FeedURL     string                 `json:"feed_url"`     // where prices come from
	SnapshotDir string                 `json:"snapshot_dir"` // where snapshots go
	TTL         Duration               `json:"ttl"`          // how long a price is good
	Labels      map[string]interface{} `json:"labels"`       // handed on to clients as they are
}

// Duration is a time.Duration that JSON spells like "1m30s".
type Duration struct{ time.Duration }

// UnmarshalJSON reads the duration from a string.
func (d *Duration) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	parsed, err := time.ParseDuration(text)
	if err != nil {
		return err
	}
	d.Duration = parsed
	return nil
}

// Load reads a configuration, and then the files beside it that end in ".local.json", which override it.
func Load(path string) (*Config, error) {
	cfg := &Config{
		Addr:        "localhost:8080",
		SnapshotDir: os.TempDir(),
		TTL:         Duration{time.Minute},
	}
	if err := merge(cfg, path); err != nil {
		return nil, err
	}
	local, err := overrides(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	for _, name := range local {
		if err := merge(cfg, name); err != nil {
			return nil, err
		}
	}
	return cfg, nil
}

func merge(cfg *Config, path string) error {
	data, err := ioutil.ReadFile(path)
	if err != nil {
		return fmt.Errorf("config: %w", err)
	}
	if err := json.Unmarshal(data, cfg); err != nil {
		return fmt.Errorf("config: %s: %w", path, err)
	}
	return nil
}

func overrides(dir string) (paths []string, err error) {
	files, err := ioutil.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("config: %w", err)
	}
	for _, file := range files {
		if matched, _ := filepath.Match("*.local.json", file.Name()); matched && !file.IsDir() {
			paths = append(paths, filepath.Join(dir, file.Name()))
		}
	}
	return paths, nil
}
