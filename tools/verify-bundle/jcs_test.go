package main

import "testing"

// The examples of RFC 8785, sections 3.2.2 and 3.2.3, and of its appendix B.
func TestCanonical(t *testing.T) {
	for given, wanted := range map[string]string{
		`{"b":[1.0,2e2,"\u20ac$\u000F\nA'B\"\\"],"a":null,"A":true}`: "{\"A\":true,\"a\":null,\"b\":[1,200,\"€$\\u000f\\nA'B\\\"\\\\\"]}",
		`{"\ufb33":1,"\ud83d\ude00":2,"\u00f6":3,"1":4,"\r":5}`:      "{\"\\r\":5,\"1\":4,\"ö\":3,\"😀\":2,\"\ufb33\":1}",
	} {
		got, err := canonical([]byte(given))
		if err != nil || string(got) != wanted {
			t.Errorf("%s: %s (%v), not %s", given, got, err, wanted)
		}
	}
}

func TestNumbers(t *testing.T) {
	for given, wanted := range map[string]string{
		"0": "0", "-0": "0", "5e-324": "5e-324", "1.7976931348623157e308": "1.7976931348623157e+308",
		"9007199254740992": "9007199254740992", "295147905179352830000": "295147905179352830000",
		"1e21": "1e+21", "9.999999999999997e22": "9.999999999999997e+22", "333333333.3333332": "333333333.3333332",
		"0.000001": "0.000001", "1e-7": "1e-7", "-0.0000033333333333333333": "-0.0000033333333333333333",
	} {
		got, err := canonical([]byte(given))
		if err != nil || string(got) != wanted {
			t.Errorf("%s: %s (%v), not %s", given, got, err, wanted)
		}
	}
}
