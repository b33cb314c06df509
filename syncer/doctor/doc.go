// Package doctor examines what a run depends on and says what to do about whatever is wrong: one implementation for the wizard's Test step
// and for `cwsync doctor`.
//
// A Step is one check; Run does steps in their order and leaves out those whose ground is missing. Steps come in groups: MachineSteps (store, free
// disk, set-up), SecretSteps, ConnectionSteps (reachable, clock, discovery, client id, credentials, and each right that the set-up needs),
// MappingSteps (what the set-up points at in ConnectWise), SourceSteps, RunSteps (unknown writes, schedule, last run, last success) and AlertSteps.
//
// It never writes to ConnectWise, never repairs anything by itself, and knows neither HTTP nor a store: what it needs of them are small
// interfaces and functions.
package doctor
