package main

import (
	"crypto/sha256"
	"errors"
)

// RFC 6962 section 2.1.
func leafHash(leaf []byte) [32]byte {
	return sha256.Sum256(append([]byte{0}, leaf...))
}

func nodeHash(left, right [32]byte) [32]byte {
	return sha256.Sum256(append(append([]byte{1}, left[:]...), right[:]...))
}

// rootFromPath recomputes the root of a tree of the given size from one leaf's hash and its audit path (RFC 6962 section
// 2.1.1, as RFC 9162 section 2.1.3.2 says how to check it).
func rootFromPath(index, size uint64, leaf [32]byte, path [][32]byte) ([32]byte, error) {
	if index >= size {
		return leaf, errors.New("the leaf lies beyond the tree")
	}
	position, last, root := index, size-1, leaf
	for _, sibling := range path {
		if last == 0 {
			return root, errors.New("the audit path is too long")
		}
		if position&1 == 1 || position == last {
			root = nodeHash(sibling, root)
			for position&1 == 0 && position != 0 {
				position >>= 1
				last >>= 1
			}
		} else {
			root = nodeHash(root, sibling)
		}
		position >>= 1
		last >>= 1
	}
	if last != 0 {
		return root, errors.New("the audit path is too short")
	}
	return root, nil
}
