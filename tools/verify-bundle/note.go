package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// verifierKey is a public key in the form that signed notes use: name+id+base64(1 || key).
type verifierKey struct {
	name string
	id   [4]byte
	key  ed25519.PublicKey
}

func parseKey(text string) (verifierKey, error) {
	parts := strings.SplitN(strings.TrimSpace(text), "+", 3)
	if len(parts) != 3 {
		return verifierKey{}, errors.New("a key is written name+id+base64")
	}
	raw, err := base64.StdEncoding.Strict().DecodeString(parts[2])
	if err != nil || len(raw) != 1+ed25519.PublicKeySize || raw[0] != 1 {
		return verifierKey{}, errors.New("this is no Ed25519 key of a signed note")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), raw...))
	key := verifierKey{name: parts[0], key: raw[1:]}
	copy(key.id[:], sum[:4])
	if hex.EncodeToString(key.id[:]) != parts[1] {
		return verifierKey{}, errors.New("the id of the key is not that of its bytes")
	}
	return key, nil
}

// checkpoint is what a signed note says of the ledger.
type checkpoint struct {
	origin string
	size   uint64
	root   [32]byte
	at     string
}

// openCheckpoint reads a signed note and says which of the keys signed it.
func openCheckpoint(note string, keys []verifierKey) (checkpoint, []string, error) {
	text, signatures, found := strings.Cut(note, "\n\n")
	if !found {
		return checkpoint{}, nil, errors.New("the checkpoint has no signatures")
	}
	text += "\n"
	read, err := readCheckpoint(text)
	if err != nil {
		return read, nil, err
	}
	var signers []string
	for _, line := range strings.Split(strings.TrimSuffix(signatures, "\n"), "\n") {
		name, signature, ok := signatureOf(line)
		if !ok {
			return read, nil, errors.New("a line of the checkpoint is no signature")
		}
		for _, key := range keys {
			if key.name != name || string(key.id[:]) != string(signature[:4]) {
				continue
			}
			if !ed25519.Verify(key.key, []byte(text), signature[4:]) {
				return read, nil, fmt.Errorf("the signature of %s does not fit the checkpoint", name)
			}
			signers = append(signers, name)
		}
	}
	return read, signers, nil
}

func signatureOf(line string) (name string, signature []byte, ok bool) {
	rest, dashed := strings.CutPrefix(line, "— ")
	name, encoded, spaced := strings.Cut(rest, " ")
	signature, err := base64.StdEncoding.Strict().DecodeString(encoded)
	return name, signature, dashed && spaced && err == nil && len(signature) == 4+ed25519.SignatureSize
}

func readCheckpoint(text string) (checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 4 {
		return checkpoint{}, errors.New("the checkpoint is too short")
	}
	size, err := strconv.ParseUint(lines[1], 10, 64)
	if err != nil {
		return checkpoint{}, errors.New("the checkpoint's size is no number")
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != 32 {
		return checkpoint{}, errors.New("the checkpoint's root is no hash")
	}
	read := checkpoint{origin: lines[0], size: size}
	copy(read.root[:], root)
	for _, line := range lines[3:] {
		if at, ok := strings.CutPrefix(line, "at "); ok {
			read.at = at
		}
	}
	return read, nil
}
