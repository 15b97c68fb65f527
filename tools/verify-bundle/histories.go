package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
)

// largestHistory bounds what is unpacked: Temporal itself allows 50 MB for one history.
const largestHistory = 256 << 20

// payloads is a part of Temporal's history in its JSON form.
type payloads struct {
	Payloads []struct {
		Data string `json:"data"`
	} `json:"payloads"`
}

type temporalHistory struct {
	Events []struct {
		Marker *struct {
			Name    string              `json:"markerName"`
			Details map[string]payloads `json:"details"`
		} `json:"markerRecordedEventAttributes"`
	} `json:"events"`
}

// recording is the result of one recording: the events that were recorded and the chain's hash after them.
type recording struct {
	Events []json.RawMessage `json:"events"`
	Head   string            `json:"head"`
}

// checkHistories holds the chain to the second witness: what Temporal kept of each recording.
func checkHistories(r *report, b bundle) {
	if len(b.Histories) == 0 {
		r.unproven("histories: none is in the bundle")
		return
	}
	witnessed := map[int]bool{}
	for _, h := range b.Histories {
		if err := checkHistory(b, h, witnessed); err != nil {
			r.broken("history %s: %v", h.Run, err)
		}
	}
	missing := 0
	for i := range b.Events {
		if !witnessed[i+1] {
			missing++
		}
	}
	r.ok("histories: %d runs, which recorded %d of %d events as they stand", len(b.Histories), len(witnessed), len(b.Events))
	if missing > 0 {
		r.unproven("histories: %d events are in no history that is here", missing)
	}
}

func checkHistory(b bundle, h history, witnessed map[int]bool) error {
	kept, err := unpacked(h)
	if err != nil {
		return err
	}
	var whole temporalHistory
	if err := json.Unmarshal(kept, &whole); err != nil {
		return fmt.Errorf("it is no history")
	}
	if len(whole.Events) != h.Events {
		return fmt.Errorf("it has %d events, not %d", len(whole.Events), h.Events)
	}
	for _, e := range whole.Events {
		if e.Marker == nil || e.Marker.Name != "core_local_activity" {
			continue
		}
		for _, p := range e.Marker.Details["result"].Payloads {
			raw, err := base64.StdEncoding.Strict().DecodeString(p.Data)
			var result recording
			if err != nil || json.Unmarshal(raw, &result) != nil {
				continue // another act's result
			}
			if err := checkRecording(b, result, witnessed); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkRecording(b bundle, result recording, witnessed map[int]bool) error {
	last := 0
	for _, event := range result.Events {
		var head struct {
			Seq int `json:"seq"`
		}
		if json.Unmarshal(event, &head) != nil || head.Seq < 1 {
			return fmt.Errorf("it recorded something that is no event")
		}
		if head.Seq > len(b.Events) {
			return fmt.Errorf("it recorded event %d, which is not in the chain", head.Seq)
		}
		then, err := canonical(event)
		if err != nil {
			return err
		}
		if now, err := canonical(b.Events[head.Seq-1].Event); err != nil || !bytes.Equal(then, now) {
			return fmt.Errorf("it recorded event %d otherwise than it stands in the chain", head.Seq)
		}
		witnessed[head.Seq] = true
		last = head.Seq
	}
	if last > 0 && result.Head != b.Events[last-1].Hash {
		return fmt.Errorf("after event %d the chain's hash was another", last)
	}
	return nil
}

func unpacked(h history) ([]byte, error) {
	packed, err := base64.StdEncoding.Strict().DecodeString(h.Gzip)
	if err != nil {
		return nil, fmt.Errorf("it is not base64")
	}
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("it is not gzip")
	}
	kept, err := io.ReadAll(io.LimitReader(reader, largestHistory))
	if err != nil {
		return nil, fmt.Errorf("it cannot be unpacked")
	}
	sum := sha256.Sum256(kept)
	if hex.EncodeToString(sum[:]) != h.SHA256 {
		return nil, fmt.Errorf("it is not what was archived: its SHA-256 differs")
	}
	return kept, nil
}
