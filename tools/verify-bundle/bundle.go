package main

import "encoding/json"

// bundle is what docs/EVIDENCE.md calls the bundle of a journey; what is only there to be read is left out.
type bundle struct {
	Format     string    `json:"format"`
	Version    int       `json:"version"`
	MadeAt     string    `json:"madeAt"`
	Redacted   bool      `json:"redacted"`
	Journey    string    `json:"journey"`
	Head       head      `json:"head"`
	Events     []link    `json:"events"`
	Texts      []text    `json:"texts"`
	Anchors    []anchor  `json:"anchors"`
	Checkpoint *string   `json:"checkpoint"`
	Keys       []string  `json:"keys"`
	Histories  []history `json:"histories"`
}

// head is where the chain had come to when the bundle was made.
type head struct {
	Seq  int    `json:"seq"`
	Hash string `json:"hash"`
}

type link struct {
	Event    json.RawMessage `json:"event"`
	Previous string          `json:"previous"`
	Hash     string          `json:"hash"`
}

type text struct {
	Ref        string  `json:"ref"`
	Kind       string  `json:"kind"`
	Commitment string  `json:"commitment"`
	Salt       *string `json:"salt"`
	Text       *string `json:"text"`
}

type anchor struct {
	N         uint64   `json:"n"`
	Chain     string   `json:"chain"`
	Seq       int      `json:"seq"`
	Hash      string   `json:"hash"`
	Inclusion []string `json:"inclusion"`
}

type history struct {
	Run    string `json:"run"`
	Events int    `json:"events"`
	SHA256 string `json:"sha256"`
	Gzip   string `json:"gzip"`
	Whole  bool   `json:"whole"`
}
