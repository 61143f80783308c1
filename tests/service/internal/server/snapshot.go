package server

import (
	"encoding/json"
	"io/ioutil"
	"path/filepath"
	"strings"
	"time"
)

const prefix = "quotes-"

type snapshot struct {
	Name string    `json:"name"`
	Size int64     `json:"size"`
	Time time.Time `json:"time"`
}

// save writes a snapshot and returns its name.
func save(dir string, values map[string]interface{}) (name string, err error) {
	data, err := json.MarshalIndent(values, "", "\t")
	if err != nil {
		return "", err
	}
	file, err := ioutil.TempFile(dir, prefix+"*.json")
	if err != nil {
		return "", err
	}
	if err := file.Close(); err != nil {
		return "", err
	}
	return filepath.Base(file.Name()), ioutil.WriteFile(file.Name(), data, 0o644)
}

// list returns all snapshots, with their sizes and times.
func list(dir string) (snapshots []snapshot, err error) {
	files, err := ioutil.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if strings.HasPrefix(file.Name(), prefix) {
			snapshots = append(snapshots, snapshot{file.Name(), file.Size(), file.ModTime()})
		}
	}
	return snapshots, nil
}
