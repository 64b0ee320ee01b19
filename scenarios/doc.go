// Package scenarios says what is told to a receiver and what must hold
// afterwards. One file per family; a scenario is a value, and knows a provider
// only by what its pack promises, never by its name.
//
// A [Course] is what is told, as data. In Go a [Script] writes it, in YAML a file
// does; both become a [simulator.Plan]. A built-in scenario that any provider can
// tell is one more Write in the file of its family; one of a single provider is one
// more file library/PROVIDER/NAME.yaml. Nothing else names them.
package scenarios
