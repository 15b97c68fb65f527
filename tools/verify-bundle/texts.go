package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
)

// checkTexts compares what was said with the commitments in the events.
func checkTexts(r *report, b bundle) {
	committed := map[string]string{}
	for _, l := range b.Events {
		var event any
		if json.Unmarshal(l.Event, &event) == nil {
			collect(event, committed)
		}
	}
	shown, closed := 0, 0
	for _, t := range b.Texts {
		if committed[t.Ref] != t.Commitment {
			r.broken("texts: %s %s is in no event, or with another commitment", t.Kind, t.Ref)
			continue
		}
		delete(committed, t.Ref)
		if t.Salt == nil || t.Text == nil {
			closed++
			continue
		}
		salt, err := base64.StdEncoding.Strict().DecodeString(*t.Salt)
		sum := sha256.Sum256(append(salt, *t.Text...))
		if err != nil || base64.RawURLEncoding.EncodeToString(sum[:]) != t.Commitment {
			r.broken("texts: %s %s is not what was said", t.Kind, t.Ref)
			continue
		}
		shown++
	}
	if len(b.Texts) > 0 {
		r.ok("texts: %d as they were said, %d kept back or erased", shown, closed)
	}
	if len(committed) > 0 {
		r.unproven("texts: %d that events refer to are not in the bundle", len(committed))
	}
}

// collect finds every reference with its commitment, wherever an event holds one.
func collect(value any, into map[string]string) {
	switch v := value.(type) {
	case []any:
		for _, item := range v {
			collect(item, into)
		}
	case map[string]any:
		ref, isRef := v["ref"].(string)
		commitment, isCommitted := v["commitment"].(string)
		if isRef && isCommitted {
			into[ref] = commitment
		}
		for _, item := range v {
			collect(item, into)
		}
	}
}
