package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// report collects what was found: each line says where, so that an inquiry can look there.
type report struct {
	good, bad, open []string
}

func (r *report) ok(format string, a ...any)     { r.good = append(r.good, fmt.Sprintf(format, a...)) }
func (r *report) broken(format string, a ...any) { r.bad = append(r.bad, fmt.Sprintf(format, a...)) }

// unproven is what the bundle cannot show, and what is therefore not a contradiction either.
func (r *report) unproven(format string, a ...any) {
	r.open = append(r.open, fmt.Sprintf(format, a...))
}

func check(b bundle, trusted []verifierKey) *report {
	r := &report{}
	if b.Format != "imaging-failsafe-bundle" || b.Version != 1 {
		r.broken("format: this is no bundle of version 1")
		return r
	}
	if b.Redacted {
		r.unproven("chain: this is the form for the family, which holds no events; its head stands for them")
		checkAnchors(r, b, trusted)
		return r
	}
	checkChain(r, b)
	checkAnchors(r, b, trusted)
	checkTexts(r, b)
	checkHistories(r, b)
	return r
}

// checkChain recomputes every hash, in order and without a gap.
func checkChain(r *report, b bundle) {
	if len(b.Events) == 0 {
		r.broken("chain: there are no events")
		return
	}
	previous := ""
	for i, l := range b.Events {
		var head struct {
			Seq int `json:"seq"`
		}
		if err := json.Unmarshal(l.Event, &head); err != nil || head.Seq != i+1 {
			r.broken("chain: event %d is missing, or stands in another's place", i+1)
			return
		}
		if l.Previous != previous {
			r.broken("chain: event %d does not follow the event before it", i+1)
			return
		}
		hash, err := linkHash(b.Journey, previous, l.Event)
		if err != nil || hash != l.Hash {
			r.broken("chain: event %d is not what was hashed", i+1)
			return
		}
		previous = hash
	}
	if b.Head != (head{Seq: len(b.Events), Hash: previous}) {
		r.broken("chain: the head is said to be event %d with another hash, or at another place", b.Head.Seq)
		return
	}
	r.ok("chain: %d events, each as it was hashed; head %s", len(b.Events), previous)
}

func linkHash(journey, previous string, event json.RawMessage) (string, error) {
	whole, err := json.Marshal(map[string]any{"journey": journey, "previous": previous, "event": event})
	if err != nil {
		return "", err
	}
	text, err := canonical(whole)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// checkAnchors holds the chain to the ledger, and the ledger to whoever signed its checkpoint.
func checkAnchors(r *report, b bundle, trusted []verifierKey) {
	if b.Checkpoint == nil || len(b.Anchors) == 0 {
		r.unproven("ledger: nothing of this journey is anchored yet")
		return
	}
	said, signers, err := openCheckpoint(*b.Checkpoint, trusted)
	if err != nil {
		r.broken("checkpoint: %v", err)
		return
	}
	if len(signers) == 0 {
		r.broken("checkpoint: not signed by a key that you trust (--key)")
	} else {
		r.ok("checkpoint: size %d, at %s, signed by %s", said.size, said.at, signers[0])
	}
	last := 0
	for _, a := range b.Anchors {
		if err := checkAnchor(b, said, a); err != nil {
			r.broken("ledger: anchor %d: %v", a.N, err)
			continue
		}
		last = max(last, a.Seq)
	}
	r.ok("ledger: %d anchors, up to event %d", len(b.Anchors), last)
	if beyond := b.Head.Seq - last; beyond > 0 {
		r.unproven("ledger: the last %d events are not anchored yet", beyond)
	}
}

// hashAt is the chain's hash at an event, as far as the bundle shows it: the form for the family shows the head's alone.
func hashAt(b bundle, seq int) string {
	if seq == b.Head.Seq {
		return b.Head.Hash
	}
	if seq > len(b.Events) {
		return ""
	}
	return b.Events[seq-1].Hash
}

func checkAnchor(b bundle, said checkpoint, a anchor) error {
	if a.Chain != b.Journey {
		return fmt.Errorf("it is of another chain, %s", a.Chain)
	}
	if a.Seq < 1 || a.Seq > b.Head.Seq {
		return fmt.Errorf("event %d was anchored and is not here", a.Seq)
	}
	if then := hashAt(b, a.Seq); then != "" && then != a.Hash {
		return fmt.Errorf("event %d had another hash when it was anchored", a.Seq)
	}
	leaf, err := json.Marshal(map[string]any{"chain": a.Chain, "hash": a.Hash, "seq": a.Seq})
	if err != nil {
		return err
	}
	if leaf, err = canonical(leaf); err != nil {
		return err
	}
	path := make([][32]byte, len(a.Inclusion))
	for i, encoded := range a.Inclusion {
		raw, err := base64.StdEncoding.Strict().DecodeString(encoded)
		if err != nil || len(raw) != 32 {
			return fmt.Errorf("its audit path holds something that is no hash")
		}
		copy(path[i][:], raw)
	}
	root, err := rootFromPath(a.N, said.size, leafHash(leaf), path)
	if err != nil {
		return err
	}
	if root != said.root {
		return fmt.Errorf("it is not in the tree that the checkpoint speaks of")
	}
	return nil
}
