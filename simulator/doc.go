// Package simulator is the provider's side of the wire: it signs, spoils, sends
// and records webhook deliveries. It knows no provider by name; a [Provider] is
// data, read from a pack by package fixtures.
//
//	Provider, Event      what is sent           provider.go, event.go
//	Fault                how it is spoiled      fault.go and fault_*.go
//	Way                  how it goes over the wire   way.go and way_*.go
//	Prepare              event + fault + time → signed Message
//	Target, Receipt      put on the wire, and what came of it
//	Deliver              all attempts, as the provider's retry schedule says
//	Capture              a request somebody recorded → Message, for verify
//
// Nothing here reads the clock or chance but through arguments and plain time,
// so all of it runs under testing/synctest.
package simulator
