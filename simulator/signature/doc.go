// Package signature signs webhook messages as providers do, and verifies them.
// It is the only room of the house that knows cryptography, and it knows no
// provider: a scheme is data ([Spec]), written in a provider's pack, and three
// engines carry it out.
//
//	digest      bytes built from a template, hashed or signed, encoded, placed
//	jose        a JWT or JWS whose claims are bound to the message
//	credential  a fixed secret put somewhere; nothing is computed
//
// [Compile] checks a Spec and gives a [Scheme]. [Scheme.Signer] signs, given the
// time; [Scheme.Verify] is its twin; [Diagnose] says why a message does not
// verify.
package signature
