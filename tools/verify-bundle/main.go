// Command verify-bundle checks the bundle of a journey as docs/EVIDENCE.md describes it. It shares no code with the program
// that made the bundle, and uses Go's standard library alone.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
)

const usage = `Checks the exported bundle of a journey, without the program that made it.

  go run . --key KEY [--key KEY ...] BUNDLE.json ...

  --key KEY                 a verifier key that you trust, as you had it from elsewhere (name+id+base64), or a file of them
  --trust-the-bundles-keys  take the keys that each bundle names itself: shows that a bundle is whole, and not by whom it is

Each line says what was checked: "ok", "open" (the bundle cannot show it), or "BROKEN" with the place.
Exit codes: 0 nothing is broken; 1 something is; 2 the command line or a file cannot be used.
`

type keyList []string

func (k *keyList) String() string     { return strings.Join(*k, " ") }
func (k *keyList) Set(v string) error { *k = append(*k, v); return nil }

func main() {
	var given keyList
	flags := flag.NewFlagSet("verify-bundle", flag.ContinueOnError)
	flags.SetOutput(os.Stderr)
	flags.Usage = func() { fmt.Fprint(os.Stdout, usage) }
	flags.Var(&given, "key", "")
	fromBundle := flags.Bool("trust-the-bundles-keys", false, "")
	if err := flags.Parse(os.Args[1:]); err != nil {
		if err == flag.ErrHelp {
			os.Exit(0)
		}
		os.Exit(2)
	}
	trusted, err := keysOf(given)
	if err == nil && flags.NArg() == 0 {
		err = fmt.Errorf("name a bundle; see --help")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	code := 0
	for _, file := range flags.Args() {
		code = max(code, one(file, trusted, *fromBundle))
	}
	os.Exit(code)
}

// one checks one file, prints what was found and returns its exit code.
func one(file string, trusted []verifierKey, fromBundle bool) int {
	raw, err := os.ReadFile(file)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	var b bundle
	if err := json.Unmarshal(raw, &b); err != nil {
		fmt.Fprintf(os.Stderr, "%s: no bundle: %v\n", file, err)
		return 2
	}
	if fromBundle {
		own, err := keysOf(b.Keys)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", file, err)
			return 2
		}
		trusted = append(trusted, own...)
	}
	r := check(b, trusted)
	fmt.Printf("%s\n", file)
	for _, line := range r.good {
		fmt.Printf("ok      %s\n", line)
	}
	for _, line := range r.open {
		fmt.Printf("open    %s\n", line)
	}
	for _, line := range r.bad {
		fmt.Printf("BROKEN  %s\n", line)
	}
	if len(r.bad) > 0 {
		return 1
	}
	return 0
}

// keysOf reads keys, or files with one key a line.
func keysOf(given []string) ([]verifierKey, error) {
	var keys []verifierKey
	for _, text := range given {
		if content, err := os.ReadFile(text); err == nil {
			text = string(content)
		}
		for _, line := range strings.Fields(text) {
			key, err := parseKey(line)
			if err != nil {
				return nil, fmt.Errorf("key %q: %v", line, err)
			}
			keys = append(keys, key)
		}
	}
	return keys, nil
}
