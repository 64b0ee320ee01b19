// Package scenarios says what is told to a receiver and what must hold
// afterwards. One file per family; a scenario is a value, and knows a provider
// only by what its pack promises, never by its name.
package scenarios
